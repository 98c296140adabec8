import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_taxonomy import write_taxonomy

from graph.linking import Linker, Tier
from graph.schema import NodeType
from graph.taxonomy import Taxonomy

COMPANY, SCHOOL = NodeType.COMPANY, NodeType.SCHOOL


@pytest.fixture
def linker(tmp_path: Path) -> Linker:
    return Linker(Taxonomy.load(write_taxonomy(tmp_path)))


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Linker:
    return Linker(Taxonomy.load(write_taxonomy(tmp_path_factory.mktemp("taxonomy"))))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Northwind GmbH", "NORTHWIND gmbh."),
        ("Northwind", "Northwind GmbH & Co. KG"),
        ("Acme Corp", "  Acme  ,  Inc.  "),
        ("Acme Co., Ltd.", "ACME"),
        ("ＡＣＭＥ", "acme"),
        ("Nestlé", unicodedata.normalize("NFD", "Nestlé")),
        ("İstanbul Tekstil", "Istanbul Tekstil"),
        ("Johnson & Johnson", "Johnson and Johnson"),
        ("株式会社日本電産", "日本電産"),
        ("Gamma S.p.A.", "Gamma SpA"),
        ("I.B.M.", "IBM"),
    ],
)
def test_spellings_of_one_company_share_a_local_id(untouched: Linker, one: str, other: str) -> None:
    first, second = untouched.link(COMPANY, one), untouched.link(COMPANY, other)
    assert first.local_id is not None
    assert first.local_id == second.local_id


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Škoda", "Koda"),
        ("Škoda", "Skoda"),
        ("Żubr", "Zubr"),
        ("Ėmė", "Eme"),
        ("Ġenerali", "Generali"),
        ("Nestlé", "Nestle"),
        ("Zürich Re", "Zurich Re"),
        ("İŞ BANKASI", "Is Bankasi"),
        ("日本電産", "日本電気"),
        ("The Citadel", "Citadel"),
        ("Meta", "Metabase"),
        ("Apple", "Applebee's"),
        ("Alpha 1", "Alpha 2"),
        ("Disney", "Disney+"),
    ],
)
def test_companies_of_other_names_are_never_taken_for_each_other(
    linker: Linker, one: str, other: str
) -> None:
    linker.register(COMPANY, "company-one", one)
    link = linker.link(COMPANY, other)
    assert link.id is None
    assert link.local_id != linker.link(COMPANY, one).local_id


def test_a_legal_form_alone_is_a_name(untouched: Linker) -> None:
    assert untouched.key(COMPANY, "GmbH") == "gmbh"
    assert untouched.key(COMPANY, "Corp Inc.") == "corp"


def test_a_registered_company_is_found_under_its_name_and_spellings(linker: Linker) -> None:
    before = linker.link(COMPANY, "NORTHWIND Gmbh")
    assert before.local_id == "local:company-northwind"
    linker.register(COMPANY, "company-7", "Northwind GmbH")
    assert linker.link(COMPANY, "Northwind GmbH").tier is Tier.EXACT
    found = linker.link(COMPANY, "NORTHWIND Gmbh")
    assert (found.id, found.tier, found.name) == ("company-7", Tier.NORMALISED, "Northwind GmbH")


def test_near_misses_are_suggested(linker: Linker) -> None:
    linker.register(COMPANY, "company-citadel", "Citadel")
    linker.register(COMPANY, "company-northwind", "Northwind")
    for text, id in (
        ("The Citadel", "company-citadel"),
        ("Nortwind", "company-northwind"),
        ("Northwind Solutions", "company-northwind"),
    ):
        assert [s.id for s in linker.link(COMPANY, text).suggestions] == [id]
    assert linker.link(COMPANY, "Citroën").suggestions == ()


def test_names_that_differ_in_a_number_are_not_asked_about(linker: Linker) -> None:
    linker.register(COMPANY, "c17", "Northwind 17")
    assert linker.link(COMPANY, "Northwind 18").suggestions == ()
    assert [s.id for s in linker.link(COMPANY, "Nordwind 17").suggestions] == ["c17"]


def test_two_companies_of_one_key_are_both_left_alone(linker: Linker) -> None:
    linker.register(COMPANY, "company-1", "Acme Inc")
    linker.register(COMPANY, "company-2", "Acme GmbH")
    assert linker.link(COMPANY, "Acme Inc").id == "company-1"
    assert linker.link(COMPANY, "ACME").id is None


@pytest.mark.parametrize("text", ["Self-employed", "SELF EMPLOYED", "confidential", "n/a", "—"])
def test_a_company_that_says_nothing_is_a_placeholder(linker: Linker, text: str) -> None:
    assert linker.link(COMPANY, text).placeholder


def test_the_article_counts_unless_a_kind_of_school_is_named(linker: Linker) -> None:
    linker.register(SCHOOL, "school-1", "The University of Northwind")
    linker.register(SCHOOL, "school-2", "The Citadel")
    assert linker.link(SCHOOL, "University of Northwind").id == "school-1"
    assert linker.link(SCHOOL, "Univ. of Northwind").id == "school-1"
    assert linker.link(SCHOOL, "Citadel").id is None
    assert linker.link(COMPANY, "The Citadel").id is None


def test_only_companies_and_schools_are_registered(linker: Linker) -> None:
    with pytest.raises(ValueError, match="not a title: 'Baker'"):
        linker.register(NodeType.TITLE, "baker", "Baker")


NAMES = st.text(max_size=30)


@given(NAMES)
def test_a_company_key_is_its_own_key_in_any_composition(untouched: Linker, name: str) -> None:
    key = untouched.key(COMPANY, name)
    assert untouched.key(COMPANY, unicodedata.normalize("NFD", name)) == key
    assert untouched.key(COMPANY, key) == key
