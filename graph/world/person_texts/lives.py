"""Turns people from arrays into rows of plain Python values, which texts are written from."""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.world.careers.people import People
from graph.world.person_texts.facts import Life, Post
from graph.world.person_texts.names import FullName
from graph.world.segments import draw_columns
from graph.world.vocabulary import Vocabulary

STRONG_WISH = 0.45  # of a preference between -1 and 1, from which on people say so
SETTLED = 0.7  # loyalty from which on people say that they stay where they are
WISH_ELSEWHERE = 0.2  # of people: would like to work in another field
ANY_FIELD = 0.002  # how likely a far field is wished for, beside the nearness of near ones
WISHES = ("remote", "office", "small", "large", "up", "place", "field", "same")


class Wordings(NamedTuple):
    """Texts that were drawn for a chunk of people beforehand."""

    names: list[FullName]
    titles: list[str]  # current or last, of those who never held a position
    positions: list[str]  # titles of all positions
    studies: list[str]  # fields of all studies


def wished_families(
    people: People, vocabulary: Vocabulary, span: slice, random: np.random.Generator
) -> npt.NDArray[np.int64]:
    """Draw in which family each person of a span would like to work, often their own.

    It follows from how often people move between families, and knows nothing of `next_title`:
    texts must not tell what comes next.
    """
    own = people.family[span].astype(np.int64)
    near = vocabulary.family_proximity.astype(np.float64) + ANY_FIELD
    np.fill_diagonal(near, 0.0)
    elsewhere = draw_columns(near[own], random.random(len(own)))
    return np.where(random.random(len(own)) < WISH_ELSEWHERE, elsewhere, own)


def read_lives(
    people: People,
    vocabulary: Vocabulary,
    span: slice,
    texts: Wordings,
    wished: npt.NDArray[np.int64],
) -> list[Life]:
    """Gather the people of a span.

    Args:
        people: Everybody.
        vocabulary: What titles belong to which family.
        span: From the first to before the last.
        texts: Their wordings.
        wished: The families they would like to work in.
    """
    columns = (
        *(texts.names, texts.titles),
        *(people.family[span].tolist(), people.level[span].tolist()),
        *(people.company[span].tolist(), people.city[span].tolist()),
        *(people.experience[span].tolist(), wished.tolist()),
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
            wished_family=wished_family,
            posts=posts,
            study=study[0] if study else None,
            is_graduate=study is not None and study[1],
        )
        for name, wording, family, level, company, city, years, wished_family, posts, study in zip(
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


def wishes_of(people: People, span: slice, wished: npt.NDArray[np.int64]) -> list[tuple[str, ...]]:
    """Say of each person which of `WISHES` are strong enough to be told."""
    size, remote = people.wanted_size[span], people.remote[span]
    would_move = wished != people.family[span]
    holds = np.stack(
        [
            *(remote > STRONG_WISH, remote < -STRONG_WISH),
            *(size < -STRONG_WISH, size > STRONG_WISH),
            people.ambition[span] > 1,
            people.loyalty[span] > SETTLED,
            *(would_move, ~would_move),
        ]
    ).T.tolist()
    return [
        tuple(wish for wish, does_hold in zip(WISHES, row, strict=True) if does_hold)
        for row in holds
    ]
