"""Says which degrees there are, and which kinds of school give them to whom."""

from enum import IntEnum
from pathlib import Path
from typing import NamedTuple

from graph.taxonomy_rows import Cells, read_rows
from graph.world.institutions.sectors import known
from graph.world.vocabulary import Vocabulary

_COLUMNS = ("kind", "share", "lowest_degree", "highest_degree", "families")


class Degree(IntEnum):
    """What a study ends with; the values of `Studies.degree`."""

    NONE = -1
    VOCATIONAL = 0
    BACHELOR = 1
    MASTER = 2
    DOCTORATE = 3


class SchoolKindEconomy(NamedTuple):
    """A kind of school, and what can be studied there."""

    id: str
    share: float  # of all schools, relative
    lowest: Degree
    highest: Degree
    families: tuple[int, ...]  # for which it prepares; all of them where empty


def load_school_kinds(folder: Path, vocabulary: Vocabulary) -> tuple[SchoolKindEconomy, ...]:
    """Read school_kinds.csv.

    Raises:
        ValueError: a row is not as it should be, or some degree can be had nowhere.
    """

    def make(c: Cells) -> SchoolKindEconomy:
        return SchoolKindEconomy(
            c.id("kind"),
            c.number_in("share", 0.001, 1),
            degree_of(c, "lowest_degree"),
            degree_of(c, "highest_degree"),
            tuple(known(c, vocabulary.family_number, "families")),
        )

    kinds = read_rows(folder / "school_kinds.csv", _COLUMNS, make)
    for degree in (Degree.VOCATIONAL, Degree.DOCTORATE):
        if not any(k.lowest <= degree <= k.highest and not k.families for k in kinds):
            raise ValueError(f"school_kinds.csv: no kind gives a {degree.name} in every family")
    return kinds


def degree_of(cells: Cells, column: str) -> Degree:
    """Read the name of a degree."""
    name = cells.text(column).upper()
    if name not in Degree.__members__:
        raise cells.fault(f"{column} {name.lower()!r} is none of {[*Degree.__members__]}")
    return Degree[name]
