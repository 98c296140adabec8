import pytest
from linkedin_export import CONNECTIONS, OWNER, read_export, read_one, table

from graph.importers.linkedin.dates import UNREADABLE
from graph.importers.linkedin.endorsements import (
    HIDDEN,
    NO_SKILL,
    OTHER_STATUS,
    PENDING,
    TO_ONESELF,
)
from graph.importers.linkedin.recommendations import NAMELESS, NOT_SHOWN
from graph.importers.linkedin.roster import NoMatch
from graph.schema import Event, EventKind, Person

GIVEN = (
    "Endorsement Date,Skill Name,Endorsee First Name,Endorsee Last Name,Endorsee Public Url,"
    "Endorsement Status"
)
RECEIVED = GIVEN.replace("Endorsee", "Endorser")
OLD_GIVEN = GIVEN.replace("Endorsee Public Url,", "")
RECOMMENDATIONS = "First Name,Last Name,Company,Job Title,Text,Creation Date,Status"
AMINA = "linkedin:amina-okafor"
AMINA_URL = "www.linkedin.com/in/amina-okafor"
FULL_URL = f"https://{AMINA_URL}"
AT = 1_769_958_175  # 2026-02-01 15:02:55 UTC
DATE = "2026/02/01 15:02:55 UTC"
FIRST_OF_FEBRUARY = AT - AT % 86_400

CONNECTED = table(
    CONNECTIONS,
    ("Amina", "Okafor", FULL_URL, "", "Northwind", "CTO", "21 Feb 2026"),
    ("Jo", "Doe", "linkedin.com/in/jo-1", "", "Northwind", "Cook", "21 Feb 2026"),
    ("Jo", "Doe, MBA", "linkedin.com/in/jo-2", "", "Acme", "Cook", "21 Feb 2026"),
)


def endorsed(**changes: str) -> tuple[str, ...]:
    row = {
        "date": DATE,
        "skill": "SQL",
        "first": "Amina",
        "last": "Okafor",
        "url": AMINA_URL,
        "status": "ACCEPTED",
    }
    return tuple({**row, **changes}.values())


def test_a_given_endorsement_is_an_event_and_a_skill_of_the_endorsed() -> None:
    result = read_one("Endorsement_Given_Info.csv", table(GIVEN, endorsed()))
    assert result.people() == [
        Person(AMINA, name="Amina Okafor", url=FULL_URL, skills=("SQL",), row=1)
    ]
    assert result.events() == [Event(OWNER, EventKind.ENDORSE, AMINA, AT, None, "SQL", 1)]


def test_a_received_endorsement_is_an_event_and_makes_the_endorser_once() -> None:
    rows = [endorsed(), endorsed(skill="Python")]
    result = read_one("Endorsement_Received_Info.csv", table(RECEIVED, *rows))
    assert result.people() == [Person(AMINA, name="Amina Okafor", url=FULL_URL, row=1)]
    assert result.events() == [
        Event(AMINA, EventKind.ENDORSE, OWNER, AT, None, "SQL", 1),
        Event(AMINA, EventKind.ENDORSE, OWNER, AT, None, "Python", 2),
    ]


def test_only_accepted_endorsements_count() -> None:
    rows = [endorsed(status=status) for status in ("PENDING", "Hidden", "WITHDRAWN", "accepted")]
    result = read_one("Endorsement_Given_Info.csv", table(GIVEN, *rows))
    assert result.tally.skipped == {PENDING: 1, HIDDEN: 1, OTHER_STATUS: 1}
    assert [event.row for event in result.events()] == [4]
    assert [person.row for person in result.people()] == [4]


def test_an_endorsement_without_a_date_still_tells_a_skill() -> None:
    result = read_one("Endorsement_Given_Info.csv", table(GIVEN, endorsed(date="soon")))
    assert [person.skills for person in result.people()] == [("SQL",)]
    assert result.events() == []
    assert (result.tally.rows_used, result.tally.warnings) == (1, {UNREADABLE: 1})


def test_an_endorsement_of_nothing_or_of_oneself_is_left_out() -> None:
    rows = [endorsed(skill=""), endorsed(url="linkedin.com/in/robin-vale")]
    result = read_one("Endorsement_Given_Info.csv", table(GIVEN, *rows))
    assert result.tally.skipped == {NO_SKILL: 1, TO_ONESELF: 1}
    assert result.people() == []


def test_endorsements_without_addresses_find_people_by_name() -> None:
    rows = [
        (DATE, "SQL", "Amina", "OKAFOR", "ACCEPTED"),
        (DATE, "SQL", "Jo", "Doe", "ACCEPTED"),
        (DATE, "SQL", "Nobody", "Here", "ACCEPTED"),
    ]
    files: dict[str, str | bytes] = {
        "Connections.csv": CONNECTED,
        "Endorsement_Given_Info.csv": table(OLD_GIVEN, *rows),
    }
    result = read_export(files, OWNER)["Endorsement_Given_Info.csv"]
    assert [event.item for event in result.events()] == [AMINA]
    assert result.tally.skipped == {NoMatch.AMBIGUOUS.value: 1, NoMatch.UNKNOWN.value: 1}


def recommended(*rows: tuple[str, ...], name: str = "Recommendations_Received.csv") -> list[Event]:
    files: dict[str, str | bytes] = {
        "Connections.csv": CONNECTED,
        name: table(RECOMMENDATIONS, *rows),
    }
    return read_export(files, OWNER)[name].events()


@pytest.mark.parametrize(
    ("name", "person", "other"),
    [
        ("Recommendations_Received.csv", AMINA, OWNER),
        ("Recommendations Given.csv", OWNER, AMINA),
    ],
)
def test_a_recommendation_is_an_event_between_two_people(
    name: str, person: str, other: str
) -> None:
    row = ("Amina", "Okafor", "Elsewhere", "CTO", "text-canary", "01 Feb 2026", "VISIBLE")
    assert recommended(row, name=name) == [
        Event(person, EventKind.RECOMMEND, other, FIRST_OF_FEBRUARY, row=1)
    ]


def test_the_company_decides_between_people_of_one_name() -> None:
    row = ("Jo", "Doe", "ACME", "Cook", "text", "01 Feb 2026", "VISIBLE")
    assert [event.person_id for event in recommended(row)] == ["linkedin:jo-2"]


def test_recommendations_that_lead_to_nobody_are_counted_by_reason() -> None:
    rows = [
        ("Jo", "Doe", "Elsewhere", "Cook", "text-canary", "01 Feb 2026", "VISIBLE"),
        ("Nobody", "Here", "", "", "text-canary", "01 Feb 2026", "VISIBLE"),
        ("", "", "", "", "text-canary", "01 Feb 2026", "VISIBLE"),
        ("Amina", "Okafor", "", "", "text-canary", "soon", "VISIBLE"),
        ("Amina", "Okafor", "", "", "text-canary", "01 Feb 2026", "PENDING"),
    ]
    files: dict[str, str | bytes] = {
        "Connections.csv": CONNECTED,
        "Recommendations_Given.csv": table(RECOMMENDATIONS, *rows),
    }
    result = read_export(files, OWNER)["Recommendations_Given.csv"]
    assert result.events() == []
    assert result.tally.skipped == {
        NoMatch.AMBIGUOUS.value: 1,
        NoMatch.UNKNOWN.value: 1,
        NAMELESS: 1,
        UNREADABLE: 1,
        NOT_SHOWN: 1,
    }
    assert "text-canary" not in repr(result)
