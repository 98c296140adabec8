"""Says what a professional graph is made of: entities and relations, as importers state them.

Importers state *facts* in the words of their source ("Sr. Data Engineer" at "Northwind GmbH").
Entity linking then maps those words to nodes, and the store keeps nodes, edges and events.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

# Ids of nodes that only the words of a source made, and no taxonomy knows.
LOCAL_PREFIX = "local:"


class NodeType(StrEnum):
    """The seven kinds of node."""

    PERSON = "person"
    JOB = "job"
    COMPANY = "company"
    SKILL = "skill"
    TITLE = "title"
    SCHOOL = "school"
    PLACE = "place"


class EdgeType(StrEnum):
    """The relations between nodes; every one is also walked backwards in message passing."""

    WORKS_AT = "works_at"
    WORKED_AT = "worked_at"
    HOLDS = "holds"
    HAS_SKILL = "has_skill"
    STUDIED_AT = "studied_at"
    LIVES_IN = "lives_in"
    CONNECTED_TO = "connected_to"
    POSTED_BY = "posted_by"
    REQUIRES = "requires"
    HAS_TITLE = "has_title"
    LOCATED_IN = "located_in"
    SIMILAR_TO = "similar_to"
    NEEDS = "needs"
    RELATED_TO = "related_to"


ENDPOINTS: Mapping[EdgeType, tuple[NodeType, NodeType]] = {
    EdgeType.WORKS_AT: (NodeType.PERSON, NodeType.COMPANY),
    EdgeType.WORKED_AT: (NodeType.PERSON, NodeType.COMPANY),
    EdgeType.HOLDS: (NodeType.PERSON, NodeType.TITLE),
    EdgeType.HAS_SKILL: (NodeType.PERSON, NodeType.SKILL),
    EdgeType.STUDIED_AT: (NodeType.PERSON, NodeType.SCHOOL),
    EdgeType.LIVES_IN: (NodeType.PERSON, NodeType.PLACE),
    EdgeType.CONNECTED_TO: (NodeType.PERSON, NodeType.PERSON),
    EdgeType.POSTED_BY: (NodeType.JOB, NodeType.COMPANY),
    EdgeType.REQUIRES: (NodeType.JOB, NodeType.SKILL),
    EdgeType.HAS_TITLE: (NodeType.JOB, NodeType.TITLE),
    EdgeType.LOCATED_IN: (NodeType.JOB, NodeType.PLACE),
    EdgeType.SIMILAR_TO: (NodeType.TITLE, NodeType.TITLE),
    EdgeType.NEEDS: (NodeType.TITLE, NodeType.SKILL),
    EdgeType.RELATED_TO: (NodeType.SKILL, NodeType.SKILL),
}


class EventKind(StrEnum):
    """What a person did to a job, a person or a company; stored as numbers, so append only.

    `SHOW` is the one that happens to a person: a list showed the job to them. Its value is the
    chance that this person saw it: the chance of being put on the list times the chance of
    looking as far down. The k-th job of a list is logged k seconds after the list was opened.
    """

    VIEW = "view"
    SAVE = "save"
    APPLY = "apply"
    INTERVIEW = "interview"
    HIRE = "hire"
    DISMISS = "dismiss"
    INVITE = "invite"
    ACCEPT = "accept"
    DECLINE = "decline"
    MESSAGE = "message"
    REPLY = "reply"
    ENDORSE = "endorse"
    RECOMMEND = "recommend"
    FOLLOW = "follow"
    SHOW = "show"


EVENT_OBJECT: Mapping[EventKind, NodeType] = {
    EventKind.VIEW: NodeType.JOB,
    EventKind.SAVE: NodeType.JOB,
    EventKind.APPLY: NodeType.JOB,
    EventKind.INTERVIEW: NodeType.JOB,
    EventKind.HIRE: NodeType.JOB,
    EventKind.DISMISS: NodeType.JOB,
    EventKind.INVITE: NodeType.PERSON,
    EventKind.ACCEPT: NodeType.PERSON,
    EventKind.DECLINE: NodeType.PERSON,
    EventKind.MESSAGE: NodeType.PERSON,
    EventKind.REPLY: NodeType.PERSON,
    EventKind.ENDORSE: NodeType.PERSON,
    EventKind.RECOMMEND: NodeType.PERSON,
    EventKind.FOLLOW: NodeType.COMPANY,
    EventKind.SHOW: NodeType.JOB,
}


class Seniority(StrEnum):
    """Steps of a career ladder, from the first to the last."""

    INTERN = "intern"
    JUNIOR = "junior"
    MID = "mid"
    SENIOR = "senior"
    LEAD = "lead"
    STAFF = "staff"
    PRINCIPAL = "principal"
    MANAGER = "manager"
    DIRECTOR = "director"
    EXECUTIVE = "executive"


class Remote(StrEnum):
    """Where the work of a job is done."""

    ONSITE = "onsite"
    HYBRID = "hybrid"
    REMOTE = "remote"


@dataclass(frozen=True, slots=True)
class Person:
    """A member or a contact, in the words of one source; None means the source does not say."""

    id: str
    name: str | None = None
    headline: str | None = None
    summary: str | None = None
    place: str | None = None
    title: str | None = None  # current, at the time of the source
    company: str | None = None  # current, at the time of the source
    years_experience: float | None = None
    skills: tuple[str, ...] = ()
    email: str | None = None
    url: str | None = None  # public profile address
    is_member: bool = False  # True: uses the product; False: somebody's contact
    notes: Mapping[str, str] = field(default_factory=dict)  # what no column holds
    updated_at: int | None = None  # seconds since 1970 UTC
    row: int = 0  # in the source file, 1 = first data row


@dataclass(frozen=True, slots=True)
class Position:
    """A person held a title at a company."""

    person_id: str
    title: str | None = None
    company: str | None = None
    start: str | None = None  # ISO 8601, as precise as the source: 2024, 2024-03 or 2024-03-01
    end: str | None = None
    is_current: bool = False
    place: str | None = None
    description: str | None = None
    row: int = 0


@dataclass(frozen=True, slots=True)
class Education:
    """A person studied at a school."""

    person_id: str
    school: str
    degree: str | None = None
    field: str | None = None
    start: str | None = None
    end: str | None = None
    row: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """A posting, in the words of one source."""

    id: str
    title: str | None = None
    company: str | None = None
    place: str | None = None
    remote: Remote | None = None
    seniority: Seniority | None = None
    employment_type: str | None = None
    description: str | None = None
    skills: tuple[str, ...] = ()
    salary_min: float | None = None
    salary_max: float | None = None
    currency: str | None = None  # ISO 4217
    salary_period: str | None = None  # year, month, week, day or hour
    posted_at: str | None = None  # ISO 8601
    expires_at: str | None = None
    url: str | None = None
    notes: Mapping[str, str] = field(default_factory=dict)
    updated_at: int | None = None
    row: int = 0


@dataclass(frozen=True, slots=True)
class Company:
    """What a source says of a company beyond its name."""

    name: str
    industry: str | None = None
    size: str | None = None
    url: str | None = None
    description: str | None = None
    row: int = 0


class Connection(NamedTuple):
    """Two people know each other (a tuple, because bulk tables hold tens of millions)."""

    person_id: str
    other_id: str
    since: str | None = None  # ISO 8601
    strength: float | None = None  # 0..1
    observed: bool = True  # False: inferred
    row: int = 0


class Event(NamedTuple):
    """A person did something at a moment (a tuple, because bulk tables hold tens of millions).

    `item` is an id where the object is a job or a person, and a name where it is a company.
    """

    person_id: str
    kind: EventKind
    item: str
    at: int  # seconds since 1970 UTC, negative before
    value: float | None = None
    context: str | None = None  # what it was about: the skill of an endorsement
    row: int = 0


class GroupMembership(NamedTuple):
    """A self-declared attribute, kept apart for the audit: never a feature of any model."""

    person_id: str
    attribute: str
    value: str
    row: int = 0


Fact = Person | Position | Education | Job | Company | Connection | Event | GroupMembership
