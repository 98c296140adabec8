"""Facts become the right nodes and edges."""

import json
from pathlib import Path

import pytest
from workspaces import Desk, edges, events, ids, nodes, table

from graph.schema import EdgeType, NodeType
from graph.store.tables import EVENT_KINDS, group_membership

PEOPLE = "id,name,headline,title,company,place,skills,years_experience,email,url,is_member"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_person_becomes_a_node_with_an_edge_for_each_thing_said(desk: Desk) -> None:
    row = "ana,Ana Lima,Builds things,Senior Back-End Dev,Northwind GmbH,München,Python 3;Weaving"
    desk.write("people.csv", table(PEOPLE, f"{row},7,ana@example.org,https://example.org/ana,true"))
    report = desk.bring()
    person = nodes(desk.store, NodeType.PERSON)["ana"]
    assert {name: person[name] for name in ("name", "headline", "years_experience")} == {
        "name": "Ana Lima",
        "headline": "Builds things",
        "years_experience": 7.0,
    }
    assert (person["email"], person["url"]) == ("ana@example.org", "https://example.org/ana")
    assert person["is_member"] == 1
    (company,) = ids(desk.store, NodeType.COMPANY)
    assert nodes(desk.store, NodeType.COMPANY)[company]["name"] == "Northwind GmbH"
    assert edges(desk.store, EdgeType.WORKS_AT) == [("ana", company, "", None, None, None)]
    (holds,) = edges(desk.store, EdgeType.HOLDS)
    assert holds[:2] == ("ana", "backend-engineer")
    assert holds[4:] == ("Senior Back-End Dev", json.dumps({"seniority": "senior"}))
    assert edges(desk.store, EdgeType.LIVES_IN) == [("ana", "munich", "", None, "München", None)]
    (weaving,) = ids(desk.store, NodeType.SKILL)
    assert edges(desk.store, EdgeType.HAS_SKILL) == [
        ("ana", weaving, "", None, None, None),
        ("ana", "python", "", None, "Python 3", None),
    ]
    assert report.added["person"] == 1
    assert report.added["has_skill"] == 2
    assert report.changed == {}


def test_a_position_carries_its_time_and_its_words(desk: Desk) -> None:
    desk.write("people.csv", table("id,name", "ana,Ana"))
    desk.write(
        "positions.csv",
        table(
            "person_id,title,company,start,end,description,place",
            "ana,Data Engineer,Northwind,2020-03,2022-01-31,Built it,Berlin",
            "ana,Data Engineer,Contoso,2022-02,,,",
        ),
    )
    desk.bring()
    ((person, company, since, until, mention, notes),) = edges(desk.store, EdgeType.WORKED_AT)
    assert (person, since, until, mention) == ("ana", "2020-03", "2022-01-31", None)
    assert nodes(desk.store, NodeType.COMPANY)[company]["name"] == "Northwind"
    assert json.loads(notes) == {
        "title": "Data Engineer",
        "place": "Berlin",
        "description": "Built it",
    }
    ((_, contoso, since, until, _, _),) = edges(desk.store, EdgeType.WORKS_AT)
    assert nodes(desk.store, NodeType.COMPANY)[contoso]["name"] == "Contoso"
    assert (since, until) == ("2022-02", None)
    held = [(e[1], e[2], e[3], json.loads(e[5])) for e in edges(desk.store, EdgeType.HOLDS)]
    assert held == [
        ("data-engineer", "2020-03", "2022-01-31", {"company": "Northwind"}),
        ("data-engineer", "2022-02", None, {"company": "Contoso"}),
    ]


def test_education_keeps_degree_and_field(desk: Desk) -> None:
    desk.write("people.csv", table("id,name", "ana,Ana"))
    desk.write(
        "education.csv",
        table("person_id,school,degree,field,start,end", "ana,TU Havel,BSc,Physics,2015,2018"),
    )
    desk.bring()
    ((person, school, since, until, mention, notes),) = edges(desk.store, EdgeType.STUDIED_AT)
    assert (person, since, until, mention) == ("ana", "2015", "2018", None)
    assert nodes(desk.store, NodeType.SCHOOL)[school]["name"] == "TU Havel"
    assert json.loads(notes) == {"degree": "BSc", "field": "Physics"}


def test_a_job_has_its_company_title_place_skills_and_the_seniority_of_its_title(
    desk: Desk,
) -> None:
    desk.write(
        "jobs.csv",
        table(
            "id,title,company,place,remote,skills,salary_min,currency,tint",
            "j1,Junior Data Analyst,Contoso Ltd,Paris,hybrid,Python;Kafka,40000,EUR,blue",
        ),
    )
    desk.bring()
    job = nodes(desk.store, NodeType.JOB)["j1"]
    assert (job["seniority"], job["remote"], job["salary_min"]) == ("junior", "hybrid", 40000.0)
    assert json.loads(job["notes"]) == {"tint": "blue"}
    assert [e[:2] for e in edges(desk.store, EdgeType.LOCATED_IN)] == [("j1", "paris")]
    ((_, title, _, _, mention, notes),) = edges(desk.store, EdgeType.HAS_TITLE)
    assert (title, mention) == ("data-analyst", "Junior Data Analyst")
    assert json.loads(notes) == {"seniority": "junior"}
    required = [e[:2] for e in edges(desk.store, EdgeType.REQUIRES)]
    assert required == [("j1", "kafka"), ("j1", "python")]
    assert len(edges(desk.store, EdgeType.POSTED_BY)) == 1


def test_a_tie_has_no_direction_and_is_kept_once(desk: Desk) -> None:
    desk.write("people.csv", table("id,name", "zoe,Zoe", "ana,Ana", "bo,Bo"))
    desk.write(
        "connections.csv",
        table(
            "person_id,other_id,since,strength,observed",
            "zoe,ana,2020-01-01,0.5,true",
            "ana,zoe,2020-01-01,0.5,true",
            "bo,ana,,,false",
            "ana,ana,,,",
        ),
    )
    report = desk.bring()
    ties = [e[:3] for e in edges(desk.store, EdgeType.CONNECTED_TO)]
    assert ties == [("ana", "bo", ""), ("ana", "zoe", "2020-01-01")]
    told = report.files[-1]
    assert (told.rows_read, told.rows_used) == (4, 3)
    assert told.rows_skipped == {"a person connected to themselves": 1}


def test_events_reach_people_jobs_and_companies_with_value_and_context(desk: Desk) -> None:
    desk.write("people.csv", table("id,name", "ana,Ana", "bo,Bo"))
    desk.write("jobs.csv", table("id,title", "j1,Designer"))
    desk.write(
        "events.csv",
        table(
            "person_id,kind,item_id,at,value,context",
            "ana,view,j1,2024-01-01T00:00:10Z,12.5,",
            "ana,endorse,bo,2024-01-02,,Python",
            "ana,follow,Contoso Ltd,2024-01-03,,",
            "ana,view,j1,2024-01-01T00:00:10Z,12.5,",
        ),
    )
    desk.bring()
    (contoso,) = ids(desk.store, NodeType.COMPANY)
    assert [(e[0], EVENT_KINDS[e[1]].value, *e[2:]) for e in events(desk.store)] == [
        ("ana", "view", "j1", 1_704_067_210, None, 12.5),
        ("ana", "endorse", "bo", 1_704_153_600, "python", None),
        ("ana", "follow", contoso, 1_704_240_000, None, None),
    ]


def test_groups_are_kept_apart_from_the_graph(desk: Desk) -> None:
    desk.write("people.csv", table("id,name", "ana,Ana"))
    desk.write("groups.csv", table("person_id,attribute,value", "ana,gender,woman", "bo,age,30"))
    report = desk.bring()
    with desk.store.read() as connection:
        rows = [tuple(row)[1:3] for row in connection.execute(group_membership.select())]
    assert rows == [("gender", "woman")]
    assert report.files[-1].rows_skipped == {"no person with this id": 1}
    assert "woman" not in json.dumps(nodes(desk.store, NodeType.PERSON))


@pytest.mark.parametrize(
    ("column", "text", "kind"),
    [
        ("company", "Self-employed", NodeType.COMPANY),
        ("company", "N/A", NodeType.COMPANY),
        ("title", "Retired", NodeType.TITLE),
        ("title", "Looking for new opportunities", NodeType.TITLE),
        ("place", "Anywhere", NodeType.PLACE),
        ("skills", "None", NodeType.SKILL),
    ],
)
def test_words_that_say_nothing_make_no_node(
    desk: Desk, column: str, text: str, kind: NodeType
) -> None:
    desk.write("people.csv", table(f"id,name,{column}", f"ana,Ana,{text}"))
    desk.bring()
    assert ids(desk.store, kind) == set()
    said = (EdgeType.WORKS_AT, EdgeType.HOLDS, EdgeType.LIVES_IN, EdgeType.HAS_SKILL)
    assert [edges(desk.store, each) for each in said] == [[], [], [], []]
    if column != "skills":  # the words themselves stay with the person
        assert nodes(desk.store, NodeType.PERSON)["ana"][column] == text


def test_one_company_written_twice_is_one_node_and_each_edge_keeps_its_words(desk: Desk) -> None:
    desk.write(
        "people.csv", table("id,name,company", "ana,Ana,Northwind GmbH", "bo,Bo,NORTHWIND GMBH")
    )
    desk.bring()
    (company,) = ids(desk.store, NodeType.COMPANY)
    mentions = {e[0]: e[4] for e in edges(desk.store, EdgeType.WORKS_AT)}
    assert mentions == {"ana": None, "bo": "NORTHWIND GMBH"}
    assert nodes(desk.store, NodeType.COMPANY)[company]["name"] == "Northwind GmbH"
