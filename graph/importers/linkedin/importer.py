"""Reads a whole LinkedIn export, or whichever of its files there are, into facts."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from graph.importers.frame import Reading, ReadOptions, Recognised, Tally
from graph.importers.input_file import BadFile, InputFile
from graph.importers.linkedin.career import read_education, read_positions
from graph.importers.linkedin.columns import Column
from graph.importers.linkedin.connections import read_connections
from graph.importers.linkedin.conversations import Conversations
from graph.importers.linkedin.dates import Dates
from graph.importers.linkedin.endorsements import (
    read_endorsements_given,
    read_endorsements_received,
)
from graph.importers.linkedin.envelope import Envelope, envelope_of
from graph.importers.linkedin.export import Export
from graph.importers.linkedin.follows import read_follows
from graph.importers.linkedin.invitations import read_invitations
from graph.importers.linkedin.job_wishes import read_alerts, read_preferences
from graph.importers.linkedin.jobs import read_applications, read_saved_jobs
from graph.importers.linkedin.layout import BY_PART, Part
from graph.importers.linkedin.messages import read_messages
from graph.importers.linkedin.owner import NOT_FOUND, Clues, find_owner, invitation_clues
from graph.importers.linkedin.profile import bare_owner, read_profile
from graph.importers.linkedin.qualifications import (
    read_certifications,
    read_projects,
    read_skills,
)
from graph.importers.linkedin.recognise import recognise
from graph.importers.linkedin.recommendations import (
    read_recommendations_given,
    read_recommendations_received,
)
from graph.importers.linkedin.roster import Roster
from graph.importers.linkedin.sheet import Row, Sheet
from graph.schema import Fact

Reader = Callable[[Sheet, Export, Tally], Iterator[Fact]]

READERS: Mapping[Part, Reader] = {
    Part.PROFILE: read_profile,
    Part.POSITIONS: read_positions,
    Part.EDUCATION: read_education,
    Part.SKILLS: read_skills,
    Part.LANGUAGES: read_skills,
    Part.CERTIFICATIONS: read_certifications,
    Part.PROJECTS: read_projects,
    Part.PREFERENCES: read_preferences,
    Part.ALERTS: read_alerts,
    Part.CONNECTIONS: read_connections,
    Part.INVITATIONS: read_invitations,
    Part.ENDORSEMENTS_GIVEN: read_endorsements_given,
    Part.ENDORSEMENTS_RECEIVED: read_endorsements_received,
    Part.MESSAGES: read_messages,
    Part.RECOMMENDATIONS_GIVEN: read_recommendations_given,
    Part.RECOMMENDATIONS_RECEIVED: read_recommendations_received,
    Part.SAVED_JOBS: read_saved_jobs,
    Part.APPLICATIONS: read_applications,
    Part.FOLLOWS: read_follows,
}
_ORDER = tuple(Part)
_NAME = (Column.FIRST_NAME, Column.LAST_NAME)

# "Basic_LinkedInDataExport_03-09-2026.zip" tells when the export was made, month first.
_EXPORT_DAY = re.compile(r"LinkedInDataExport_(\d{2})-(\d{2})-(\d{4})", re.IGNORECASE)


class LinkedInImporter:
    """LinkedIn's "Get a copy of your data": a person's own archive, whole or in part."""

    name = "linkedin"
    label = "LinkedIn data export"

    def recognise(self, file: InputFile) -> Recognised | None:
        """Recognise a file of an export by its columns, or by its name where they say little."""
        return recognise(file)

    def read(self, group: Sequence[Recognised], options: ReadOptions) -> Iterator[Reading]:
        """Read one person's files: the owner first, then the people known, then what happened.

        Files that are not used are left out. A file that cannot be read raises `BadFile` from
        its own `facts`, so that the readings after it still come.
        """
        used = [file for file in group if file.unused_because is None]
        if not used:
            return
        used.sort(key=lambda file: (_ORDER.index(Part(file.part)), file.file.path))
        export = _export(used, options)
        # One iterator for all files: the owner is stated by the first that can be opened.
        introduction = iter([bare_owner(export)])
        for file in used:
            tally = Tally(used_for=BY_PART[Part(file.part)].used_for)
            facts = _facts(file, export, introduction, tally)
            yield Reading(file.file, facts, tally, export.owner.id)


def _facts(
    file: Recognised, export: Export, introduction: Iterator[Fact], tally: Tally
) -> Iterator[Fact]:
    part = Part(file.part)
    sheet = Sheet(file.file, BY_PART[part])
    for owner in introduction:
        if not export.owner.is_found:
            tally.remarks.append(NOT_FOUND)
        yield owner
    yield from READERS[part](sheet, export, tally)


def _export(files: Sequence[Recognised], options: ReadOptions) -> Export:
    """Look through the files that tell whose export this is, and who wrote first in a thread."""
    group = files[0].group
    profile_name = next((row.name(*_NAME) for row in _rows(files, Part.PROFILE)), None)
    invited_as, invited_name = invitation_clues(_rows(files, Part.INVITATIONS))
    conversations = Conversations()
    conversations.note(_envelopes(files), Dates(Tally(), options.imported_at))
    clues = Clues(profile_name, invited_as, invited_name, conversations)
    owner = find_owner(clues, options.owner_id, group)
    as_of = _day_of_export(group) or options.imported_at or None
    return Export(owner, Roster(owner), conversations, options.imported_at, as_of)


def _envelopes(files: Sequence[Recognised]) -> Iterator[Envelope]:
    envelopes = map(envelope_of, _rows(files, Part.MESSAGES))
    return (envelope for envelope in envelopes if isinstance(envelope, Envelope))


def _rows(files: Sequence[Recognised], part: Part) -> Iterator[Row]:
    """Read the rows of a part beforehand; what is wrong with them is told when they are read."""
    for file in files:
        if file.part != part:
            continue
        try:
            yield from Sheet(file.file, BY_PART[part]).rows(Tally())
        except BadFile:
            continue


def _day_of_export(group: str) -> int | None:
    found = _EXPORT_DAY.search(group)
    if found is None:
        return None
    month, day, year = map(int, found.groups())
    try:
        return int(datetime(year, month, day, tzinfo=UTC).timestamp())
    except ValueError:
        return None
