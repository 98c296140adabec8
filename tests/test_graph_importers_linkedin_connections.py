import pytest
from hypothesis import given
from hypothesis import strategies as st
from linkedin_export import (
    CONNECTIONS,
    INVITED_AS_ROBIN,
    NOW,
    OWNER,
    OWNER_URL,
    PREAMBLE,
    read_export,
    read_one,
    table,
)

from graph.importers.linkedin.connections import (
    BAD_ADDRESS,
    HIDDEN,
    NAMELESS,
    OWN_ROW,
    SAME_AGAIN,
)
from graph.importers.linkedin.dates import AHEAD, UNREADABLE
from graph.importers.linkedin.profile_url import slug_of
from graph.schema import Connection, Person

OLD_HEADER = "First Name,Last Name,Email Address,Company,Position,Connected On"
AMINA = ("Amina", "Okafor", "https://www.linkedin.com/in/amina-okafor", "", "Northwind", "CTO")


def test_a_row_becomes_a_person_and_a_connection() -> None:
    result = read_one("Connections.csv", PREAMBLE + table(CONNECTIONS, (*AMINA, "21 Feb 2026")))
    contact = Person(
        "linkedin:amina-okafor",
        name="Amina Okafor",
        title="CTO",
        company="Northwind",
        url="https://www.linkedin.com/in/amina-okafor",
        updated_at=NOW,
        row=1,
    )
    assert result.people() == [contact]
    assert result.connections() == [Connection(OWNER, contact.id, "2026-02-21", row=1)]
    assert result.tally.used_for == ("people you know", "where they work")


@pytest.mark.parametrize(
    ("text", "era"),
    [
        (f"{OLD_HEADER}\nJo,Doe,,Acme,Cook,01 May 2019\n", "to mid-2021"),
        (f"{PREAMBLE}{OLD_HEADER}\nJo,Doe,,Acme,Cook,01 May 2019\n", "mid-2021 to mid-2023"),
        (f"{PREAMBLE}{CONNECTIONS}\nJo,Doe,,,Acme,Cook,01 May 2019\n", "mid-2023 on"),
    ],
)
def test_each_era_is_read_and_named(text: str, era: str) -> None:
    result = read_one("Connections.csv", text)
    assert result.tally.remarks[0].startswith(f"era: {era} (")
    (contact,) = result.people()
    assert (contact.name, contact.company, contact.title) == ("Jo Doe", "Acme", "Cook")
    assert contact.id.startswith("contact:")
    assert len(contact.id) == len("contact:") + 16
    assert result.connections()[0].since == "2019-05-01"


@pytest.mark.parametrize(
    "preamble",
    [
        "",
        PREAMBLE,
        "Notes:,short text\n\n",
        'Notes:\n"A note\nover\nfour\nlines, with a comma"\n\n',
        "\n\n",
    ],
)
def test_the_header_is_found_after_any_preamble(preamble: str) -> None:
    text = preamble + table(CONNECTIONS, (*AMINA, "21 Feb 2026"))
    assert len(read_one("Connections.csv", text).people()) == 1


def test_the_last_row_counts_without_a_line_end() -> None:
    text = table(CONNECTIONS, (*AMINA, "21 Feb 2026")).rstrip("\n")
    assert read_one("Connections.csv", text).tally.rows_used == 1


def test_a_hidden_member_is_counted_and_makes_no_person() -> None:
    text = f"{PREAMBLE}{CONNECTIONS}\n,,,,,,21 Feb 2026\n,,,,Acme,,20 Feb 2026\n"
    result = read_one("Connections.csv", text)
    assert result.people() == []
    assert result.tally.skipped == {HIDDEN: 1, NAMELESS: 1}
    assert result.tally.rejects == [(1, HIDDEN), (2, NAMELESS)]


def test_credentials_after_a_name_move_to_the_notes() -> None:
    row = ("Jo", "Hartwell, MBA, CPA", "https://www.linkedin.com/in/jo", "", "", "", "1 Mar 2026")
    (contact,) = read_one("Connections.csv", table(CONNECTIONS, row)).people()
    assert contact.name == "Jo Hartwell"
    assert contact.notes == {"credentials": "MBA, CPA"}


@pytest.mark.parametrize(
    ("address", "slug"),
    [
        ("https://www.linkedin.com/in/zo%C3%AB-brandt", "zoë-brandt"),
        ("https://www.linkedin.com/in/zoe%CC%88-brandt/", "zoë-brandt"),
        ("www.linkedin.com/in/Jo-Doe", "jo-doe"),
        ("linkedin.com/in/jo-doe?trk=x", "jo-doe"),
        ("http://de.linkedin.com/in/jo-doe/en#top", "jo-doe"),
        ("https://www.linkedin.com/in/j%E9-doe", "j%e9-doe"),
        ("https://www.linkedin.com/in/", None),
        ("https://www.linkedin.com/company/acme", None),
        ("https://linkedin.com.evil.example/in/jo", None),
        ("https://evil.example/?u=linkedin.com/in/jo", None),
        ("https://www.linkedin.com/in/" + "a" * 300, None),
        ("", None),
    ],
)
def test_a_profile_address_gives_one_slug_however_it_is_written(
    address: str, slug: str | None
) -> None:
    assert slug_of(address) == slug


@given(st.text(max_size=80))
def test_no_address_gives_a_slug_that_could_not_be_part_of_an_id(text: str) -> None:
    slug = slug_of(f"https://www.linkedin.com/in/{text}")
    assert slug is None or (0 < len(slug) <= 180 and slug == slug.strip())


def test_an_address_of_no_profile_leaves_the_person_with_a_warning() -> None:
    row = ("Jo", "Doe", "https://example.com/jo", "", "", "", "1 Mar 2026")
    result = read_one("Connections.csv", table(CONNECTIONS, row))
    assert result.people()[0].id.startswith("contact:")
    assert result.tally.warnings == {BAD_ADDRESS: 1}


def test_a_profile_listed_twice_is_one_person() -> None:
    again = ("A.", "Okafor", "linkedin.com/in/AMINA-OKAFOR/", "", "", "", "1 Mar 2026")
    result = read_one("Connections.csv", table(CONNECTIONS, (*AMINA, "21 Feb 2026"), again))
    assert [person.name for person in result.people()] == ["Amina Okafor"]
    assert len(result.connections()) == 1
    assert (result.tally.rows_used, result.tally.warnings) == (2, {SAME_AGAIN: 1})


def test_email_addresses_of_others_are_counted_and_dropped() -> None:
    row = (*AMINA[:3], "amina@example.com", *AMINA[4:], "21 Feb 2026")
    result = read_one("Connections.csv", table(CONNECTIONS, row))
    assert "amina@example.com" not in repr(result)
    assert "e-mail addresses of other people, not kept: 1" in result.tally.remarks


@pytest.mark.parametrize("date", ["03 May 2021", "3 May 2021", "3-May-21", "2021-05-03"])
def test_a_day_means_the_same_in_every_spelling_and_makes_the_same_contact(date: str) -> None:
    rows = table(OLD_HEADER, ("Jo", "Doe", "", "Acme", "Cook", date))
    result = read_one("Connections.csv", rows)
    expected = read_one("Connections.csv", f"{OLD_HEADER}\nJo,Doe,,,,2021-05-03\n")
    assert result.connections()[0].since == "2021-05-03"
    assert result.people()[0].id == expected.people()[0].id


@pytest.mark.parametrize("date", ["2024-13-45", "31/12/99", "soon"])
def test_an_unreadable_date_is_left_out_with_a_warning(date: str) -> None:
    result = read_one("Connections.csv", table(CONNECTIONS, (*AMINA, date)))
    assert result.connections()[0].since is None
    assert result.tally.warnings == {UNREADABLE: 1}


def test_a_date_in_the_future_is_kept_with_a_warning() -> None:
    rows = [(*AMINA, "21 Sep 2026"), ("Jo", "Doe", "", "", "", "", "23 Sep 2026")]
    result = read_one("Connections.csv", table(CONNECTIONS, *rows))
    assert result.connections()[1].since == "2026-09-23"
    assert result.tally.warnings == {AHEAD: 1}


@pytest.mark.parametrize(
    ("encoding", "delimiter", "line_end"),
    [
        ("utf-8", ",", "\n"),
        ("utf-8-sig", ",", "\r\n"),
        ("utf-8-sig", ";", "\r\n"),
        ("cp1252", ";", "\r\n"),
        ("utf-16", "\t", "\r\n"),
    ],
)
def test_a_file_saved_again_by_a_spreadsheet_reads_the_same(
    encoding: str, delimiter: str, line_end: str
) -> None:
    cells = [
        CONNECTIONS.split(","),
        ["Zoë", "Müller", "https://www.linkedin.com/in/zoe", "", "Café", "Chef", "3-May-21"],
    ]
    text = line_end.join(["Notes:", "", *(delimiter.join(row) for row in cells)]) + line_end
    result = read_one("Connections.csv", text.encode(encoding))
    (contact,) = result.people()
    assert (contact.name, contact.company) == ("Zoë Müller", "Café")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("Vorname,Nachname,URL,E-Mail-Adresse,Unternehmen,Position,Verbunden am", "German"),
        ("Prénom,Nom,URL,Adresse e-mail,Entreprise,Poste,Date de connexion", "French"),
    ],
)
def test_headers_in_other_languages_are_read_and_remarked_on(header: str, language: str) -> None:
    result = read_one("Connections.csv", table(header, (*AMINA, "21 Feb 2026")))
    (contact,) = result.people()
    assert (contact.name, contact.company, contact.title) == ("Amina Okafor", "Northwind", "CTO")
    assert any(language in remark for remark in result.tally.remarks)


def test_the_owner_is_no_contact_of_their_own() -> None:
    own = ("Robin", "Vale", OWNER_URL, "", "", "", "21 Feb 2026")
    files: dict[str, str | bytes] = {
        "Connections.csv": table(CONNECTIONS, own),
        "Invitations.csv": INVITED_AS_ROBIN,
    }
    result = read_export(files)["Connections.csv"]
    assert result.tally.skipped == {OWN_ROW: 1}
    assert result.connections() == []


def test_malformed_rows_are_left_out_and_the_rest_is_read() -> None:
    text = (
        f"{CONNECTIONS}\n"
        "Jo,Doe,,,Acme,Cook,01 May 2019,surplus\n"
        "J\0,Doe,,,Acme,Cook,01 May 2019\n"
        "Ann,Lee,,,Acme\n"
        "Kim,Roe,,,Acme,Cook,01 May 2019\n"
    )
    result = read_one("Connections.csv", text)
    assert [person.name for person in result.people()] == ["Ann Lee", "Kim Roe"]
    assert [row for row, _ in result.tally.rejects] == [1, 2]
    assert result.tally.rows_read == 4


def test_hidden_characters_never_reach_a_name() -> None:
    row = ("A\u202emina", "Oka\u200bfor", *AMINA[2:], "21 Feb 2026")
    (contact,) = read_one("Connections.csv", table(CONNECTIONS, row)).people()
    assert contact.name == "Amina Okafor"
