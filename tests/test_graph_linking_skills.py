import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_taxonomy import write_taxonomy

from graph.linking import Linker, Tier
from graph.schema import NodeType
from graph.taxonomy import Taxonomy


@pytest.fixture(scope="module")
def linker(tmp_path_factory: pytest.TempPathFactory) -> Linker:
    return Linker(Taxonomy.load(write_taxonomy(tmp_path_factory.mktemp("taxonomy"))))


@pytest.mark.parametrize(
    ("text", "id", "tier"),
    [
        ("Python", "python", Tier.EXACT),
        ("K8s", "kubernetes", Tier.ALIAS),
        ("PYTHON", "python", Tier.NORMALISED),
        ("NodeJS", "nodejs", Tier.NORMALISED),
        ("node js", "nodejs", Tier.NORMALISED),
        ("Python (Programming Language)", "python", Tier.NORMALISED),
        ("Python programming", "python", Tier.NORMALISED),
        ("Advanced Python", "python", Tier.NORMALISED),
        ("Python 3.11", "python", Tier.NORMALISED),
        ("Leadership Skills", "leadership", Tier.NORMALISED),
        ("Search Engine Optimization (SEO)", "seo", Tier.NORMALISED),
        ("Apache Kafka", "kafka", Tier.NORMALISED),
        ("C ++", "cpp", Tier.NORMALISED),
        ("C#", "csharp", Tier.EXACT),
        ("c++", "cpp", Tier.NORMALISED),
        ("Kubernets", "kubernetes", Tier.FUZZY),
        ("Leadreship", "leadership", Tier.FUZZY),
        ("Pyton", None, Tier.NONE),
        ("JavaScript", None, Tier.NONE),
        ("Python (Snake)", None, Tier.NONE),
        ("Thought Leadership", None, Tier.NONE),
        ("Optimization", None, Tier.NONE),
    ],
)
def test_a_skill_is_found_under_the_ways_to_write_it_and_no_other(
    linker: Linker, text: str, id: str | None, tier: Tier
) -> None:
    link = linker.link(NodeType.SKILL, text)
    assert (link.id, link.tier) == (id, tier)


def test_signs_tell_languages_apart(linker: Linker) -> None:
    keys = {linker.key(NodeType.SKILL, text) for text in ("C", "C+", "C++", "C#")}
    assert len(keys) == 4


def test_a_skill_that_says_nothing_is_a_placeholder(linker: Linker) -> None:
    assert linker.link(NodeType.SKILL, "none").placeholder


@given(st.text(max_size=20))
def test_a_key_has_a_key_of_its_own(linker: Linker, text: str) -> None:
    key = linker.key(NodeType.SKILL, text)
    assert linker.key(NodeType.SKILL, key.upper()) == linker.key(NodeType.SKILL, key)
