import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.world.person_texts.roughening import roughen
from graph.world.slips import Slip, mistype

TEXT = "I have years of experience with management. Don't worry, people understand."


def test_only_the_share_asked_for_is_changed() -> None:
    rough = roughen([TEXT] * 5_000, np.random.default_rng(4), 0.06)
    changed = sum(text != TEXT for text in rough)
    assert 0.04 * 5_000 < changed < 0.07 * 5_000


def test_there_are_many_ways_to_be_careless() -> None:
    rough = {text or "" for text in roughen([TEXT] * 400, np.random.default_rng(3), 1.0)}
    assert any("mgmt" in text for text in rough)
    assert any(text == text.lower() for text in rough)
    assert any(len(text) < len(TEXT) and not text.endswith(".") for text in rough)
    assert len(rough) > 100


def test_the_same_generator_makes_the_same_slips() -> None:
    texts = [f"{TEXT} {number}" for number in range(50)]
    once, again = (roughen(texts, np.random.default_rng(8), 0.5) for _ in range(2))
    assert once == again


@given(st.lists(st.none() | st.text(max_size=40), max_size=20), st.integers(0, 9))
def test_nothing_stays_nothing_and_every_text_stays(texts: list[str | None], seed: int) -> None:
    rough = roughen(texts, np.random.default_rng(seed), 1.0)
    assert [text is None for text in rough] == [text is None for text in texts]


@pytest.mark.parametrize(
    ("slip", "text"),
    [
        (Slip.SWAP, "to wrtie"),
        (Slip.LOSE, "to wrte"),
        (Slip.DOUBLE, "to wriite"),
        (Slip.MISS, "to weite"),
    ],
)
def test_a_slip_spoils_the_letter_at_its_place(slip: Slip, text: str) -> None:
    assert mistype("to write", 5, slip) == text
