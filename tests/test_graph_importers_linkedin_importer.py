import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linkedin_export import (
    CONNECTIONS,
    INVITATIONS,
    INVITED_AS_ROBIN,
    MESSAGES,
    NOW,
    OWNER,
    PREAMBLE,
    PROFILE,
    input_file,
    read_export,
    table,
)

from graph.importers.archive import collect
from graph.importers.frame import Importer, ReadOptions
from graph.importers.input_file import BadFile, InputFile
from graph.importers.linkedin.importer import READERS, LinkedInImporter
from graph.importers.linkedin.layout import BY_PART, LAYOUTS, Part
from graph.schema import Connection, Education, Event, EventKind, Fact, Job, Person, Position

AMINA_URL = "https://www.linkedin.com/in/amina-okafor"
OWNER_URL = "https://www.linkedin.com/in/robin-vale"
EXPORT: dict[str, str | bytes] = {
    "Company Follows.csv": "Organization,Followed On\nAcme,29 Jan 2026\n",
    "Jobs/Saved Jobs.csv": (
        "Saved Date,Job Url,Job Title,Company Name\n29 Jan 2026,,Cook,Acme\n"
    ),
    "Recommendations_Given.csv": (
        "First Name,Last Name,Company,Job Title,Text,Creation Date,Status\n"
        "Amina,Okafor,,,Fine,29 Jan 2026,VISIBLE\n"
    ),
    "messages.csv": table(
        MESSAGES,
        ("1", "", "Robin Vale", OWNER_URL, "Amina Okafor", AMINA_URL,
         "2026-01-29 12:00:00 UTC", "", "Hi", "INBOX"),
    ),
    "Endorsement_Given_Info.csv": (
        "Endorsement Date,Skill Name,Endorsee First Name,Endorsee Last Name,"
        "Endorsee Public Url,Endorsement Status\n"
        "2026/02/01 15:02:55 UTC,SQL,Jo,Doe,www.linkedin.com/in/jo-doe,ACCEPTED\n"
    ),
    "Invitations.csv": INVITED_AS_ROBIN,
    "Connections.csv": PREAMBLE
    + table(CONNECTIONS, ("Amina", "Okafor", AMINA_URL, "", "Acme", "CTO", "30 Jan 2026")),
    "Skills.csv": "Name\nSQL\n",
    "Education.csv": (
        "School Name,Start Date,End Date,Notes,Degree Name,Activities\nTU Berlin,2010,2012,,,\n"
    ),
    "Positions.csv": (
        "Company Name,Title,Description,Location,Started On,Finished On\nAcme,Cook,,,2020,\n"
    ),
    "Profile.csv": table(PROFILE, ("Robin", "Vale", *[""] * 11)),
    "Ad_Targeting.csv": "Member Age,Company Names,Company Names\n30-40,A,B\n",
    "guide_messages.csv": f"{MESSAGES}\n",
}  # fmt: skip


def facts_of(folder: Path, owner_id: str | None = None) -> list[Fact]:
    importer = LinkedInImporter()
    files = [file for file in collect([folder]) if isinstance(file, InputFile)]
    group = [found for file in files if (found := importer.recognise(file)) is not None]
    assert len({found.group for found in group}) == 1
    readings = importer.read(group, ReadOptions(owner_id, NOW))
    return [fact for reading in readings for fact in reading.facts]


def zipped(path: Path, files: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def test_the_importer_keeps_to_the_contract() -> None:
    importer: Importer = LinkedInImporter()
    assert (importer.name, importer.label) == ("linkedin", "LinkedIn data export")


def test_every_part_has_a_layout_and_a_reader() -> None:
    assert set(READERS) == set(BY_PART) == set(Part)
    assert len(LAYOUTS) == len(Part)


def test_a_whole_export_states_everybody_before_what_refers_to_them() -> None:
    stated: set[str] = set()
    seen: list[str] = []
    for result in read_export(EXPORT).values():
        for fact in result.facts:
            seen.append(type(fact).__name__)
            if isinstance(fact, Person | Job):
                stated.add(fact.id)
            elif isinstance(fact, Position | Education):
                assert fact.person_id in stated
            elif isinstance(fact, Connection):
                assert {fact.person_id, fact.other_id} <= stated
            elif isinstance(fact, Event):
                assert fact.person_id in stated
                assert fact.item in stated or fact.kind is EventKind.FOLLOW
    assert {"Person", "Job", "Position", "Education", "Connection", "Event"} == set(seen)


def test_files_that_are_not_used_give_no_reading() -> None:
    assert set(read_export(EXPORT)) == set(EXPORT) - {"Ad_Targeting.csv", "guide_messages.csv"}


def test_an_export_of_unused_files_only_gives_nothing_and_no_error() -> None:
    assert read_export({"Ad_Targeting.csv": EXPORT["Ad_Targeting.csv"]}) == {}


@pytest.mark.parametrize("name", sorted(set(EXPORT) - {"Ad_Targeting.csv", "guide_messages.csv"}))
def test_each_file_can_be_imported_alone(name: str) -> None:
    result = read_export({name: EXPORT[name]})[name]
    assert result.tally.rows_read == 1
    assert result.facts


@pytest.mark.parametrize("name", sorted(set(EXPORT) - {"Ad_Targeting.csv", "guide_messages.csv"}))
def test_a_file_with_a_header_only_is_read_as_no_rows(name: str) -> None:
    content = EXPORT[name]
    assert isinstance(content, str)
    header = "".join(content.splitlines(keepends=True)[:-1])
    result = read_export({name: header}, OWNER)[name]
    assert (result.tally.rows_read, result.events(), result.people()) == (0, [], [])


def test_the_same_facts_come_from_a_folder_a_zip_and_a_zip_with_a_folder_in_it(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "export"
    for name, content in EXPORT.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(str(content))
    plain = zipped(tmp_path / "plain.zip", EXPORT)
    inner = {f"export/{name}": content for name, content in EXPORT.items()}
    inner["__MACOSX/export/._Connections.csv"] = b"\x00\x05\x16\x07"
    nested = zipped(tmp_path / "nested.zip", inner)
    expected = facts_of(folder)
    assert facts_of(plain) == expected
    assert facts_of(nested) == expected


def test_the_order_of_the_files_makes_no_difference() -> None:
    backwards = dict(reversed(EXPORT.items()))
    assert read_export(backwards) == read_export(EXPORT)


def test_two_imports_give_the_same_facts() -> None:
    assert read_export(EXPORT) == read_export(EXPORT)


def test_the_day_of_the_export_is_taken_from_the_archives_name(tmp_path: Path) -> None:
    path = zipped(tmp_path / "Basic_LinkedInDataExport_03-09-2026.zip", EXPORT)
    stated = [fact for fact in facts_of(path) if isinstance(fact, Person) and fact.company]
    assert [fact.updated_at for fact in stated] == [1_773_014_400]  # 9 March 2026


def test_an_impossible_day_in_the_archives_name_is_no_day(tmp_path: Path) -> None:
    path = zipped(tmp_path / "Basic_LinkedInDataExport_13-45-2026.zip", EXPORT)
    stated = [fact for fact in facts_of(path) if isinstance(fact, Person) and fact.company]
    assert [fact.updated_at for fact in stated] == [NOW]


def test_two_exports_in_two_folders_are_two_groups() -> None:
    importer = LinkedInImporter()
    paths = ("anna/Skills.csv", "anna/Jobs/Saved Jobs.csv", "ben/Skills.csv")
    contents = ("Name\n", str(EXPORT["Jobs/Saved Jobs.csv"]), "Name\n")
    found = [
        importer.recognise(input_file(path, content))
        for path, content in zip(paths, contents, strict=True)
    ]
    assert [file.group if file else None for file in found] == ["anna", "anna", "ben"]


def test_a_file_that_breaks_off_does_not_take_the_others_with_it() -> None:
    importer = LinkedInImporter()
    good = importer.recognise(input_file("export/Skills.csv", "Name\nSQL\n"))
    profile = importer.recognise(input_file("export/Profile.csv", EXPORT["Profile.csv"]))
    assert good is not None
    assert profile is not None

    def refuse() -> io.BytesIO:
        raise BadFile("export/Profile.csv: damaged")

    file = profile.file
    damaged = InputFile(file.path, file.name, file.folder, file.size, refuse)
    group = [profile.__class__(damaged, profile.part, profile.group), good]
    facts: dict[str, list[Fact]] = {}
    for reading in importer.read(group, ReadOptions(OWNER, NOW)):
        if reading.file.name == "Profile.csv":
            with pytest.raises(BadFile, match="damaged"):
                list(reading.facts)
        else:
            facts[reading.file.name] = list(reading.facts)
    stated = [fact for fact in facts["Skills.csv"] if isinstance(fact, Person)]
    assert [(fact.id, fact.is_member) for fact in stated] == [(OWNER, True), (OWNER, True)]


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.lists(st.text(max_size=12), min_size=1, max_size=9), max_size=6))
def test_whatever_the_cells_hold_every_row_is_accounted_for(rows: list[list[str]]) -> None:
    headers = {"Invitations.csv": INVITATIONS, "Connections.csv": CONNECTIONS}
    headers["messages.csv"] = MESSAGES
    files: dict[str, str | bytes] = {name: table(header, *rows) for name, header in headers.items()}
    for result in read_export(files, OWNER).values():
        tally = result.tally
        assert tally.rows_read == tally.rows_used + tally.skipped.total()
        assert len(tally.rejects) == tally.skipped.total()
