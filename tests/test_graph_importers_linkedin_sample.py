import csv
from pathlib import Path

import pytest
from linkedin_export import NOW, Result

from graph.importers.archive import collect
from graph.importers.frame import ReadOptions, Recognised
from graph.importers.input_file import InputFile
from graph.importers.linkedin.connections import HIDDEN
from graph.importers.linkedin.dates import UNREADABLE
from graph.importers.linkedin.importer import LinkedInImporter

SAMPLE = Path(__file__).parent.parent / "data" / "sample" / "linkedin_export"


def recognised() -> list[Recognised | None]:
    importer = LinkedInImporter()
    return [importer.recognise(file) for file in collect([SAMPLE]) if isinstance(file, InputFile)]


@pytest.fixture(scope="module")
def results() -> dict[str, Result]:
    group = [file for file in recognised() if file is not None]
    readings = LinkedInImporter().read(group, ReadOptions(imported_at=NOW))
    return {reading.file.name: Result(list(reading.facts), reading.tally) for reading in readings}


def test_every_file_of_the_sample_export_is_known() -> None:
    found = recognised()
    assert found
    assert None not in found


def test_the_sample_export_says_whose_it_is(results: dict[str, Result]) -> None:
    profile = results["Profile.csv"].owner()
    assert profile.name == "Robin Vale"
    assert profile.id.startswith("linkedin:")


def test_the_sample_export_has_the_people_its_description_promises(
    results: dict[str, Result],
) -> None:
    connections = results["Connections.csv"]
    assert len(connections.people()) == len(connections.connections()) == 308
    assert connections.tally.skipped == {HIDDEN: 12}


def test_every_part_of_the_sample_export_is_used_and_every_date_is_read(
    results: dict[str, Result],
) -> None:
    for name, result in results.items():
        assert result.tally.rows_used > 0, name
        assert UNREADABLE not in result.tally.warnings + result.tally.skipped, name


def test_no_text_of_the_samples_messages_is_in_any_fact(results: dict[str, Result]) -> None:
    with (SAMPLE / "messages.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    texts = {row[column].strip() for row in rows for column in ("CONTENT", "SUBJECT")}
    facts = repr(results)
    leaked = [text for text in texts if len(text) > 20 and repr(text)[1:-1] in facts]
    assert len(texts) > 20
    assert leaked == []
