import pytest
from linkedin_export import CONNECTIONS, INVITATIONS, OWNER, OWNER_URL, read_export, read_one, table

from graph.importers.linkedin.dates import UNREADABLE
from graph.importers.linkedin.invitations import (
    CONNECTED_BEFORE,
    NO_DIRECTION,
    NOBODY,
    TO_ONESELF,
)
from graph.importers.linkedin.roster import NoMatch
from graph.schema import Event, EventKind, Person

OLD_HEADER = "From,To,Sent At,Message,Direction"
AMINA = "linkedin:amina-okafor"
AMINA_URL = "https://www.linkedin.com/in/amina-okafor"
SENT = 1_769_697_420  # 2026-01-29 14:37 UTC
DAY = 86_400


def invited(sent: str = "1/29/26, 2:37 PM", direction: str = "OUTGOING") -> tuple[str, ...]:
    people = [("Robin Vale", OWNER_URL), ("Amina Okafor", AMINA_URL)]
    inviter, invitee = people if direction == "OUTGOING" else reversed(people)
    return (inviter[0], invitee[0], sent, "note-canary", direction, inviter[1], invitee[1])


def connected(day: str, url: str = AMINA_URL) -> str:
    return table(CONNECTIONS, ("Amina", "Okafor", url, "", "", "", day))


@pytest.mark.parametrize("sent", ["1/29/26, 2:37 PM", "2026-01-29 14:37:00 UTC"])
def test_an_invitation_goes_from_one_to_the_other_at_its_moment(sent: str) -> None:
    result = read_one("Invitations.csv", table(INVITATIONS, invited(sent)))
    assert result.people() == [Person(AMINA, name="Amina Okafor", url=AMINA_URL, row=1)]
    assert result.events() == [Event(OWNER, EventKind.INVITE, AMINA, SENT, row=1)]


def test_the_note_of_an_invitation_is_never_kept() -> None:
    result = read_one("Invitations.csv", table(INVITATIONS, invited()))
    assert "note-canary" not in repr(result)


@pytest.mark.parametrize(
    ("direction", "inviter", "accepter"),
    [("OUTGOING", OWNER, AMINA), ("INCOMING", AMINA, OWNER)],
)
def test_an_invitation_of_a_connection_was_accepted_by_the_invited_one(
    direction: str, inviter: str, accepter: str
) -> None:
    files: dict[str, str | bytes] = {
        "Invitations.csv": table(INVITATIONS, invited(direction=direction)),
        "Connections.csv": connected("31 Jan 2026"),
    }
    result = read_export(files, OWNER)["Invitations.csv"]
    midnight = SENT - SENT % DAY + 2 * DAY
    assert result.events() == [
        Event(inviter, EventKind.INVITE, accepter, SENT, row=1),
        Event(accepter, EventKind.ACCEPT, inviter, midnight, row=1),
    ]
    assert result.people() == []


def test_an_invitation_accepted_on_its_own_day_was_accepted_after_it_was_sent() -> None:
    files: dict[str, str | bytes] = {
        "Invitations.csv": table(INVITATIONS, invited()),
        "Connections.csv": connected("29 Jan 2026"),
    }
    result = read_export(files, OWNER)["Invitations.csv"]
    assert [event.at for event in result.events()] == [SENT, SENT]
    assert result.tally.warnings == {}


def test_a_connection_older_than_the_invitation_is_remarked_on() -> None:
    files: dict[str, str | bytes] = {
        "Invitations.csv": table(INVITATIONS, invited()),
        "Connections.csv": connected("29 Jan 2020"),
    }
    result = read_export(files, OWNER)["Invitations.csv"]
    assert len(result.events(EventKind.ACCEPT)) == 1
    assert result.tally.warnings == {CONNECTED_BEFORE: 1}


@pytest.mark.parametrize("day", ["2026", "some day"])
def test_without_the_day_of_the_connection_nothing_is_said_of_when_it_was_accepted(
    day: str,
) -> None:
    files: dict[str, str | bytes] = {
        "Invitations.csv": table(INVITATIONS, invited()),
        "Connections.csv": connected(day),
    }
    result = read_export(files, OWNER)["Invitations.csv"]
    assert [event.kind for event in result.events()] == [EventKind.INVITE]


def test_without_addresses_the_other_is_found_by_name_among_the_connections() -> None:
    files: dict[str, str | bytes] = {
        "Invitations.csv": table(OLD_HEADER, invited()[:5]),
        "Connections.csv": connected("31 Jan 2026"),
    }
    result = read_export(files, OWNER)["Invitations.csv"]
    assert [event.kind for event in result.events()] == [EventKind.INVITE, EventKind.ACCEPT]
    assert result.events()[0].item == AMINA


def test_without_addresses_a_stranger_is_one_person_however_often_invited() -> None:
    rows = [invited()[:5], invited("2026-02-01 10:00:00 UTC")[:5]]
    result = read_one("Invitations.csv", table(OLD_HEADER, *rows))
    (stranger,) = result.people()
    assert stranger.id.startswith("contact:")
    assert {event.item for event in result.events()} == {stranger.id}


def test_a_name_of_several_connections_leads_to_nobody() -> None:
    namesake = "https://www.linkedin.com/in/another-amina"
    text = connected("31 Jan 2026") + f"Amina,Okafor,{namesake},,,,1 Feb 2026\n"
    files: dict[str, str | bytes] = {
        "Invitations.csv": table(OLD_HEADER, invited()[:5]),
        "Connections.csv": text,
    }
    result = read_export(files, OWNER)["Invitations.csv"]
    assert result.tally.skipped == {NoMatch.AMBIGUOUS.value: 1}


def test_odd_rows_are_left_out_each_for_its_reason() -> None:
    rows = [
        invited(sent="soon"),
        invited(direction="SIDEWAYS"),
        ("Robin Vale", "", "1/29/26, 2:37 PM", "", "OUTGOING", OWNER_URL, ""),
        ("Robin Vale", "Robin Vale", "1/29/26, 2:37 PM", "", "OUTGOING", OWNER_URL, OWNER_URL),
    ]
    result = read_one("Invitations.csv", table(INVITATIONS, *rows))
    assert result.tally.skipped == {UNREADABLE: 1, NO_DIRECTION: 1, NOBODY: 1, TO_ONESELF: 1}
    assert (result.events(), result.people()) == ([], [])


def test_somebody_first_met_in_a_rejected_row_is_stated_in_the_next() -> None:
    rows = [invited(sent="soon"), invited()]
    result = read_one("Invitations.csv", table(INVITATIONS, *rows))
    assert [person.row for person in result.people()] == [2]
