from pathlib import Path

import pytest

from graph.linking import Linker
from graph.schema import NodeType, Seniority
from graph.taxonomy import Taxonomy

TAXONOMY = Path(__file__).parents[1] / "data" / "taxonomy"


@pytest.fixture(scope="module")
def linker() -> Linker:
    return Linker(Taxonomy.load(TAXONOMY))


@pytest.mark.parametrize(
    ("text", "id", "seniority"),
    [
        ("Sr. Software Engineer II, Backend (Rust)", "backend-engineer", Seniority.SENIOR),
        ("(Senior) Backend Engineer (f/m/d)", "backend-engineer", Seniority.SENIOR),
        ("Senior Backend Engineer, Poland (m/f/d)", "backend-engineer", Seniority.SENIOR),
        ("Software Engineer - 2027 Interns", "software-engineer", Seniority.INTERN),
        ("Lead Engineer - Backend", "backend-engineer", Seniority.LEAD),
        ("ML Engineer", "machine-learning-engineer", None),
        ("Full-Stack Engineer at Northwind", "full-stack-engineer", None),
        ("VP, Engineering", "vp-of-engineering", None),
        ("Licensed Electrician", "electrician", None),
        ("Board Certified Behavior Analyst", "behavior-analyst", None),
    ],
)
def test_titles_of_real_postings_are_understood(
    linker: Linker, text: str, id: str, seniority: Seniority | None
) -> None:
    link = linker.link(NodeType.TITLE, text)
    assert (link.id, link.seniority) == (id, seniority)


@pytest.mark.parametrize(
    "text",
    [
        "(31 listings, 0 SC: SRE/Infra/Data/Capital Markets/Sales/PM/Security-IR)",
        "Software Engineer Recruiter",
        "Create Your Role",
        "Director",
        "Engineer",
        "Principal Engineer",
        "Partner",
        "Consultant",
        "Freelance Designer",
        "PM",
        "Assistant to the Head of Data",
    ],
)
def test_what_is_no_title_of_ours_is_not_accepted(linker: Linker, text: str) -> None:
    assert linker.link(NodeType.TITLE, text).id is None


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("Berlin, BE, Germany", "berlin"),
        ("London, England, United Kingdom", "london"),
        ("Greater London", "metro-greater-london"),
        ("San Francisco Bay Area", "metro-san-francisco-bay-area"),
        ("München", "munich"),
        ("Sydney NSW", "sydney"),
        ("US-NY-New York", "new-york"),
        ("Remote, US", "country-us"),
        ("Georgia, United States", "region-us-ga"),
        ("Paris, TX", None),
        ("Paris, Texas, United States", None),
        ("Berlin, CT", None),
    ],
)
def test_places_are_found_where_their_qualifiers_agree(
    linker: Linker, text: str, id: str | None
) -> None:
    assert linker.link(NodeType.PLACE, text).id == id


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("Python (Programming Language)", "python"),
        ("python 3.11", "python"),
        ("Kubernets", "kubernetes"),
        ("Wombat Handling", None),
    ],
)
def test_skills_are_found(linker: Linker, text: str, id: str | None) -> None:
    assert linker.link(NodeType.SKILL, text).id == id


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (NodeType.COMPANY, "Self-employed"),
        (NodeType.COMPANY, "Freelance"),
        (NodeType.COMPANY, "N/A"),
        (NodeType.TITLE, "Unemployed"),
        (NodeType.PLACE, "Remote"),
    ],
)
def test_what_says_nothing_is_a_placeholder(linker: Linker, kind: NodeType, text: str) -> None:
    assert linker.link(kind, text).placeholder
