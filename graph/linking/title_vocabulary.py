"""Gathers from the taxonomy the words that help to read titles."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from graph.linking.normalise import Words, fold, words
from graph.linking.title_text import canonical
from graph.taxonomy import Taxonomy
from graph.taxonomy_rows import TECHNICAL

_BEHIND_ROLE = re.compile(r" of | for |,| \(| - ")


def words_of_others(taxonomy: Taxonomy) -> Iterator[str]:
    """Give words that are right as they are, though no title holds them."""
    named = (taxonomy.skills, taxonomy.industries, taxonomy.places)
    for row in chain.from_iterable(named):
        for text in (row.name, *row.aliases):
            yield from canonical(words(fold(text)))


def technologies(taxonomy: Taxonomy) -> frozenset[str]:
    """Give the tools, languages and frameworks that are called by one word."""
    named = (
        canonical(words(fold(text)))
        for skill in taxonomy.skills
        if skill.kind in TECHNICAL
        for text in (skill.name, *skill.aliases)
    )
    return frozenset(key[0] for key in named if len(key) == 1 and len(key[0]) > 2)


def role_word(name: str) -> str:
    """Give the word that names the role: the last one, before "of", commas and brackets."""
    return canonical(words(_BEHIND_ROLE.split(fold(name))[0]))[-1]


def usual_words(titles: Iterable[Sequence[Words]]) -> set[str]:
    """Give the words of standard names, and those that several titles use.

    Each title comes as the words of its name, then of its aliases.
    """
    usual, titles_with = set[str](), Counter[str]()
    for name, *aliases in titles:
        usual.update(name)
        titles_with.update(set(chain.from_iterable(aliases)))
    return usual | {word for word, titles in titles_with.items() if titles > 1}


def other_orders(folded: str) -> Iterator[Words]:
    """Give the other orders in which people write a name: "Director of X" as "X Director"."""
    for joint in (" of ", ", "):
        first, found, second = folded.partition(joint)
        if found and joint not in second:
            yield (*words(second), *words(first))
