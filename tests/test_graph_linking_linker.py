from pathlib import Path

import pytest
from tiny_taxonomy import write_taxonomy

from graph.linking import LearnedAlias, Linker, Tier
from graph.linking import linker as linker_module
from graph.schema import NodeType
from graph.taxonomy import Taxonomy


@pytest.fixture
def taxonomy(tmp_path: Path) -> Taxonomy:
    return Taxonomy.load(write_taxonomy(tmp_path))


def test_a_learned_alias_links_every_spelling_of_its_key(taxonomy: Taxonomy) -> None:
    key = Linker(taxonomy).key(NodeType.TITLE, "Plumbing Poet")
    linker = Linker(taxonomy, [LearnedAlias(NodeType.TITLE, key, "data-engineer")])
    link = linker.link(NodeType.TITLE, "Senior PLUMBING POET (m/f/d)")
    assert (link.id, link.tier, link.score) == ("data-engineer", Tier.LEARNED, 1.0)
    assert link.name == "Data Engineer"
    assert linker.link(NodeType.SKILL, "Plumbing Poet").id is None


def test_a_text_kept_separate_is_never_suggested_again(taxonomy: Taxonomy) -> None:
    text = "Nuclear Data Engineer"
    assert Linker(taxonomy).link(NodeType.TITLE, text).suggestions
    key = Linker(taxonomy).key(NodeType.TITLE, text)
    link = Linker(taxonomy, [LearnedAlias(NodeType.TITLE, key, None)]).link(NodeType.TITLE, text)
    assert (link.id, link.suggestions) == (None, ())
    assert link.local_id == "local:title-nuclear-data-engineer"


def test_a_person_overrules_every_other_tier(taxonomy: Taxonomy) -> None:
    learned = [
        LearnedAlias(NodeType.TITLE, "data engineer", "data-analyst"),
        LearnedAlias(NodeType.SKILL, "python", None),
        LearnedAlias(NodeType.TITLE, "retired", "accountant"),
    ]
    linker = Linker(taxonomy, learned)
    assert linker.link(NodeType.TITLE, "Data Engineer").id == "data-analyst"
    assert linker.link(NodeType.SKILL, "Python").local_id == "local:skill-python"
    assert linker.link(NodeType.TITLE, "Retired").id == "accountant"


def test_kinds_without_standard_form_are_refused(taxonomy: Taxonomy) -> None:
    with pytest.raises(ValueError, match="kind person"):
        Linker(taxonomy).link(NodeType.PERSON, "Jane Doe")
    with pytest.raises(ValueError, match="kind job"):
        Linker(taxonomy, [LearnedAlias(NodeType.JOB, "x", None)])


def test_answers_are_remembered_within_bounds(
    taxonomy: Taxonomy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linker_module, "MOST_REMEMBERED", 2)
    linker = Linker(taxonomy)
    first = linker.link(NodeType.SKILL, "Python")
    assert linker.link(NodeType.SKILL, "Python") is first
    for text in ("Java", "C", "C++"):
        linker.link(NodeType.SKILL, text)
    again = linker.link(NodeType.SKILL, "Python")
    assert again == first
    assert again is not first


def test_a_new_company_changes_remembered_answers(taxonomy: Taxonomy) -> None:
    linker = Linker(taxonomy)
    assert linker.link(NodeType.COMPANY, "Northwind").id is None
    linker.register(NodeType.COMPANY, "company-1", "Northwind")
    known = linker.link(NodeType.COMPANY, "Northwind")
    assert known.id == "company-1"
    linker.register(NodeType.COMPANY, "company-1", "Northwind")
    assert linker.link(NodeType.COMPANY, "Northwind") is known


@pytest.mark.parametrize("kind", ["title", "skill", "company", "school", "place"])
@pytest.mark.parametrize(
    "unit",
    ["senior ", "a, ", "(a) ", "x/y ", "inc ", "ab (ab) ", "i. ", "engineer - ", "'", "\0", "("],
)
def test_a_hostile_length_is_answered_all_the_same(
    taxonomy: Taxonomy, kind: str, unit: str
) -> None:
    link = Linker(taxonomy).link(NodeType(kind), unit * 3_000)
    assert link.id is None
    assert len(link.local_id or "") < 100
