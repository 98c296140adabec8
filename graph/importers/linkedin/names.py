"""Compares people's names as an export writes them, and takes titles after a name off it."""

from typing import NamedTuple

from graph.importers.clean_text import text_key
from graph.linking.person_name import strip_credentials


class Name(NamedTuple):
    """A person's name, and the degrees and certificates written after it."""

    bare: str
    notes: dict[str, str]  # {"credentials": "MBA, CPA"}, or empty


def name_of(text: str) -> Name:
    """Take a name as written apart."""
    bare, credentials = strip_credentials(text)
    return Name(bare, {"credentials": ", ".join(credentials)} if credentials else {})


def name_key(text: str) -> str:
    """Return the form of a name by which two names are compared; credentials do not count."""
    return text_key(name_of(text).bare)
