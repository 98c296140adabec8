"""Words titles the way people and postings do: aliases, and seniority before or behind."""

import re
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from graph.schema import Seniority
from graph.taxonomy_rows import Title
from graph.world.segments import Floats, Ints, WeightedSegments, offsets_of
from graph.world.vocabulary import HEIGHTS, LEVELS, Vocabulary

MOST_ALIASES = 10
MOST_WORDS = 5
STEM = 6  # letters by which words are taken for the same
STANDARD = 3.0  # against 1, 1/2, 1/3, ... of the aliases
BARE = "%s"

_WORD = re.compile(r"[A-Za-z][A-Za-z.'+#&/-]*")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# May stand in an alias though no standard name holds them.
_ALSO_ENGLISH = _words(
    "and of for the in to & Tech Dev Programmer Expert Professional Web Backend Frontend"
    " Online Digital Mobile Cloud Retail Shop Store Corporate Commercial Certified"
)
# Shouted abbreviations that everybody in the field reads.
_ABBREVIATIONS = frozenset({"SRE", "CEO", "CFO", "CTO", "COO", "CMO", "SDET", "DBA", "EMT"})
# They say a rank: no alias adds one to its title.
_RANKS = _words(
    "senior junior lead leader head chief assistant associate vp vice president director manager"
    " supervisor trainee graduate grad intern internship apprentice student principal staff aide"
    " helper executive deputy partner owner founder foreman superintendent officer fellow"
    " certified licensed registered master"
)
# Before these nobody puts a seniority.
_OPENING_RANKS = _words(
    "senior junior lead head chief assistant associate vp vice president trainee graduate intern"
    " apprentice student principal staff deputy managing general"
)
_LEADERS = frozenset({Seniority.MANAGER, Seniority.DIRECTOR, Seniority.EXECUTIVE})

Forms = tuple[tuple[str, float], ...]
_AS_IT_IS: Forms = ((BARE, 1.0),)
_AT_LEVEL: dict[Seniority, Forms] = {
    Seniority.JUNIOR: ((BARE, 0.94), ("Junior %s", 0.06)),
    Seniority.MID: ((BARE, 0.97), ("%s II", 0.03)),
}
_BELOW: dict[Seniority, Forms] = {
    Seniority.INTERN: (
        *(("%s Intern", 0.5), ("%s (Intern)", 0.1), ("Intern %s", 0.1)),
        *(("%s Trainee", 0.2), ("%s Apprentice", 0.1)),
    ),
    Seniority.JUNIOR: (
        *(("Junior %s", 0.5), ("Jr. %s", 0.1), ("Jr %s", 0.06), ("%s I", 0.05)),
        *(("Graduate %s", 0.04), ("Entry Level %s", 0.03), (BARE, 0.22)),
    ),
}
_ABOVE: dict[Seniority, Forms] = {
    Seniority.MID: ((BARE, 0.84), ("%s II", 0.08), ("Experienced %s", 0.08)),
    Seniority.SENIOR: (
        *(("Senior %s", 0.62), ("Sr. %s", 0.13), ("Sr %s", 0.06), ("Snr %s", 0.02)),
        *(("%s III", 0.04), ("%s (Senior)", 0.02), (BARE, 0.11)),
    ),
    Seniority.LEAD: (
        *(("Lead %s", 0.62), ("Senior %s", 0.12), ("%s, Team Lead", 0.06)),
        *(("%s (Team Lead)", 0.06), ("Team Lead, %s", 0.04), ("%s Lead", 0.02), (BARE, 0.08)),
    ),
    Seniority.STAFF: (
        *(("Staff %s", 0.6), ("Senior Staff %s", 0.15), ("Senior %s", 0.15), ("%s IV", 0.1)),
    ),
    Seniority.PRINCIPAL: (
        *(("Principal %s", 0.7), ("Senior Principal %s", 0.06), ("Lead %s", 0.08)),
        *(("Senior %s", 0.12), ("Distinguished %s", 0.04)),
    ),
    Seniority.MANAGER: (
        *(("Lead %s", 0.5), ("Senior %s", 0.2), ("%s, Team Lead", 0.2), (BARE, 0.1)),
    ),
    Seniority.DIRECTOR: (
        *(("Senior %s", 0.5), ("Lead %s", 0.2), ("Principal %s", 0.2), (BARE, 0.1)),
    ),
    Seniority.EXECUTIVE: (("Senior %s", 0.5), ("Principal %s", 0.2), (BARE, 0.3)),
}


class TitleTexts:
    """The wordings of every title at every level, drawn by how usual they are."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        wordings = tuple(_wordings(vocabulary))
        self._own_level = vocabulary.title_level
        self._rungs = _rungs(vocabulary)[vocabulary.title_family]
        self._names = tuple(name for names in wordings for name in names)
        self._opens_with_rank = np.array(
            [name.split()[0].lower() in _OPENING_RANKS for name in self._names], np.bool_
        )
        self._names_of = WeightedSegments.of(
            offsets_of(np.array([len(names) for names in wordings])),
            np.array([1 / place if place else STANDARD for names in wordings
                      for place in range(len(names))]),
        )  # fmt: skip
        by_levels = [_forms(own, level) for own in LEVELS for level in LEVELS]
        by_levels.append(_AS_IT_IS)
        self._forms = tuple(form for forms in by_levels for form, _ in forms)
        self._forms_of = WeightedSegments.of(
            offsets_of(np.array([len(forms) for forms in by_levels])),
            np.array([share for forms in by_levels for _, share in forms]),
        )

    def bare(self, title: int) -> tuple[str, ...]:
        """Return the standard name of a title and its English aliases, the usual ones first."""
        first, last = self._names_of.offsets[title : title + 2].tolist()
        return self._names[first:last]

    def of(self, titles: Ints, levels: Ints, uniforms: Floats) -> list[str]:
        """Word many titles.

        Args:
            titles: Title numbers, (wanted,).
            levels: Places in `vocabulary.LEVELS`, (wanted,).
            uniforms: In [0, 1), (wanted, 2); equal ones give equal wordings.
        """
        names = self._names_of.draw(titles, uniforms[:, 0])
        spoken = self._rungs[titles, levels]
        pair = self._own_level[titles].astype(np.int64) * len(LEVELS) + spoken
        pair[self._opens_with_rank[names]] = len(LEVELS) ** 2
        forms = self._forms_of.draw(pair, uniforms[:, 1])
        return [
            self._forms[form] % self._names[name]
            for name, form in zip(names.tolist(), forms.tolist(), strict=True)
        ]


def _forms(own: Seniority, level: Seniority) -> Forms:
    """Return how people mark a level on a title that implies a level of its own."""
    difference = HEIGHTS[LEVELS.index(level)] - HEIGHTS[LEVELS.index(own)]
    if difference == 0:
        return _AT_LEVEL.get(level, _AS_IT_IS) if level is own else _AS_IT_IS
    if difference > 0:
        return _ABOVE.get(level, _AS_IT_IS)
    # Nobody is a junior director: who leads early bears the plain title.
    return _AS_IT_IS if own in _LEADERS else _BELOW.get(level, _AS_IT_IS)


def _rungs(vocabulary: Vocabulary) -> npt.NDArray[np.int64]:
    """Say as what a family speaks of a level, (families, levels): no nurse is a staff engineer."""
    rungs = np.tile(np.arange(len(LEVELS)), (len(vocabulary.families), 1))
    known = {(step.family, step.seniority) for step in vocabulary.taxonomy.ladders}
    for level in (Seniority.STAFF, Seniority.PRINCIPAL):
        for number, family in enumerate(vocabulary.families):
            if (family.id, level) not in known:
                rungs[number, LEVELS.index(level)] = LEVELS.index(Seniority.SENIOR)
    return rungs


def _wordings(vocabulary: Vocabulary) -> Iterator[tuple[str, ...]]:
    """Give for each title its name, then the aliases that are plain English."""
    words: set[str] = set(_ALSO_ENGLISH)
    roles: set[str] = set()
    for title in vocabulary.titles:
        spoken = _WORD.findall(title.name)
        words.update(spoken)
        roles.add(spoken[-1])
    for title in vocabulary.titles:
        aliases = [text for text in title.aliases if _is_usable(text, title, words, roles)]
        yield (title.name, *aliases[:MOST_ALIASES])


def _is_usable(text: str, title: Title, words: set[str], roles: set[str]) -> bool:
    """Tell whether an alias is English, names a role, and claims no rank of its own."""
    if text in _ABBREVIATIONS:
        return True
    spoken = text.split()
    if not text.isascii() or len(spoken) > MOST_WORDS or spoken[-1] not in roles:
        return False
    if any(word not in words for word in spoken) or _repeats(spoken):
        return False
    if all(word.isupper() for word in spoken):
        return False
    return _ranks(spoken) <= _ranks(title.name.split())


def _repeats(spoken: Sequence[str]) -> bool:
    """Tell whether it says a word twice: "Engineering Consulting Engineer"."""
    stems = [word.lower()[:STEM] for word in spoken]
    return len(set(stems)) < len(stems)


def _ranks(spoken: Sequence[str]) -> frozenset[str]:
    return _RANKS & {word.lower() for word in spoken}
