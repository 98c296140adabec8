"""What is learned from a store is saved as JSON, and anything else is refused."""

import json
import math
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.features.columns import COLUMNS, Shape
from graph.features.fitted import LEAST_USES, Fitted, Fitting, Scale, names_of
from graph.schema import NodeType

YEARS = next(c for c in COLUMNS[NodeType.PERSON] if c.name == "years_experience")
INDUSTRY = next(c for c in COLUMNS[NodeType.COMPANY] if c.name == "industry")


def fitted(**changes: Any) -> Fitted:  # noqa: ANN401
    values: dict[str, Any] = {
        "text_id": "words-16",
        "text_width": 16,
        "scales": dict.fromkeys(names_of(Shape.NUMBER), Scale(1.5, 0.1)),
        "words": dict.fromkeys(names_of(Shape.WORDS), ("wood", "métal")),
        "pay_middles": {"EUR": 1 / 3},
    }
    return Fitted(**{**values, **changes})


def scale_of(*portions: list[float]) -> Scale:
    fitting = Fitting()
    for portion in portions:
        fitting.take(NodeType.PERSON, YEARS, np.array(portion))
    return fitting.scales()["person.years_experience"]


def test_what_is_written_is_read_back_to_the_last_digit(tmp_path: Path) -> None:
    path = tmp_path / "features.json"
    fitted().save(path)
    assert Fitted.from_json(path.read_text(encoding="utf-8")) == fitted()
    assert [file.name for file in tmp_path.iterdir()] == ["features.json"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda d: d.pop("words"), "exactly the keys"),
        (lambda d: d.update(more=1), "exactly the keys"),
        (lambda d: d.update(version=99), "version 99, not 1"),
        (lambda d: d["scales"].pop("job.pay"), "other columns"),
        (lambda d: d["words"].update({"person.name": []}), "other columns"),
        (lambda d: d["scales"].update({"job.pay": {"middle": 0.0, "spread": 0.0}}), "above 0"),
        (lambda d: d["scales"].update({"job.pay": {"middle": math.nan, "spread": 1}}), "finite"),
        (lambda d: d["scales"].update({"job.pay": {"middle": 0.0}}), "not as they should be"),
        (lambda d: d["words"].update({"company.industry": [1]}), "not as they should be"),
        (lambda d: d["pay_middles"].update(EUR="much"), "could not convert|not as they should"),
        (lambda d: d.update(text_width=0), "must have a width"),
    ],
)
def test_a_document_that_is_not_right_is_refused(
    spoil: Callable[[dict[str, Any]], object], said: str
) -> None:
    document = json.loads(fitted().to_json())
    spoil(document)
    with pytest.raises(ValueError, match=said):
        Fitted.from_json(json.dumps(document))


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(ValueError, match="no JSON"):
        Fitted.from_json("{")


def test_a_scale_is_the_middle_and_spread_of_most_values() -> None:
    scale = scale_of([float(number) for number in range(101)])
    assert scale.middle == 50
    assert scale.spread == pytest.approx(90 / 3.2897, rel=1e-3)


def test_a_few_huge_values_hardly_move_a_scale() -> None:
    plain = [float(number) for number in range(101)]
    with_huge = scale_of([*plain, 1e12])
    assert with_huge.middle == pytest.approx(50, abs=1)
    assert with_huge.spread == pytest.approx(scale_of(plain).spread, rel=0.05)


def test_a_column_without_values_or_with_one_value_has_a_scale() -> None:
    assert scale_of([]) == (0, 1)
    assert scale_of([7.0, 7.0]) == (7, 1)
    assert scale_of([0.0] * 99 + [100.0]).spread > 0


@given(st.lists(st.floats(0, 100), min_size=1, max_size=60), st.integers(1, 10))
def test_a_scale_does_not_depend_on_the_batches(values: list[float], size: int) -> None:
    portions = [values[start : start + size] for start in range(0, len(values), size)]
    assert scale_of(*portions) == scale_of(values)


def test_a_long_stream_is_sampled_evenly() -> None:
    portions = np.array_split(np.arange(1_000_000, dtype=float), 7)
    scale = scale_of(*(list(portion) for portion in portions))
    assert scale.middle == pytest.approx(500_000, rel=1e-4)
    assert scale.spread == pytest.approx(900_000 / 3.2897, rel=1e-3)


def test_common_words_are_kept_in_plain_spelling_and_rare_ones_are_not() -> None:
    fitting = Fitting()
    stated = ["Wood Work"] * 2 + ["wood-work"] * 2 + ["Steel"] * LEAST_USES + ["Rare"] + [None, ""]
    fitting.take(NodeType.COMPANY, INDUSTRY, stated)
    assert fitting.words()["company.industry"] == ("wood-work", "steel")
