"""Makes table files in memory and reads them, for the tests of the table format."""

import io
import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from graph.importers.frame import ReadOptions, Recognised, Tally
from graph.importers.input_file import InputFile
from graph.importers.tables.importer import TableImporter
from graph.schema import Fact

NOW = 1_767_225_600  # 2026-01-01


class Read(NamedTuple):
    """What reading one file gave."""

    facts: list[Fact]
    tally: Tally


def file_of(content: str | bytes, name: str = "x.csv", folder: str = "in") -> InputFile:
    held = content.encode() if isinstance(content, str) else content
    return InputFile(f"{folder}/{name}", name, folder, len(held), lambda: io.BytesIO(held))


def json_lines(*records: Mapping[str, object]) -> bytes:
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def parquet(columns: Mapping[str, object]) -> bytes:
    content = io.BytesIO()
    pq.write_table(pa.table(dict(columns)), content)
    return content.getvalue()


def recognised(file: InputFile) -> Recognised:
    found = TableImporter().recognise(file)
    assert found is not None, f"{file.path} is not recognised"
    return found


def read_group(group: Sequence[Recognised], now: int = NOW) -> list[tuple[str, Read]]:
    """Return what each file of a group gave, in the order in which they were read."""
    readings = TableImporter().read(group, ReadOptions(imported_at=now))
    return [(reading.file.name, Read(list(reading.facts), reading.tally)) for reading in readings]


def read(content: str | bytes, name: str = "x.csv", now: int = NOW) -> Read:
    """Return what one file gives; every row of it is accounted for."""
    [(_, found)] = read_group([recognised(file_of(content, name))], now)
    tally = found.tally
    assert tally.rows_read == tally.rows_used + sum(tally.skipped.values())
    assert tally.rows_used == len(found.facts)
    return found
