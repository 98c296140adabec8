import random
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_taxonomy import write_taxonomy

from graph.linking import Link, Linker, Tier
from graph.schema import NodeType, Seniority
from graph.taxonomy import Taxonomy


@pytest.fixture(scope="module")
def linker(tmp_path_factory: pytest.TempPathFactory) -> Linker:
    return Linker(Taxonomy.load(write_taxonomy(tmp_path_factory.mktemp("taxonomy"))))


def title(linker: Linker, text: str) -> Link:
    return linker.link(NodeType.TITLE, text)


@pytest.mark.parametrize(
    ("text", "id", "tier"),
    [
        ("Backend Engineer", "backend-engineer", Tier.EXACT),
        ("Back-End Dev", "backend-engineer", Tier.ALIAS),
        ("Backend Developer", "backend-engineer", Tier.NORMALISED),
        ("SWE", "software-engineer", Tier.ALIAS),
        ("BACKEND ENGINEERS", "backend-engineer", Tier.NORMALISED),
        ("back end engineer", "backend-engineer", Tier.NORMALISED),
        ("ML Engineer", "machine-learning-engineer", Tier.NORMALISED),
        ("Engineer, Software", "software-engineer", Tier.NORMALISED),
        ("Engineer Software", "software-engineer", Tier.NORMALISED),
        ("Manager, Software Engineering", "engineering-manager", Tier.NORMALISED),
        ("Sales Director", "sales-director", Tier.NORMALISED),
        ("Backend Engineer (m/f/d)", "backend-engineer", Tier.NORMALISED),
        ("Datenanalystin (w/m/d)", "data-analyst", Tier.NORMALISED),
        ("Backend Engineer - Remote", "backend-engineer", Tier.NORMALISED),
        ("Remote Backend Engineer", "backend-engineer", Tier.NORMALISED),
        ("Data Engineer @ Northwind", "data-engineer", Tier.NORMALISED),
        ("Data Engineer at Northwind GmbH", "data-engineer", Tier.NORMALISED),
        ("Data Engineer | Berlin", "data-engineer", Tier.NORMALISED),
        ("Data Engineer (R-00205) #178", "data-engineer", Tier.NORMALISED),
        ("Data Engineer ($250k - $300k)", "data-engineer", Tier.NORMALISED),
        ("Backend Engineer, Payments", "backend-engineer", Tier.NORMALISED),
        ("Software Engineer (Backend): Cards", "backend-engineer", Tier.NORMALISED),
        ("Registered Nurse (RN)", "registered-nurse", Tier.NORMALISED),
        ("Senior Kubernetes Data Engineer", "data-engineer", Tier.NORMALISED),
        ("KYC Analyst (Know Your Customer Analyst)", "kyc-analyst", Tier.NORMALISED),
        ("ｄａｔａ engineer", "data-engineer", Tier.NORMALISED),
        ("Data Enginer", "data-engineer", Tier.FUZZY),
        ("Data Enigneer", "data-engineer", Tier.FUZZY),
        ("Data Enggineer", "data-engineer", Tier.FUZZY),
        ("Acountant", "accountant", Tier.FUZZY),
        ("Desginer", "designer", Tier.FUZZY),
    ],
)
def test_ways_to_write_a_title_are_understood(
    linker: Linker, text: str, id: str, tier: Tier
) -> None:
    link = title(linker, text)
    assert (link.id, link.tier) == (id, tier)
    assert link.suggestions == ()
    assert link.local_id is None


@pytest.mark.parametrize(
    ("text", "seniority"),
    [
        ("Sr. Data Engineer", Seniority.SENIOR),
        ("Data Engineer II", Seniority.MID),
        ("Data Engineer 3", Seniority.SENIOR),
        ("Lead Data Engineer", Seniority.LEAD),
        ("Senior Staff Data Engineer", Seniority.STAFF),
        ("Data Engineer (Senior)", Seniority.SENIOR),
        ("Backend Senior Software Engineer", Seniority.SENIOR),
        ("Data Engineering Intern", Seniority.INTERN),
        ("Data Engineer - 2027 Interns", Seniority.INTERN),
        ("Senior Engineering Manager", Seniority.MANAGER),
        ("Data Engineer", None),
        ("Data Engineer (L5)", None),
        ("Staff Accountant", None),
        ("Staff RN", None),
        ("Executive Assistant", None),
        ("Engineering Manager", None),
    ],
)
def test_seniority_is_read_from_the_words(
    linker: Linker, text: str, seniority: Seniority | None
) -> None:
    link = title(linker, text)
    assert link.id is not None
    assert link.seniority is seniority


@pytest.mark.parametrize(
    "text",
    [
        "Engineer",
        "Data",
        "Assistant Data Engineer",
        "Data Engineer Recruiter",
        "Kubernetes Sales Manager",
        "Staff Training Designer",
        "Inspection, Testing, and Data Engineer",
        "Recruiter - Data Engineer",
        "Data Engineering Sales",
        "Manager, Price Reporting",
        "Assistant to the Sales Manager",
        "Assistant, Sales Manager",
        "Office Manager",
        "Manager Assistant",
        "Customs Designer",
        "Associate Engineering Manager",
        "Nuclear Data Engineer",
        "Data Engineer / Accountant",
        "Data Engine",
        "Gata Engineer",
        "Datta Engineer",
        "Deigner",
        "Designee",
        "Signer",
        "Wombat Handler",
        "Data Engineer Data Analyst",
    ],
)
def test_what_is_not_the_same_work_is_not_accepted(linker: Linker, text: str) -> None:
    link = title(linker, text)
    assert (link.id, link.tier) == (None, Tier.NONE)
    assert link.local_id is not None


def test_refused_titles_carry_plausible_suggestions_best_first(linker: Linker) -> None:
    link = title(linker, "Nuclear Data Engineer")
    assert link.suggestions[0].id == "data-engineer"
    assert link.suggestions[0].name == "Data Engineer"
    scores = [suggestion.score for suggestion in link.suggestions]
    assert scores == sorted(scores, reverse=True)
    assert 0 < len(scores) <= 3
    assert title(linker, "Wombat Handler").suggestions == ()


def test_an_unknown_title_has_one_local_id_whatever_its_seniority(linker: Linker) -> None:
    plain, senior = title(linker, "Wombat Handler"), title(linker, "Sr. Wombat Handler (m/w/d)")
    assert plain.local_id == senior.local_id == "local:title-wombat-handler"
    assert senior.seniority is Seniority.SENIOR
    assert title(linker, "Senior Wombat Handler").name == plain.name == "Wombat Handler"


@pytest.mark.parametrize("text", ["N/A", "", " - ", "...", "(m/w/d)", "Retired", "Remote", "🚀"])
def test_a_title_that_says_nothing_is_a_placeholder(linker: Linker, text: str) -> None:
    link = title(linker, text)
    assert link.placeholder
    assert (link.id, link.local_id, link.suggestions) == (None, None, ())


def test_a_wish_is_no_title(linker: Linker) -> None:
    assert title(linker, "Looking for a role as Data Engineer").placeholder


def test_an_alias_that_two_titles_claim_after_folding_links_to_neither(tmp_path: Path) -> None:
    titles = """id,name,family,level,onet,aliases
data-engineer,Data Engineer,data,mid,15-1243.00,Pipeline Builder
data-analyst,Data Analyst,data,mid,15-2051.01,Pipeline-Builder
"""
    folder = write_taxonomy(tmp_path, titles=titles)
    link = Linker(Taxonomy.load(folder)).link(NodeType.TITLE, "pipeline builder")
    assert link.id is None
    assert {suggestion.id for suggestion in link.suggestions} == {"data-analyst", "data-engineer"}


def test_a_plural_that_is_another_title_is_told_apart(tmp_path: Path) -> None:
    titles = """id,name,family,level,onet,aliases
accounting-clerk,Accounting Clerk,office,mid,43-3031.00,Accounts Assistant
account-manager,Account Manager,office,mid,41-3091.00,Account Assistant
"""
    linker = Linker(Taxonomy.load(write_taxonomy(tmp_path, titles=titles)))
    assert linker.link(NodeType.TITLE, "ACCOUNTS ASSISTANT").id == "accounting-clerk"
    assert linker.link(NodeType.TITLE, "account assistant").id == "account-manager"
    assert linker.link(NodeType.TITLE, "Senior Account Assistant").id is None


TITLE_TEXTS = st.text("DataEngir BckdSo,-/()|.éß1I", max_size=24)


@given(TITLE_TEXTS)
def test_linking_is_deterministic_and_blind_to_case_and_composition(
    linker: Linker, text: str
) -> None:
    link = title(linker, text)
    again = title(linker, unicodedata.normalize("NFD", text).swapcase())
    assert (link.id, link.seniority, link.local_id) == (again.id, again.seniority, again.local_id)
    assert linker.key(NodeType.TITLE, text) == linker.key(NodeType.TITLE, text.upper())


@given(st.sampled_from(["Data Analyst", "Sales Manager", "KYC Analyst"]), st.integers(1, 12))
def test_no_part_of_a_name_stands_for_the_whole(linker: Linker, name: str, cut: int) -> None:
    assert title(linker, name[cut:]).id is None
    if cut > 2:  # one letter left out at the end may be a slip
        assert title(linker, name[:-cut]).id is None


@given(st.text("bcdfgkz", min_size=3, max_size=10))
def test_a_word_in_front_makes_another_title(linker: Linker, word: str) -> None:
    assert title(linker, f"{word} data engineer").id is None


SMALL_WORDS = (
    "Senior Staff Lead Jr. II 3 L5 Intern Associate remote founding full time of and , - ( ) /"
)


@given(st.lists(st.sampled_from([*SMALL_WORDS.split(), "Data", "Engineer", "Manager"]), max_size=9))
def test_small_words_in_any_order_are_read(linker: Linker, spoken: list[str]) -> None:
    link = title(linker, " ".join(spoken))
    assert link.placeholder or link.id is not None or link.local_id is not None


def test_the_same_text_gets_the_very_same_answer(linker: Linker) -> None:
    texts = [f"Data Engineer, Team {number}" for number in random.Random(3).sample(range(99), 20)]
    first = [title(linker, text) for text in texts]
    assert all(title(linker, text) is link for text, link in zip(texts, first, strict=True))
