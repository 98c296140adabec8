"""Says what the companies of an industry are called, like and pay."""

from pathlib import Path
from typing import NamedTuple

from graph.taxonomy_rows import Cells, read_rows
from graph.world.tastes import Taste
from graph.world.vocabulary import Vocabulary

_COLUMNS = ("sector", "industries", "words", "liked", "disliked", "pay")


class Sector(NamedTuple):
    """Industries whose companies resemble each other."""

    id: str
    industries: tuple[int, ...]
    words: tuple[str, ...]  # that stand in company names
    liked: tuple[Taste, ...]  # dimensions of culture that are often strong
    disliked: tuple[Taste, ...]
    pay: float  # factor on the going rate


def load_sectors(folder: Path, vocabulary: Vocabulary) -> tuple[Sector, ...]:
    """Read sectors.csv.

    Raises:
        ValueError: a row is not as it should be, or an industry is not in exactly one sector.
    """
    numbers = {industry.id: number for number, industry in enumerate(vocabulary.industries)}

    def make(c: Cells) -> Sector:
        return Sector(
            c.id("sector"),
            tuple(known(c, numbers, "industries")),
            c.list("words"),
            _tastes(c, "liked"),
            _tastes(c, "disliked"),
            c.number_in("pay", 0.5, 2),
        )

    sectors = read_rows(folder / "sectors.csv", _COLUMNS, make)
    found = sorted(industry for sector in sectors for industry in sector.industries)
    if found != list(range(len(numbers))):
        wrong = [id_ for id_, number in numbers.items() if found.count(number) != 1]
        raise ValueError(f"sectors.csv: not in exactly one sector: {wrong}")
    return sectors


def known(cells: Cells, numbers: dict[str, int], column: str) -> list[int]:
    """Read a list of ids as numbers.

    Raises:
        ValueError: an id is not among the known ones.
    """
    ids = cells.list(column)
    for id_ in ids:
        if id_ not in numbers:
            raise cells.fault(f"{column} {id_!r} does not exist")
    return [numbers[id_] for id_ in ids]


def _tastes(cells: Cells, column: str) -> tuple[Taste, ...]:
    return tuple(Taste(n) for n in known(cells, {t.name.lower(): int(t) for t in Taste}, column))
