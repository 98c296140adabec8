"""Describes a folder that holds the tables of a world: `world.json`, written after all tables."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

from graph.importers.tables.layout import Table
from graph.table_export import TableFormat, WrittenTable
from graph.whole_file import WholeFile
from graph.world.config import WorldConfig

MANIFEST = "world.json"
FORMAT_VERSION = 1
TABLE_FILES = tuple(f"{table.value}.{TableFormat.PARQUET.value}" for table in Table)


def write_manifest(folder: Path, config: WorldConfig, tables: Sequence[WrittenTable]) -> None:
    """Describe the tables of a folder: what they were made from, their rows and their hashes."""
    described = {
        table.path.stem: {"rows": table.rows, "sha256": _sha256(table.path)} for table in tables
    }
    manifest = {
        "format": FORMAT_VERSION,
        **asdict(config),
        "tables": described,
        "hash": _hash_of(described),
    }
    with WholeFile(folder / MANIFEST) as file:
        file.stream.write((json.dumps(manifest, indent=2) + "\n").encode())
        file.commit()


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read what the tables of a folder were made from, their rows and their hashes."""
    return json.loads((folder / MANIFEST).read_text(encoding="utf-8"))


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def _hash_of(described: dict[str, dict[str, Any]]) -> str:
    lines = (f"{name} {table['sha256']}\n" for name, table in described.items())
    return sha256("".join(lines).encode()).hexdigest()
