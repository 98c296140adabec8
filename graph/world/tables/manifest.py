"""Describes a folder that holds the tables of a world: `world.json`, there only beside all."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from hashlib import file_digest, sha256
from pathlib import Path
from typing import IO, Any

from graph.importers.tables.layout import Table
from graph.table_export import TableFormat, WrittenTable
from graph.world.config import WorldConfig

MANIFEST = "world.json"
FORMAT_VERSION = 1
TABLE_FILES = tuple(f"{table.value}.{TableFormat.PARQUET.value}" for table in Table)


def write_manifest(
    stream: IO[bytes], config: WorldConfig, tables: Mapping[Table, WrittenTable]
) -> None:
    """Describe the tables of a folder: what they were made from, their rows and their hashes."""
    described = {
        table.value: {"rows": written.rows, "sha256": _sha256(written.path)}
        for table, written in tables.items()
    }
    manifest = {
        "format": FORMAT_VERSION,
        **asdict(config),
        "tables": described,
        "hash": _hash_of(described),
    }
    stream.write((json.dumps(manifest, indent=2) + "\n").encode())


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read what the tables of a folder were made from, their rows and their hashes."""
    return json.loads((folder / MANIFEST).read_text(encoding="utf-8"))


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def _hash_of(described: dict[str, dict[str, Any]]) -> str:
    lines = (f"{name} {table['sha256']}\n" for name, table in described.items())
    return sha256("".join(lines).encode()).hexdigest()
