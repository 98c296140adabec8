"""Who was erased does not come back with the next import, nor does anything that names them."""

from pathlib import Path

import pytest
from workspaces import Desk, edges, events, ids, nodes, table

from graph.ingest.people import ERASED
from graph.schema import EdgeType, NodeType

HEADER = "id,name,company,email,url"
ANA = "ana,Ana,Secret Works,ana@example.org,https://www.linkedin.com/in/ana"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A store where Ana, with an e-mail address and a profile, was known and then erased."""
    desk = Desk(tmp_path)
    desk.write("1/people.csv", table(HEADER, ANA, "bo,Bo,Contoso,,"))
    desk.bring()
    desk.store.erase("ana", 1)
    return desk


@pytest.mark.parametrize(
    "row",
    [
        ANA,
        "ana,,,,",
        "ANA,Other,,,",
        "other,Ana,Secret Works,ANA@example.org,",
        "other,Ana,Secret Works,,https://www.linkedin.com/in/ana",
    ],
)
def test_an_erased_person_stays_away_by_id_email_and_address(desk: Desk, row: str) -> None:
    path = desk.write("2/people.csv", table(HEADER, "cy,Cy,,,", row))
    report = desk.bring(path)
    assert ids(desk.store, NodeType.PERSON) == {"bo", "cy"}
    assert report.files[0].rejects == [(2, ERASED)]
    assert {node["name"] for node in nodes(desk.store, NodeType.COMPANY).values()} == {"Contoso"}


def test_nothing_that_refers_to_an_erased_person_comes_in(desk: Desk) -> None:
    desk.write("2/jobs.csv", table("id,title", "j1,Designer"))
    desk.write("2/connections.csv", table("person_id,other_id", "ana,bo", "bo,ana"))
    desk.write("2/positions.csv", table("person_id,title,company", "ana,Weaver,Secret Works"))
    desk.write("2/education.csv", table("person_id,school", "ana,Secret School"))
    desk.write("2/groups.csv", table("person_id,attribute,value", "ana,gender,woman"))
    acts = ("ana,view,j1,2024-01-01", "bo,message,ana,2024-01-01", "ana,follow,Secret,2024-01-01")
    desk.write("2/events.csv", table("person_id,kind,item_id,at", *acts))
    report = desk.bring(desk.files / "2")
    skipped = {Path(file.path).stem: file.rows_skipped for file in report.files}
    assert skipped.pop("jobs") == {}
    assert skipped == {
        "connections": {ERASED: 2},
        "positions": {ERASED: 1},
        "education": {ERASED: 1},
        "groups": {ERASED: 1},
        "events": {ERASED: 3},
    }
    assert report.added == {"job": 1, "has_title": 1}
    assert ids(desk.store, NodeType.SCHOOL) == set()
    assert ids(desk.store, NodeType.TITLE) == set()
    assert edges(desk.store, EdgeType.CONNECTED_TO) == []
    assert events(desk.store) == []
