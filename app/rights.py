"""What a person may ask of their data: everything that is held, as a file."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from app.atomic_file import check_writable, write_text
from app.mistake import Mistake
from graph.find_person import find_person
from graph.store import Store
from graph.store.person_export import export_person


def person_of(store: Store, words: str) -> str:
    """Return the id of the person whom an id, an e-mail or a profile address means.

    Raises:
        Mistake: It means nobody, or several people.
    """
    found = find_person(store, words)
    if len(found.ids) == 1:
        return found.ids[0]
    if found.ids:
        raise Mistake(f"{words!r} is several people: {', '.join(found.ids)}; name one by id")
    alike = ", ".join(f"{id} ({name})" for id, name in found.alike)
    hint = f"; did you mean {alike}?" if alike else ""
    raise Mistake(f"there is no person {words!r} in the store{hint}")


def export_to(store: Store, words: str, path: Path | None) -> tuple[str, int]:
    """Write everything held about a person as JSON, to a file or to standard output.

    Returns:
        The person's id, and how many rows that is.

    Raises:
        Mistake: The store holds no such person, or the file cannot be written there.
        OSError: The file cannot be written.
    """
    if path is not None:
        check_writable(path)
    person_id = person_of(store, words)
    with store.read() as connection:
        held = export_person(connection, person_id)
    held = {"exported_at": datetime.now(UTC).isoformat(timespec="seconds"), **held}
    text = json.dumps(held, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    if path is None:
        sys.stdout.write(text)
    else:
        write_text(path, text)
    return person_id, sum(len(rows) for rows in held["tables"].values())
