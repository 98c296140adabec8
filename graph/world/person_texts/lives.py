"""Turns people from arrays into rows of plain Python values, which texts are written from."""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from graph.world.careers.people import People
from graph.world.person_texts.facts import Life, Post
from graph.world.person_texts.names import FullName
from graph.world.vocabulary import Vocabulary

STRONG_WISH = 0.45  # of a preference between -1 and 1, from which on people say so
SETTLED = 0.7  # loyalty from which on people say that they stay where they are
WISHES = ("remote", "office", "small", "large", "up", "place", "field", "same")


class Wordings(NamedTuple):
    """Texts that were drawn for a chunk of people beforehand."""

    names: list[FullName]
    titles: list[str]  # current or last, of those who never held a position
    positions: list[str]  # titles of all positions
    studies: list[str]  # fields of all studies


def read_lives(people: People, vocabulary: Vocabulary, span: slice, texts: Wordings) -> list[Life]:
    """Gather the people of a span.

    Args:
        people: Everybody.
        vocabulary: What titles belong to which family.
        span: From the first to before the last.
        texts: Their wordings.
    """
    families = vocabulary.title_family
    columns = (
        *(texts.names, texts.titles),
        *(people.family[span].tolist(), people.level[span].tolist()),
        *(people.company[span].tolist(), people.city[span].tolist()),
        *(people.experience[span].tolist(), families[people.next_title[span]].tolist()),
        _posts(people, vocabulary, span, texts.positions),
        _studies(people, span, texts.studies),
    )
    return [
        Life(
            name=name,
            wording=posts[-1].wording if posts else wording,
            family=family,
            level=level,
            company=company,
            city=city,
            years=years,
            next_family=next_family,
            posts=posts,
            study=study[0] if study else None,
            is_graduate=study is not None and study[1],
        )
        for (name, wording, family, level, company, city, years, next_family, posts, study) in zip(
            *columns, strict=True
        )
    ]


def _posts(
    people: People, vocabulary: Vocabulary, span: slice, wordings: list[str]
) -> Iterator[list[Post]]:
    positions = people.positions
    cuts = positions.offsets[span.start : span.stop + 1].tolist()
    held = slice(cuts[0], cuts[-1])
    columns = (
        vocabulary.title_family[positions.title[held]],
        *(positions.level[held], positions.company[held], positions.city[held]),
        *(positions.start[held], positions.end[held]),
    )
    posts = list(map(Post, wordings, *(column.tolist() for column in columns)))
    for first, last in pairwise(cuts):
        yield posts[first - cuts[0] : last - cuts[0]]


def _studies(people: People, span: slice, fields: list[str]) -> Iterator[tuple[str, bool] | None]:
    """Give for each person the field of the last study, and whether it led to a degree."""
    cuts = people.studies.offsets[span.start : span.stop + 1].tolist()
    degrees = people.studies.degree[cuts[0] : cuts[-1]].tolist()
    for first, last in pairwise(cuts):
        place = last - 1 - cuts[0]
        yield (fields[place], degrees[place] > 0) if last > first else None


def wishes_of(people: People, vocabulary: Vocabulary, span: slice) -> list[tuple[str, ...]]:
    """Say of each person which of `WISHES` are strong enough to be told."""
    size, remote = people.wanted_size[span], people.remote[span]
    moves = vocabulary.title_family[people.next_title[span]] != people.family[span]
    holds = np.stack(
        [
            *(remote > STRONG_WISH, remote < -STRONG_WISH),
            *(size < -STRONG_WISH, size > STRONG_WISH),
            people.ambition[span] > 1,
            people.loyalty[span] > SETTLED,
            *(moves, ~moves),
        ]
    ).T.tolist()
    return [
        tuple(wish for wish, does_hold in zip(WISHES, row, strict=True) if does_hold)
        for row in holds
    ]
