import numpy as np
import pytest

from app.workspace import built_in_taxonomy
from graph.linking import Linker
from graph.schema import NodeType, Seniority
from graph.world.title_text import TitleTexts
from graph.world.vocabulary import LEVELS, Vocabulary

WANTED = 1_500
SURELY = np.array([[0.0, 0.0]])  # the standard name in its most usual form


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary(built_in_taxonomy())


@pytest.fixture(scope="module")
def titles(vocabulary: Vocabulary) -> TitleTexts:
    return TitleTexts(vocabulary)


def usual(titles: TitleTexts, vocabulary: Vocabulary, id: str, level: Seniority) -> str:
    number = np.array([vocabulary.title_number[id]])
    return titles.of(number, np.array([LEVELS.index(level)]), SURELY)[0]


def test_nearly_all_wordings_are_linked_to_their_title(
    titles: TitleTexts, vocabulary: Vocabulary
) -> None:
    random = np.random.default_rng(1)
    numbers = random.integers(0, len(vocabulary.titles), WANTED)
    steps = random.integers(-1, 3, WANTED)
    levels = np.clip(vocabulary.title_level[numbers] + steps, 0, len(LEVELS) - 1)
    texts = titles.of(numbers, levels, random.random((WANTED, 2)))
    linker = Linker(vocabulary.taxonomy)
    linked = [linker.link(NodeType.TITLE, text).id for text in texts]
    meant = [vocabulary.titles[number].id for number in numbers.tolist()]
    assert np.mean([a == b for a, b in zip(linked, meant, strict=True)]) >= 0.98
    assert len(set(texts)) > WANTED / 2


@pytest.mark.parametrize(
    ("id", "level", "text"),
    [
        ("data-engineer", Seniority.MID, "Data Engineer"),
        ("data-engineer", Seniority.SENIOR, "Senior Data Engineer"),
        ("data-engineer", Seniority.JUNIOR, "Junior Data Engineer"),
        ("data-engineer", Seniority.INTERN, "Data Engineer Intern"),
        ("data-engineer", Seniority.STAFF, "Staff Data Engineer"),
        ("registered-nurse", Seniority.STAFF, "Senior Registered Nurse"),
        ("vp-of-engineering", Seniority.JUNIOR, "VP of Engineering"),
        ("tech-lead", Seniority.PRINCIPAL, "Principal Tech Lead"),
    ],
)
def test_a_level_beside_the_titles_own_is_spoken(
    titles: TitleTexts, vocabulary: Vocabulary, id: str, level: Seniority, text: str
) -> None:
    assert usual(titles, vocabulary, id, level) == text


def test_aliases_are_plain_english_and_say_no_word_twice(
    titles: TitleTexts, vocabulary: Vocabulary
) -> None:
    for number in range(len(vocabulary.titles)):
        name, *aliases = titles.bare(number)
        assert name == vocabulary.titles[number].name
        for alias in aliases:
            assert alias.isascii()
            assert len(alias.split()) == len({word.lower() for word in alias.split()})


def test_most_titles_have_several_wordings(titles: TitleTexts, vocabulary: Vocabulary) -> None:
    counts = [len(titles.bare(number)) for number in range(len(vocabulary.titles))]
    assert np.mean(counts) > 5


def test_equal_uniforms_give_equal_wordings(titles: TitleTexts) -> None:
    numbers, levels = np.array([3, 3]), np.array([3, 3])
    first, second = titles.of(numbers, levels, np.array([[0.7, 0.4], [0.7, 0.4]]))
    assert first == second
