"""Cuts the people of a world into chunks, which bound the memory that working on them takes."""

from collections.abc import Iterator

CHUNK = 8_192  # part of what a seed means: each chunk has random streams of its own


def chunks_of(people: int) -> Iterator[slice]:
    """Yield the chunks of people in order."""
    for first in range(0, people, CHUNK):
        yield slice(first, min(first + CHUNK, people))
