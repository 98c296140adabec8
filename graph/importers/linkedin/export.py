"""Holds what the readers of one export share."""

from dataclasses import dataclass

from graph.importers.linkedin.conversations import Conversations
from graph.importers.linkedin.owner import Owner
from graph.importers.linkedin.roster import Roster


@dataclass(frozen=True, slots=True)
class Export:
    """One person's export while it is read."""

    owner: Owner
    roster: Roster
    conversations: Conversations
    imported_at: int  # seconds since 1970 UTC
    as_of: int | None  # when the export was made, as well as it is known
