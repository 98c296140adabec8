import pytest

from app.counted import counted


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 facts"), (1, "1 fact"), (2, "2 facts"), (20_000, "20,000 facts")]
)
def test_one_is_one_and_everything_else_is_several(number: int, said: str) -> None:
    assert counted(number, "fact") == said


def test_a_plural_may_be_a_word_of_its_own() -> None:
    assert counted(2, "person", "people") == "2 people"
