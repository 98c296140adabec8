"""Understands the cells of one JobSpy row: its words for work, pay and places in ours."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from graph.importers.clean_text import clean, clean_line, text_key
from graph.importers.dates import iso_day, parse_date, parse_moment
from graph.importers.frame import Tally
from graph.schema import Remote, Seniority

_MISSING = frozenset({"nan", "nat", "none", "null", "<na>"})
_MARKDOWN_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~&$])")
_DAY_SECONDS = 86_400

_PERIODS: Mapping[str, str] = MappingProxyType(
    {"yearly": "year", "monthly": "month", "weekly": "week", "daily": "day", "hourly": "hour"}
)
_EMPLOYMENT: Mapping[str, str] = MappingProxyType(
    {
        "fulltime": "full-time",
        "parttime": "part-time",
        "contractor": "contract",
        "intern": "internship",
        "temp": "temporary",
        "perdiem": "per diem",
    }
)
# "associate" and "mid-senior level" span several steps, so they stay a note.
_LEVELS: Mapping[str, Seniority] = MappingProxyType(
    {
        "internship": Seniority.INTERN,
        "intern": Seniority.INTERN,
        "entry level": Seniority.JUNIOR,
        "entry-level": Seniority.JUNIOR,
        "junior": Seniority.JUNIOR,
        "mid level": Seniority.MID,
        "mid-level": Seniority.MID,
        "senior": Seniority.SENIOR,
        "senior level": Seniority.SENIOR,
        "lead": Seniority.LEAD,
        "staff": Seniority.STAFF,
        "principal": Seniority.PRINCIPAL,
        "manager": Seniority.MANAGER,
        "director": Seniority.DIRECTOR,
        "executive": Seniority.EXECUTIVE,
    }
)
_WORKPLACES: Mapping[str, Remote] = MappingProxyType(
    {
        "remote": Remote.REMOTE,
        "work from home": Remote.REMOTE,
        "permanent remote": Remote.REMOTE,
        "hybrid": Remote.HYBRID,
        "work from office": Remote.ONSITE,
        "in office": Remote.ONSITE,
        "onsite": Remote.ONSITE,
        "on-site": Remote.ONSITE,
    }
)


class JobSpyRow:
    """The cells of one row by column; what cannot be understood is None and counted."""

    def __init__(self, cells: dict[str, str], tally: Tally) -> None:
        self.cells = cells
        self._warnings = tally.warnings

    def text(self, name: str) -> str | None:
        text = clean_line(self.cells.get(name, ""))
        return None if text is None or text.lower() in _MISSING else text

    def prose(self, name: str) -> str | None:
        """Return a text of several lines, without the backslashes of Markdown."""
        if self.text(name) is None:
            return None
        return _MARKDOWN_ESCAPE.sub(r"\1", clean(self.cells[name])) or None

    def url(self, name: str) -> str | None:
        url = self.text(name)
        if url is None or not url.lower().startswith(("https://", "http://")):
            return None
        return url

    def list(self, name: str) -> list[str]:
        return [part for piece in (self.text(name) or "").split(",") if (part := piece.strip())]

    def skills(self) -> tuple[str, ...]:
        return tuple({text_key(skill): skill for skill in self.list("skills")}.values())

    def employment_type(self) -> str | None:
        words = (text_key(word).replace("_", " ") for word in self.list("job_type"))
        normal = (_EMPLOYMENT.get(re.sub("[ -]", "", word), word) for word in words)
        return ", ".join(dict.fromkeys(normal)) or None

    def remote(self) -> Remote | None:
        workplace = _WORKPLACES.get(text_key(self.text("work_from_home_type") or ""))
        if workplace is None and text_key(self.text("is_remote") or "") in {"true", "1", "1.0"}:
            return Remote.REMOTE  # False only means that the posting does not say "remote"
        return workplace

    def seniority(self) -> Seniority | None:
        return _LEVELS.get(text_key(self.text("job_level") or ""))

    def salary(self) -> tuple[float | None, float | None]:
        lowest, highest = self._amount("min_amount"), self._amount("max_amount")
        if lowest is not None and highest is not None and lowest > highest:
            self._warnings["salary range reversed"] += 1
            return highest, lowest
        return lowest, highest

    def _amount(self, name: str) -> float | None:
        text = self.text(name)
        if text is None:
            return None
        try:
            amount = float(text)
        except ValueError:
            amount = -1.0
        if not 0 <= amount < 1e12:  # NaN and the infinities too
            self._warnings["salary not understood"] += 1
            return None
        return amount or None  # boards write 0 for "not stated"

    def currency(self) -> str | None:
        text = (self.text("currency") or "").upper()
        return text if len(text) == 3 and text.isascii() and text.isalpha() else None

    def salary_period(self) -> str | None:
        return _PERIODS.get(text_key(self.text("interval") or ""))

    def posted_at(self, imported_at: int) -> str | None:
        text = self.text("date_posted")
        if text is None:
            return None
        date, moment = parse_date(text), parse_moment(text)
        if date is None and moment is not None:  # a count of seconds or milliseconds
            date = iso_day(moment)
        if date is None:
            self._warnings["date not understood"] += 1
        elif imported_at and moment is not None and moment > imported_at + _DAY_SECONDS:
            self._warnings["date in the future"] += 1
        return date
