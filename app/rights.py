"""What a person may ask of their data: everything that is held, as a file."""

import json
import sys
from pathlib import Path

from app.atomic_file import write_text
from graph.store import Store
from graph.store.person_export import export_person


def export_to(store: Store, person_id: str, path: Path | None) -> int:
    """Write everything held about a person as JSON, to a file or to standard output.

    Returns:
        How many rows that is.

    Raises:
        KeyError: The store holds no such person.
        OSError: The file cannot be written.
    """
    with store.read() as connection:
        held = export_person(connection, person_id)
    text = json.dumps(held, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    if path is None:
        sys.stdout.write(text)
    else:
        write_text(path, text)
    return sum(len(rows) for rows in held["tables"].values())
