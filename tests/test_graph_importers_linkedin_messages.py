import csv
import io
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linkedin_export import CONNECTIONS, MESSAGES, OWNER, OWNER_URL, read_export, read_one, table

from graph.importers.linkedin import conversations
from graph.importers.linkedin.dates import UNREADABLE
from graph.importers.linkedin.messages import (
    MOST_RECIPIENTS,
    NO_RECIPIENT,
    NOT_ALL_THREADS,
    TOO_MANY,
)
from graph.schema import Event, EventKind, Person

AMINA = "linkedin:amina-okafor"
AMINA_URL = "https://www.linkedin.com/in/amina-okafor"
JO = "linkedin:jo-doe"
JO_URL = "https://www.linkedin.com/in/jo-doe"
URLS = {"Robin Vale": OWNER_URL, "Amina Okafor": AMINA_URL, "Jo Doe, MBA": JO_URL}
NOON = 1_769_688_000  # 2026-01-29 12:00:00 UTC
CANARY = "canary-7f3a"

OLD_MESSAGES = MESSAGES.replace("RECIPIENT PROFILE URLS,", "")
NEW_MESSAGES = f"{MESSAGES},ATTACHMENTS,IS MESSAGE DRAFT,IS CONVERSATION DRAFT"


def message(
    sender: str = "Robin Vale",
    to: str = "Amina Okafor",
    minute: int = 0,
    *,
    thread: str = "1",
    recipients: str | None = None,
    content: str = CANARY,
    folder: str = "INBOX",
) -> list[str]:
    urls = URLS.get(to, "") if recipients is None else recipients
    sent = f"2026-01-29 12:{minute:02}:00 UTC"
    title, subject = f"title {CANARY}", f"subject {CANARY}"
    return [thread, title, sender, URLS.get(sender, ""), to, urls, sent, subject, content, folder]


def without_urls(row: list[str]) -> list[str]:
    return row[:5] + row[6:]


def kinds(events: list[Event]) -> list[tuple[str, EventKind, str]]:
    return [(event.person_id, event.kind, event.item) for event in events]


def test_a_message_goes_from_its_sender_to_its_recipient_at_its_second() -> None:
    result = read_one("messages.csv", table(MESSAGES, message()))
    assert result.people() == [Person(AMINA, name="Amina Okafor", url=AMINA_URL, row=1)]
    assert result.events() == [Event(OWNER, EventKind.MESSAGE, AMINA, NOON, row=1)]


def test_a_reply_is_a_message_after_one_by_the_other_side_in_any_order_of_rows() -> None:
    rows = [
        message(minute=1),
        message(minute=2),
        message("Amina Okafor", "Robin Vale", 3),
        message(minute=3),
        message(minute=4),
        message(minute=5, thread="2"),
    ]
    expected = {
        (NOON + 60, EventKind.MESSAGE),
        (NOON + 120, EventKind.MESSAGE),
        (NOON + 180, EventKind.REPLY),  # Amina's
        (NOON + 180, EventKind.MESSAGE),  # in the same second: not after
        (NOON + 240, EventKind.REPLY),
        (NOON + 300, EventKind.MESSAGE),  # another thread
    }
    for seed in range(5):
        Random(seed).shuffle(rows)
        events = read_one("messages.csv", table(MESSAGES, *rows)).events()
        assert {(event.at, event.kind) for event in events} == expected


@pytest.mark.parametrize(
    ("header", "extra"),
    [
        (MESSAGES, []),
        (f"{MESSAGES},ATTACHMENTS", [f"{CANARY}.pdf"]),
        (f"{MESSAGES},IS MESSAGE DRAFT", ["No"]),
        (NEW_MESSAGES, ["", "No", ""]),
    ],
)
def test_every_variant_of_the_columns_is_read(header: str, extra: list[str]) -> None:
    result = read_one("messages.csv", table(header, message() + extra))
    assert kinds(result.events()) == [(OWNER, EventKind.MESSAGE, AMINA)]
    assert CANARY not in repr(result)


def test_a_file_with_every_field_quoted_and_lines_in_its_texts_is_read() -> None:
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(NEW_MESSAGES.split(","))
    body = f'Hello "you",\n\n{CANARY}, best\n\nRobin\n'
    writer.writerow([*message(content=body), "", "No", "No"])
    writer.writerow([*message("Amina Okafor", "Robin Vale", 5, content="\n\n"), "", "", ""])
    result = read_one("messages.csv", text.getvalue())
    assert kinds(result.events()) == [
        (OWNER, EventKind.MESSAGE, AMINA),
        (AMINA, EventKind.REPLY, OWNER),
    ]
    assert result.tally.rows_read == 2


@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(
        st.text(max_size=20).map(lambda text: f"{text}{CANARY}{text}"), min_size=3, max_size=3
    ),
    urls=st.sampled_from([AMINA_URL, f"{AMINA_URL},{JO_URL}", "", CANARY]),
    sent=st.sampled_from(["2026-01-29 12:00:00 UTC", "soon", CANARY]),
    draft=st.sampled_from(["", "Yes", CANARY]),
)
def test_no_fact_and_no_reason_ever_holds_what_a_message_says(
    texts: list[str], urls: str, sent: str, draft: str
) -> None:
    title, subject, content = texts
    row = ["1", title, "Robin Vale", OWNER_URL, "Jo", urls, sent, subject, content, "INBOX"]
    result = read_one("messages.csv", table(NEW_MESSAGES, [*row, CANARY, draft, draft]))
    assert CANARY not in repr(result)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ([*message(), "", "Yes", ""], "draft, never sent"),
        ([*message(), "", "", "true"], "draft, never sent"),
        ([*message(folder="SPAM"), "", "", ""], "in the spam folder"),
        (
            [*message(content='<p class="spinmail-quill-editor__spin-break">Buy'), "", "", ""],
            "sponsored mail",
        ),
        ([*message("Acme", content="Hi %FIRSTNAME%, buy"), "", "", ""], "sponsored mail"),
        (
            [*message("LinkedIn Member", "Robin Vale"), "", "", ""],
            "sender has no profile address: sponsored mail, a page or a closed account",
        ),
        ([*message(recipients=OWNER_URL, to="Robin Vale"), "", "", ""], NO_RECIPIENT),
        ([*message()[:6], "soon", *message()[7:], "", "", ""], UNREADABLE),
    ],
)
def test_what_is_no_message_between_two_people_is_left_out_for_its_reason(
    row: list[str], reason: str
) -> None:
    result = read_one("messages.csv", table(NEW_MESSAGES, row))
    assert (result.events(), result.people()) == ([], [])
    assert result.tally.skipped == {reason: 1}


@pytest.mark.parametrize("folder", ["INBOX", "ARCHIVE", ""])
def test_every_other_folder_is_read(folder: str) -> None:
    assert read_one("messages.csv", table(MESSAGES, message(folder=folder))).events()


def test_a_message_to_a_group_goes_to_each_of_them() -> None:
    row = message(to="Amina Okafor, Jo Doe, MBA", recipients=f"{AMINA_URL},{JO_URL},{AMINA_URL}")
    result = read_one("messages.csv", table(MESSAGES, row))
    assert kinds(result.events()) == [
        (OWNER, EventKind.MESSAGE, AMINA),
        (OWNER, EventKind.MESSAGE, JO),
    ]
    # Three parts for two people: whose name is whose cannot be told.
    assert [person.name for person in result.people()] == [None, None]


def test_members_of_a_group_get_their_names_where_these_are_clear() -> None:
    row = message(to="Amina Okafor, Jo Doe", recipients=f"{AMINA_URL},{JO_URL}")
    later = message("Jo Doe, MBA", "Robin Vale", 5)
    result = read_one("messages.csv", table(MESSAGES, row, later))
    assert [person.name for person in result.people()] == ["Amina Okafor", "Jo Doe"]


def test_somebody_who_was_nameless_is_stated_again_with_a_name() -> None:
    row = message(to="Amina Okafor, Jo Doe, MBA", recipients=f"{AMINA_URL},{JO_URL}")
    later = message("Jo Doe, MBA", "Robin Vale", 5)
    result = read_one("messages.csv", table(MESSAGES, row, later))
    assert [(person.id, person.name) for person in result.people()] == [
        (AMINA, None),
        (JO, None),
        (JO, "Jo Doe"),
    ]


@pytest.mark.parametrize(("count", "is_read"), [(MOST_RECIPIENTS, True), (11, False)])
def test_a_message_to_a_crowd_tells_of_no_ties(count: int, is_read: bool) -> None:
    urls = ",".join(f"https://www.linkedin.com/in/p{number}" for number in range(count))
    result = read_one("messages.csv", table(MESSAGES, message(to="", recipients=urls)))
    assert len(result.events()) == (count if is_read else 0)
    assert result.tally.skipped == ({} if is_read else {TOO_MANY: 1})


def test_without_recipient_addresses_a_thread_tells_who_it_is_with() -> None:
    rows = [
        message(to="somebody renamed since"),
        message("Amina Okafor", "Robin Vale", 5),
    ]
    result = read_one("messages.csv", table(OLD_MESSAGES, *map(without_urls, rows)))
    assert kinds(result.events()) == [
        (OWNER, EventKind.MESSAGE, AMINA),
        (AMINA, EventKind.REPLY, OWNER),
    ]
    assert "era: to early 2023 (recipients by name only)" in result.tally.remarks


def test_without_recipient_addresses_names_with_commas_are_found_whole() -> None:
    rows = [
        message("Jo Doe, MBA", "Robin Vale", thread="1"),
        message("Amina Okafor", "Robin Vale", thread="2"),
        message(to="Nobody Here, Jo Doe, MBA, Amina Okafor", thread="3"),
    ]
    result = read_one("messages.csv", table(OLD_MESSAGES, *map(without_urls, rows)))
    assert kinds(result.events())[2:] == [
        (OWNER, EventKind.MESSAGE, JO),
        (OWNER, EventKind.MESSAGE, AMINA),
    ]


def test_without_recipient_addresses_a_connection_is_found_by_name() -> None:
    connected = ("Amina", "Okafor", AMINA_URL, "", "", "", "1 Jan 2026")
    files: dict[str, str | bytes] = {
        "Connections.csv": table(CONNECTIONS, connected),
        "messages.csv": table(OLD_MESSAGES, without_urls(message())),
    }
    result = read_export(files, OWNER)["messages.csv"]
    assert kinds(result.events()) == [(OWNER, EventKind.MESSAGE, AMINA)]


def test_without_recipient_addresses_a_stranger_is_not_guessed() -> None:
    rows = [without_urls(message(to="Nobody Here"))]
    result = read_one("messages.csv", table(OLD_MESSAGES, *rows))
    assert result.tally.skipped == {NO_RECIPIENT: 1}


def test_with_very_many_threads_memory_stays_bounded_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(conversations, "MOST_VOICES_KEPT", 1)
    rows = [message(minute=1), message("Amina Okafor", "Robin Vale", 2)]
    both = [*rows, *(message(minute=3, thread="2"), message("Amina Okafor", "Robin Vale", 4))]
    result = read_one("messages.csv", table(MESSAGES, *both))
    assert result.tally.rows_used == 4
    assert NOT_ALL_THREADS in result.tally.remarks
