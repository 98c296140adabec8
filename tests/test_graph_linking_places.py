import pytest
from tiny_taxonomy import write_taxonomy

from graph.linking import Link, Linker, Tier
from graph.schema import NodeType
from graph.taxonomy import Taxonomy


@pytest.fixture(scope="module")
def linker(tmp_path_factory: pytest.TempPathFactory) -> Linker:
    return Linker(Taxonomy.load(write_taxonomy(tmp_path_factory.mktemp("taxonomy"))))


def place(linker: Linker, text: str) -> Link:
    return linker.link(NodeType.PLACE, text)


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("Berlin", "berlin"),
        ("Berlin, Germany", "berlin"),
        ("Berlin, BE, Germany", "berlin"),
        ("berlin (deutschland)", "berlin"),
        ("Germany, Berlin", "berlin"),
        ("Berlin Area, Germany", "berlin"),
        ("10115 Berlin", "berlin"),
        ("München", "munich"),
        ("MUNCHEN", "munich"),
        ("Muenchen, Deutschland", "munich"),
        ("Malmo", "malmo"),
        ("London, England, United Kingdom", "london"),
        ("Greater London", "greater-london"),
        ("San Francisco Bay Area", "bay-area"),
        ("Austin, TX", "austin"),
        ("Austin, TX 78701", "austin"),
        ("Austin, Texas, United States", "austin"),
        ("Greater Austin Area", "austin"),
        ("Cambridge", "cambridge"),
        ("Cambridge, Massachusetts, USA", "cambridge-ma"),
        ("Georgia", "country-ge"),
        ("Georgia, United States", "region-us-ga"),
        ("Texas", "region-us-tx"),
        ("Remote - Germany", "country-de"),
        ("Remote (Berlin)", "berlin"),
        ("Hybrid in Berlin, Germany", "berlin"),
    ],
)
def test_a_place_is_found_when_its_qualifiers_agree(linker: Linker, text: str, id: str) -> None:
    assert place(linker, text).id == id


@pytest.mark.parametrize(
    "text",
    [
        "Paris, TX",
        "Paris, Texas, United States",
        "Berlin, New Hampshire",
        "Berlin, United Kingdom",
        "London, Germany",
        "Austin, Georgia",
        "Springfield",
        "Springfield, Germany",
        "Parisian",
        "New Berlin",
        "East Germany Berlin",
        "Homburg, Germany",
        "Berlin or Munich",
    ],
)
def test_a_place_is_refused_when_a_qualifier_disagrees_or_is_unknown(
    linker: Linker, text: str
) -> None:
    link = place(linker, text)
    assert (link.id, link.tier) == (None, Tier.NONE)
    assert link.local_id is not None


def test_an_unknown_town_suggests_what_lies_around_it(linker: Linker) -> None:
    assert place(linker, "Homburg, Germany").suggestions[0].id == "country-de"
    found = {suggestion.id for suggestion in place(linker, "Springfield").suggestions}
    assert found == {"springfield-il", "springfield-ma"}


@pytest.mark.parametrize("text", ["Remote", "Fully remote", "Anywhere", "Hybrid / Remote", ""])
def test_a_text_that_only_says_remote_is_no_place(linker: Linker, text: str) -> None:
    link = place(linker, text)
    assert link.placeholder
    assert link.local_id is None
