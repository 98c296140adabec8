"""The built-in taxonomy goes into a store once, and gives way to a newer version of itself."""

from pathlib import Path

import pytest
from tiny_taxonomy import FILES, write_taxonomy
from workspaces import Desk, edges, nodes

from graph.ingest.taxonomy_seed import seed_taxonomy
from graph.schema import EdgeType, NodeType
from graph.taxonomy import Taxonomy


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def seed(desk: Desk, taxonomy: Taxonomy) -> None:
    with desk.store.write() as writer:
        seed_taxonomy(writer, taxonomy, 1)


def changed_taxonomy(folder: Path, **files: str) -> Taxonomy:
    folder.mkdir()
    return Taxonomy.load(write_taxonomy(folder, **files))


def test_titles_skills_places_and_their_relations_are_there(desk: Desk) -> None:
    seed(desk, desk.taxonomy)
    title = nodes(desk.store, NodeType.TITLE)["backend-engineer"]
    assert (title["name"], title["family"], title["level"]) == (
        "Backend Engineer",
        "software",
        "mid",
    )
    assert nodes(desk.store, NodeType.SKILL)["cpp"]["name"] == "C++"
    place = nodes(desk.store, NodeType.PLACE)["berlin"]
    assert (place["country"], place["latitude"], place["kind"]) == ("DE", 52.52, "city")
    assert [e[:2] for e in edges(desk.store, EdgeType.NEEDS)] == [("backend-engineer", "python")]
    similar = [e[:2] for e in edges(desk.store, EdgeType.SIMILAR_TO)]
    assert similar == [("backend-engineer", "software-engineer")]
    ((first, second, *_, notes),) = edges(desk.store, EdgeType.RELATED_TO)
    assert (first, second, notes) == ("java", "python", '{"relation": "related"}')


def test_the_same_taxonomy_is_brought_in_once(desk: Desk, tmp_path: Path) -> None:
    seed(desk, desk.taxonomy)
    before = desk.store.stats()
    seed(desk, desk.taxonomy)
    seed(desk, changed_taxonomy(tmp_path / "copy"))
    assert desk.store.stats() == before


def test_a_newer_taxonomy_takes_the_place_of_the_older(desk: Desk, tmp_path: Path) -> None:
    desk.write("people.csv", "id,name,title,skills\np1,Ann,Back-End Dev,Python;Java\n")
    desk.bring()
    newer = changed_taxonomy(
        tmp_path / "newer",
        title_skills="title,skill,importance\nbackend-engineer,kafka,0.50\n",
        skills=FILES["skills"].replace("java,Java,", "java,Java Language,"),
    )
    seed(desk, newer)
    assert [e[:2] for e in edges(desk.store, EdgeType.NEEDS)] == [("backend-engineer", "kafka")]
    assert nodes(desk.store, NodeType.SKILL)["java"]["name"] == "Java Language"
    assert [e[1] for e in edges(desk.store, EdgeType.HAS_SKILL)] == ["java", "python"]
    alone = desk.another_store("alone")
    with alone.write() as writer:
        seed_taxonomy(writer, newer, 1)
    desk.store.erase("p1", 1)
    assert desk.store.fingerprint() == alone.fingerprint()


def test_an_import_does_not_count_the_taxonomy_as_added(desk: Desk) -> None:
    desk.write("people.csv", "id,name,skills\np1,Ann,Python\n")
    report = desk.bring()
    assert report.added == {"person": 1, "has_skill": 1}
