"""Maps the words people write for ways of working and levels to the words of the schema."""

from collections.abc import Mapping
from typing import TypeVar

from graph.schema import Remote, Seniority

Word = TypeVar("Word")


def _by_word(groups: Mapping[Word, str]) -> Mapping[str, Word]:
    return {word: meant for meant, words in groups.items() for word in words.split("|")}


REMOTE_WORDS: Mapping[str, Remote] = _by_word(
    {
        Remote.ONSITE: "onsite|on site|in office|office|in person|no|false|none|0|not remote",
        Remote.HYBRID: "hybrid|partly remote|partially remote|partly",
        Remote.REMOTE: "remote|fully remote|full remote|full|100% remote|remote only|"
        "telecommute|telework|work from home|wfh|home office|yes|true|1",
    }
)
SENIORITY_WORDS: Mapping[str, Seniority] = _by_word(
    {
        Seniority.INTERN: "intern|internship|trainee|apprentice|working student",
        Seniority.JUNIOR: "junior|jr|entry|entry level|graduate|associate|beginner",
        Seniority.MID: "mid|middle|mid level|medior|intermediate|regular|professional|"
        "experienced|mid senior level|mid senior",
        Seniority.SENIOR: "senior|sr|senior level",
        Seniority.LEAD: "lead|team lead|tech lead|technical lead|leader",
        Seniority.STAFF: "staff|senior staff",
        Seniority.PRINCIPAL: "principal|distinguished|fellow",
        Seniority.MANAGER: "manager|senior manager|management|supervisor",
        Seniority.DIRECTOR: "director|senior director|head|head of",
        Seniority.EXECUTIVE: "executive|vp|vice president|svp|evp|c level|chief|partner|"
        "president|ceo|cto|cfo|coo",
    }
)
SALARY_PERIODS: Mapping[str, str] = _by_word(
    {
        "year": "year|yearly|annual|annually|per year|a year|per annum|pa|p.a|yr|years",
        "month": "month|monthly|per month|a month|pm|p.m|months|mo",
        "week": "week|weekly|per week|a week|weeks|wk",
        "day": "day|daily|per day|a day|days",
        "hour": "hour|hourly|per hour|an hour|hours|hr|h",
    }
)
EMPLOYMENT_TYPES: Mapping[str, str] = _by_word(
    {
        "full-time": "full time|fulltime|permanent|ft",
        "part-time": "part time|parttime|pt",
        "contract": "contract|contractor|freelance|freelancer|self employed",
        "temporary": "temporary|temp|fixed term|seasonal|interim",
        "internship": "internship|intern|trainee|working student",
        "apprenticeship": "apprenticeship|apprentice",
        "volunteer": "volunteer|volunteering|voluntary",
        "per-diem": "per diem|casual|on call",
    }
)
FLAGS: Mapping[str, bool] = _by_word({True: "true|yes|y|t|1|on", False: "false|no|n|f|0|off"})
CURRENCY_SIGNS: Mapping[str, str] = {"€": "EUR", "£": "GBP", "₹": "INR"}
STILL_HELD = frozenset({"present", "current", "now", "today", "ongoing", "to date"})


def word_key(text: str) -> str:
    """Return the form in which words are looked up: `Full_Time.`, `full-time` -> `full time`."""
    return " ".join(text.casefold().replace("-", " ").replace("_", " ").split()).rstrip(".")
