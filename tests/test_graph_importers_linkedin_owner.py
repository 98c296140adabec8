from collections import Counter

import pytest
from linkedin_export import (
    CONNECTIONS,
    INVITATIONS,
    INVITED_AS_ROBIN,
    MESSAGES,
    NOW,
    OWNER,
    OWNER_URL,
    PROFILE,
    read_export,
    read_one,
    table,
)

from graph.importers.linkedin.conversations import Conversations
from graph.importers.linkedin.owner import NOT_FOUND, Clues, find_owner
from graph.schema import Person

AMINA_URL = "https://www.linkedin.com/in/amina-okafor"
JO_URL = "https://www.linkedin.com/in/jo-doe"
SENT = "2026-01-29 14:37:00 UTC"
PROFILE_ROW = ("Robin", "Vale", *[""] * 11)


def message(thread: str, sender: tuple[str, str], recipient: tuple[str, str]) -> tuple[str, ...]:
    return (thread, "", *sender, *recipient, SENT, "", "Hello", "INBOX")


ROBIN = ("Robin Vale", OWNER_URL)
AMINA = ("Amina Okafor", AMINA_URL)
JO = ("Jo Doe", JO_URL)


def test_invitations_tell_the_owners_own_address_and_name() -> None:
    result = read_export({"Invitations.csv": INVITED_AS_ROBIN})["Invitations.csv"]
    assert result.owner() == Person(
        OWNER, name="Robin Vale", url=OWNER_URL, is_member=True, updated_at=NOW
    )


def test_most_invitations_decide_when_an_odd_one_disagrees() -> None:
    rows = [
        ("Robin Vale", "Jo Doe", SENT, "", "OUTGOING", OWNER_URL, JO_URL),
        ("Jo Doe", "Robin Vale", SENT, "", "INCOMING", JO_URL, OWNER_URL),
        ("Somebody", "Else", SENT, "", "OUTGOING", AMINA_URL, JO_URL),
        ("Somebody", "Else", SENT, "", "SIDEWAYS", AMINA_URL, JO_URL),
    ]
    result = read_export({"Invitations.csv": table(INVITATIONS, *rows)})["Invitations.csv"]
    assert result.owner().id == OWNER


def test_without_invitations_the_address_is_that_of_whoever_writes_under_the_owners_name() -> None:
    files: dict[str, str | bytes] = {
        "Profile.csv": table(PROFILE, PROFILE_ROW),
        "messages.csv": table(MESSAGES, message("1", ROBIN, AMINA), message("1", AMINA, ROBIN)),
    }
    assert read_export(files)["Profile.csv"].owner().id == OWNER


def test_without_a_profile_the_owner_is_who_takes_part_in_every_thread() -> None:
    rows = [message("1", ROBIN, AMINA), message("2", JO, ROBIN), message("3", ROBIN, JO)]
    result = read_export({"messages.csv": table(MESSAGES, *rows)})["messages.csv"]
    assert (result.owner().id, result.owner().name) == (OWNER, "Robin Vale")


def test_two_people_in_one_thread_are_not_told_apart_by_guessing() -> None:
    rows = [message("1", ROBIN, AMINA), message("1", AMINA, ROBIN)]
    result = read_export({"messages.csv": table(MESSAGES, *rows)})["messages.csv"]
    assert result.owner().id.startswith("member:")
    assert result.tally.remarks[0] == NOT_FOUND
    assert [person.id for person in result.people()] == [OWNER, "linkedin:amina-okafor"]


@pytest.mark.parametrize("name", ["Connections.csv", "Saved Jobs.csv"])
def test_a_partial_export_without_a_clue_has_an_owner_whom_the_flag_can_name(name: str) -> None:
    text = {
        "Connections.csv": table(CONNECTIONS, ("Jo", "Doe", JO_URL, "", "", "", "1 Mar 2026")),
        "Saved Jobs.csv": "Saved Date,Job Url,Job Title,Company Name\n1 Mar 2026,,Cook,Acme\n",
    }[name]
    result = read_one(name, text, owner_id=None)
    again = read_one(name, text, owner_id=None)
    assert result.owner().id.removeprefix("member:").isalnum()
    assert len(result.owner().id) == len("member:") + 12
    assert result.owner() == again.owner()
    assert NOT_FOUND in result.tally.remarks
    assert result.tally.rows_used == 1


def test_the_flag_decides_and_the_owners_address_still_leads_to_them() -> None:
    files: dict[str, str | bytes] = {
        "Invitations.csv": INVITED_AS_ROBIN,
        "messages.csv": table(MESSAGES, message("1", AMINA, ROBIN)),
    }
    results = read_export(files, owner_id="robin")
    assert results["Invitations.csv"].owner().id == "robin"
    assert results["Invitations.csv"].owner().url == OWNER_URL
    assert [event.item for event in results["messages.csv"].events()] == ["robin"]
    assert NOT_FOUND not in results["Invitations.csv"].tally.remarks


def test_a_flag_that_holds_an_address_is_a_clue_of_its_own() -> None:
    row = ("Robin", "Vale", OWNER_URL, "", "", "", "1 Mar 2026")
    result = read_one("Connections.csv", table(CONNECTIONS, row), owner_id=OWNER)
    assert result.owner().url == OWNER_URL
    assert result.connections() == []


def test_stand_ins_of_two_exports_differ() -> None:
    nothing = Clues(None, Counter(), Counter(), Conversations())
    assert find_owner(nothing, None, "anna/export").id != find_owner(nothing, None, "ben/export").id
