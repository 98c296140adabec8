"""Tells the files of a LinkedIn export apart: by name, and by the columns they must have."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from graph.importers.linkedin.columns import Column, columns_of, fold


class Part(StrEnum):
    """A part of an export that holds facts, in the order in which parts are read."""

    PROFILE = "profile"
    POSITIONS = "positions"
    EDUCATION = "education"
    SKILLS = "skills"
    LANGUAGES = "languages"
    CERTIFICATIONS = "certifications"
    PROJECTS = "projects"
    PREFERENCES = "job preferences"
    ALERTS = "job alerts"
    CONNECTIONS = "connections"
    INVITATIONS = "invitations"
    ENDORSEMENTS_GIVEN = "endorsements given"
    ENDORSEMENTS_RECEIVED = "endorsements received"
    MESSAGES = "messages"
    RECOMMENDATIONS_GIVEN = "recommendations given"
    RECOMMENDATIONS_RECEIVED = "recommendations received"
    SAVED_JOBS = "saved jobs"
    APPLICATIONS = "job applications"
    FOLLOWS = "company follows"


class Layout(NamedTuple):
    """How a part looks as a file."""

    part: Part
    file_name: str  # without member id and suffix
    needs: frozenset[Column]  # the header is the first record that holds all of them
    used_for: tuple[str, ...]
    known_by_header: bool = True  # False: its columns could be anybody's, the name must fit too
    most_columns: int | None = None  # where the needed columns are so common that others tell

    def is_header(self, cells: Sequence[str]) -> bool:
        """Say whether a record is the header of this part."""
        if self.most_columns is not None and sum(map(bool, cells)) > self.most_columns:
            return False
        return self.needs <= columns_of(cells).keys()


_NAMED = frozenset({Column.FIRST_NAME, Column.LAST_NAME})
_RECOMMENDATION = _NAMED | {Column.JOB_TITLE, Column.CREATION_DATE}

LAYOUTS: tuple[Layout, ...] = (
    Layout(
        Part.PROFILE,
        "Profile",
        _NAMED | {Column.HEADLINE, Column.GEO_LOCATION},
        ("who you are",),
    ),
    Layout(
        Part.POSITIONS,
        "Positions",
        frozenset({Column.COMPANY_NAME, Column.TITLE, Column.STARTED_ON}),
        ("where you have worked",),
    ),
    Layout(
        Part.EDUCATION,
        "Education",
        frozenset({Column.SCHOOL_NAME, Column.DEGREE_NAME}),
        ("where you have studied",),
    ),
    Layout(
        Part.SKILLS,
        "Skills",
        frozenset({Column.NAME}),
        ("your skills",),
        known_by_header=False,
        most_columns=1,
    ),
    Layout(
        Part.LANGUAGES,
        "Languages",
        frozenset({Column.NAME, Column.PROFICIENCY}),
        ("languages you speak",),
        known_by_header=False,
    ),
    Layout(
        Part.CERTIFICATIONS,
        "Certifications",
        frozenset({Column.NAME, Column.AUTHORITY}),
        ("names of your certificates",),
        known_by_header=False,
    ),
    Layout(
        Part.PROJECTS,
        "Projects",
        frozenset({Column.TITLE, Column.DESCRIPTION, Column.STARTED_ON}),
        ("names of your projects",),
        known_by_header=False,
    ),
    Layout(
        Part.PREFERENCES,
        "Job Seeker Preferences",
        frozenset({Column.JOB_TITLES, Column.DREAM_COMPANIES}),
        ("what work you look for",),
    ),
    Layout(
        Part.ALERTS,
        "SavedJobAlerts",
        frozenset({Column.ALERT_PARAMETERS, Column.QUERY_CONTEXT}),
        ("what work you look for",),
    ),
    Layout(
        Part.CONNECTIONS,
        "Connections",
        _NAMED | {Column.CONNECTED_ON},
        ("people you know", "where they work"),
    ),
    Layout(
        Part.INVITATIONS,
        "Invitations",
        frozenset({Column.FROM, Column.TO, Column.SENT_AT, Column.DIRECTION}),
        ("who invited whom",),
    ),
    Layout(
        Part.ENDORSEMENTS_GIVEN,
        "Endorsement_Given_Info",
        frozenset({Column.SKILL_NAME, Column.ENDORSEE_FIRST_NAME, Column.ENDORSEE_LAST_NAME}),
        ("skills of people you know", "how well you know them"),
    ),
    Layout(
        Part.ENDORSEMENTS_RECEIVED,
        "Endorsement_Received_Info",
        frozenset({Column.SKILL_NAME, Column.ENDORSER_FIRST_NAME, Column.ENDORSER_LAST_NAME}),
        ("how well people know you",),
    ),
    Layout(
        Part.MESSAGES,
        "messages",
        frozenset({Column.CONVERSATION_ID, Column.FROM, Column.SENDER_URL, Column.DATE}),
        ("who wrote to whom and when, never what",),
    ),
    Layout(
        Part.RECOMMENDATIONS_GIVEN,
        "Recommendations_Given",
        _RECOMMENDATION,
        ("how well you know people",),
        known_by_header=False,
    ),
    Layout(
        Part.RECOMMENDATIONS_RECEIVED,
        "Recommendations_Received",
        _RECOMMENDATION,
        ("how well people know you",),
        known_by_header=False,
    ),
    Layout(
        Part.SAVED_JOBS,
        "Saved Jobs",
        frozenset({Column.SAVED_DATE, Column.JOB_TITLE}),
        ("jobs you liked",),
    ),
    Layout(
        Part.APPLICATIONS,
        "Job Applications",
        frozenset({Column.APPLICATION_DATE, Column.JOB_TITLE}),
        ("jobs you applied for",),
    ),
    Layout(
        Part.FOLLOWS,
        "Company Follows",
        frozenset({Column.ORGANIZATION, Column.FOLLOWED_ON}),
        ("companies you follow",),
    ),
)

BY_FILE_NAME: Mapping[str, Layout] = {fold(layout.file_name): layout for layout in LAYOUTS}
BY_PART: Mapping[Part, Layout] = {layout.part: layout for layout in LAYOUTS}

# A member id ("Comments_34875879.csv") or a download's number ("Connections (1).csv").
_FILE_NAME = re.compile(r"^(?P<stem>.+?)(?:_\d+)?(?: ?\(\d+\))?\.(?:csv|tsv|txt)$", re.IGNORECASE)


def stem_of(name: str) -> str | None:
    """Return a file's name as layouts are looked up by it, or None when it is no table."""
    found = _FILE_NAME.match(name.strip())
    return fold(found["stem"]) if found else None
