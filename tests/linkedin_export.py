"""Builds small LinkedIn exports in memory, and reads them as the import does."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from graph.importers.frame import ReadOptions, Tally
from graph.importers.input_file import InputFile
from graph.importers.linkedin.importer import LinkedInImporter
from graph.schema import Connection, Event, EventKind, Fact, Job, Person

NOW = 1_790_000_000  # 21 September 2026
OWNER = "linkedin:robin-vale"
OWNER_URL = "https://www.linkedin.com/in/robin-vale"

CONNECTIONS = "First Name,Last Name,URL,Email Address,Company,Position,Connected On"
PROFILE = (
    "First Name,Last Name,Maiden Name,Address,Birth Date,Headline,Summary,Industry,Zip Code,"
    "Geo Location,Twitter Handles,Websites,Instant Messengers"
)
INVITATIONS = "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl"
MESSAGES = (
    "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,"
    "DATE,SUBJECT,CONTENT,FOLDER"
)
PREAMBLE = 'Notes:\n"When exporting your data, some addresses may be missing."\n\n'

# An export of one file, whoever reads it: it says that Robin Vale is the owner.
INVITED_AS_ROBIN = (
    f"{INVITATIONS}\n"
    f'Robin Vale,Amina Okafor,"1/29/26, 2:37 PM",,OUTGOING,{OWNER_URL},'
    "https://www.linkedin.com/in/amina-okafor\n"
)


@dataclass(frozen=True)
class Result:
    """What became of one file."""

    facts: list[Fact]
    tally: Tally

    def people(self) -> list[Person]:
        """Return the people other than the owner."""
        return [fact for fact in self.facts if isinstance(fact, Person) and not fact.is_member]

    def owner(self) -> Person:
        """Return the owner as the file's own rows state them, or as the first facts do."""
        stated = [fact for fact in self.facts if isinstance(fact, Person) and fact.is_member]
        return stated[-1]

    def connections(self) -> list[Connection]:
        return [fact for fact in self.facts if isinstance(fact, Connection)]

    def jobs(self) -> list[Job]:
        return [fact for fact in self.facts if isinstance(fact, Job)]

    def events(self, kind: EventKind | None = None) -> list[Event]:
        events = [fact for fact in self.facts if isinstance(fact, Event)]
        return [event for event in events if kind is None or event.kind is kind]


def input_file(path: str, content: str | bytes) -> InputFile:
    """Return a file of the import that lies in memory."""
    data = content.encode() if isinstance(content, str) else content
    place = PurePosixPath(path)
    return InputFile(path, place.name, str(place.parent), len(data), lambda: io.BytesIO(data))


def table(header: str, *rows: Sequence[str]) -> str:
    """Return CSV text as LinkedIn writes it: LF line ends, quotes where needed."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return f"{header}\n{text.getvalue()}"


def read_export(
    files: dict[str, str | bytes], owner_id: str | None = None, now: int = NOW
) -> dict[str, Result]:
    """Import files that lie in "export/"; return what became of each, in the order read."""
    importer = LinkedInImporter()
    found = [
        importer.recognise(input_file(f"export/{path}", content)) for path, content in files.items()
    ]
    group = [file for file in found if file is not None]
    assert len({file.group for file in group}) <= 1
    results: dict[str, Result] = {}
    for reading in importer.read(group, ReadOptions(owner_id, now)):
        facts = list(reading.facts)
        tally = reading.tally
        assert tally.rows_read == tally.rows_used + sum(tally.skipped.values())
        results[reading.file.path.removeprefix("export/")] = Result(facts, tally)
    return results


def read_one(
    name: str, content: str | bytes, owner_id: str | None = OWNER, now: int = NOW
) -> Result:
    """Import a single file."""
    return read_export({name: content}, owner_id, now)[name]
