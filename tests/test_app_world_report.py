"""The report on a world says what its figures say, and shows it to everybody alike."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import numpy.typing as npt
import pytest
from scipy.sparse import csr_array
from small_market import TODAY, small_store
from typer.testing import CliRunner

from app import plot_style as style
from app.cli import app
from app.world_report.contest import (
    ORACLE,
    RANDOM,
    Row,
    across_halves,
    best_learned,
    judge,
)
from app.world_report.exam import TASKS, Exam, read_exam
from app.world_report.figures import Findings, figures_of
from app.world_report.group_counts import Measure
from app.world_report.groups import MOVED_BY, Audit, Bias, GroupAudits, audit_of
from app.world_report.laws import (
    REAL_NETWORK,
    Behaviour,
    Careers,
    Laws,
    calibrate,
    calibration_error,
    expected_error,
    popularity_of,
    share_of_top,
    zipf_slope,
)
from app.world_report.page import page_of
from app.world_report.plots import Plot, draw_all
from app.world_report.signals import Feature, Signal, weigh_signals
from graph.schema import EventKind
from graph.world.behaviour.utility import PairParts, Part, Task
from graph.world.config import WorldConfig
from graph.world.network.statistics import load_statistics, network_statistics
from graph.world.truth.format import DRAWN, PART
from graph.world.truth.reader import Truth
from retrieval.baselines.market import read_market
from retrieval.baselines.pair_features import Kind
from retrieval.baselines.pairs import Pairs
from retrieval.fairness import Counts
from retrieval.metrics import Estimate, estimate

PEOPLE, CANDIDATES = 120, 40
Floats = npt.NDArray[np.float64]


def exam_of(parts: dict[Part, Floats], seed: int = 0) -> Exam:
    """Return an exam whose utility has the given parts, each (PEOPLE * CANDIDATES,)."""
    pairs = PEOPLE * CANDIDATES
    values = {part: parts.get(part, np.zeros(pairs)) for part in Part}
    utility = PairParts(values, np.zeros(pairs))
    random = np.random.default_rng(seed)
    drawn = {task: random.random(pairs) < utility.probability(task) for task in TASKS}
    number = np.arange(pairs)
    asked = Pairs(number // CANDIDATES, number % CANDIDATES, np.full(pairs, TODAY))
    return Exam(asked, np.arange(PEOPLE + 1) * CANDIDATES, utility, drawn)


@pytest.fixture(scope="module")
def exam() -> Exam:
    """An exam in which the title and the contacts of contacts move people, and nothing else."""
    random = np.random.default_rng(4)
    title, second = random.random((2, PEOPLE * CANDIDATES))
    return exam_of({Part.TITLE: title, Part.SECOND: 2 * second})


@pytest.fixture(scope="module")
def rows(exam: Exam) -> list[Row]:
    blind = {task: np.zeros(PEOPLE * CANDIDATES) for task in Task if task in TASKS}
    seen = exam.utility.values[Part.TITLE].astype(float)
    scores: dict[str, Mapping[Task, Floats]] = {
        RANDOM: blind,
        **{name: dict.fromkeys(TASKS, seen) for name in OTHER_MODELS},
        ORACLE: {task: exam.chance(task) for task in TASKS},
    }
    return judge(exam, scores)


OTHER_MODELS = (
    "popularity",
    "text similarity",
    "item-based filtering",
    "logistic regression",
    "gradient boosting",
    "all of these, stacked",
)


@pytest.fixture(scope="module")
def found(exam: Exam, rows: list[Row]) -> Findings:
    random = np.random.default_rng(2)
    ends = np.unique(np.sort(random.integers(0, 80, (400, 2)), axis=1), axis=0)
    ends = ends[ends[:, 0] < ends[:, 1]]
    careers = Careers(
        random.gamma(3, 4, 80), random.integers(1, 6, 80), np.append(random.gamma(2, 1, 200), 31)
    )
    rates = {EventKind.VIEW: 0.2, EventKind.SAVE: 0.02, EventKind.APPLY: 0.01}
    behaviour = Behaviour(random.integers(0, 90, 80), random.integers(0, 30, 40), 3210, rates)
    skills = np.array([40, 20, 13, 10, 8, 1])
    calibration = {task: calibrate(exam.chance(task), exam.drawn[task]) for task in TASKS}
    network = network_statistics(ends[:, 0], ends[:, 1], 80)
    laws = Laws(network, careers, skills, skills, behaviour, calibration)
    signals = weigh_signals(exam, exam.utility.values[Part.TITLE].astype(float))
    value = Estimate(0.5, 0.4, 0.6, PEOPLE)
    features = [Feature(Kind.TITLE, value, Estimate(0.2, 0.1, 0.3, PEOPLE))]
    return Findings(
        WorldConfig(80, 60, 9),
        laws,
        load_statistics(REAL_NETWORK),
        exam,
        rows,
        best_learned(rows, Task.APPLY),
        signals,
        features,
        small_audits(),
    )


def small_audits() -> GroupAudits:
    """Return audits of counts in which exactly what is planted shows, and nobody is hired."""
    is_b = np.arange(600) % 2 == 1
    trials = np.full(600, 4)
    audits: list[Audit] = []
    for measure in Measure:
        for bias in Bias:
            alike = np.arange(600) // 2 % 2 + 2
            counts = Counts(np.where(is_b & (MOVED_BY[measure] is bias), 1, alike), trials)
            if measure is Measure.HIRES:
                counts = Counts(np.zeros(600, int), trials)
            audits.append(audit_of(measure, bias, counts, is_b))
    return GroupAudits(WorldConfig(600, 50, 9), audits, 0.01, 100)


@pytest.fixture(scope="module")
def plots(found: Findings) -> list[Plot]:
    return draw_all(found.laws, found.real, found.rows, found.signals, found.groups)


def signal_of(signals: list[Signal], name: str) -> Signal:
    return next(signal for signal in signals if signal.name == name)


def test_the_oracle_is_perfect_by_chance_and_not_by_luck(rows: list[Row]) -> None:
    for task in TASKS:
        own = [row for row in rows if row.task is task]
        assert [own[0].model, own[-1].model] == [ORACLE, RANDOM]
        assert own[0].by_chance[:3] == (1.0, 1.0, 1.0)
        assert own[0].by_outcome.mean < 0.9
        assert own[0].by_outcome.mean > own[-1].by_outcome.high


def test_a_model_gains_by_what_it_does_not_see_and_by_nothing_else(exam: Exam) -> None:
    """The model ranks by the title. It is blind to contacts of contacts, and pay moves nobody."""
    signals = weigh_signals(exam, exam.utility.values[Part.TITLE].astype(float))
    unseen = signal_of(signals, "contacts of contacts")
    assert signals[0] == unseen
    assert unseen.model_gain.low > 0.05
    assert unseen.model_told.mean > 0.99  # it then knows all that moves anybody
    assert unseen.model_without.mean == pytest.approx(1.0)  # the title is all there is then
    known = signal_of(signals, "title")
    assert abs(known.model_gain.mean) < 0.01
    assert known.oracle_without.mean < 0.9
    assert len(signals) == 2  # the others are the same for all


def test_a_part_is_weighed_among_those_whom_it_touches() -> None:
    """What was looked at last moves every third person, and so strongly that it decides."""
    random = np.random.default_rng(5)
    title, session = random.random((2, PEOPLE, CANDIDATES))
    session[np.arange(PEOPLE) % 3 != 0] = 0
    exam = exam_of({Part.TITLE: title.ravel(), Part.SESSION: 3 * session.ravel()})
    signals = weigh_signals(exam, exam.utility.values[Part.TITLE].astype(float))
    unseen = signal_of(signals, "what was looked at last")
    assert unseen.people == pytest.approx(1 / 3)
    assert unseen.model.lists == PEOPLE / 3
    assert unseen.model_gain.low > 0.05
    assert unseen.oracle_without.mean == pytest.approx(unseen.model.mean)


def test_a_fit_across_halves_never_sees_whom_it_scores(exam: Exam) -> None:
    """What only one half shows can help the other half alone."""
    nothing = np.zeros(PEOPLE * CANDIDATES)
    seen = exam.utility.values[Part.SECOND].astype(float)
    happened = np.where(exam.is_even, exam.drawn[Task.VIEW], 0).astype(float)
    scores = across_halves(exam, np.column_stack([seen, nothing]), np.maximum(happened, 1e-9))
    slope_of_odd = np.corrcoef(scores[~exam.is_even], seen[~exam.is_even])[0, 1]
    assert slope_of_odd > 0.99
    assert np.ptp(scores[exam.is_even]) < np.ptp(scores[~exam.is_even]) / 2


def test_an_answer_sheet_is_matched_to_the_store_by_ids(tmp_path: Path) -> None:
    market = read_market(small_store(tmp_path))
    columns = {
        "person_id": np.array(["bob", "bob", "ann"]),
        "job_id": np.array(["j3", "j1", "j2"]),
        "at": np.full(3, TODAY),
        **{f"{PART}{part.value}": np.zeros(3, np.float32) for part in Part},
        f"{PART}handicap": np.zeros(3, np.float32),
        **{f"{DRAWN}{task.value}": np.array([True, False, True]) for task in Task},
    }
    exam = read_exam(Truth(columns, {}, {}), market)
    assert exam.pairs.person.tolist() == [1, 1, 0]
    assert exam.pairs.job.tolist() == [2, 0, 1]
    assert exam.offsets.tolist() == [0, 2, 3]
    assert exam.drawn[Task.APPLY].tolist() == [True, False, True]


def test_zipf_has_slope_one_and_equal_counts_have_none() -> None:
    ranks = np.arange(1, 301)
    assert zipf_slope(1_000_000 // ranks) == pytest.approx(1.0, abs=0.01)
    assert zipf_slope(np.full(300, 7)) == pytest.approx(0.0)


def test_popularity_counts_who_names_a_skill() -> None:
    skills = csr_array(np.array([[1.0, 0, 1, 0], [0, 0, 1, 0]]))
    assert popularity_of(skills).tolist() == [2, 1]


def test_the_share_of_the_top_tenth() -> None:
    assert share_of_top(np.array([91, *[1] * 9]), 0.1) == pytest.approx(0.91)
    assert share_of_top(np.zeros(10, np.int64), 0.1) == 0


def test_what_happens_as_often_as_it_should_is_calibrated() -> None:
    random = np.random.default_rng(0)
    chance = random.random(40_000)
    honest = calibrate(chance, random.random(40_000) < chance)
    biased = calibrate(chance, random.random(40_000) < chance**2)
    assert calibration_error(honest) < 2 * expected_error(honest)
    assert calibration_error(biased) > 10 * expected_error(biased)


def test_a_plot_is_the_same_bytes_each_time() -> None:
    def drawn() -> str:
        from matplotlib import pyplot as plt

        with style.house_style():
            figure, axes = plt.subplots()
            axes.errorbar([1, 2], [3, 4], [0.1, 0.2], fmt="o", label="points")
            axes.set(xscale="log", xlabel="things")
            axes.legend()
            return style.svg_of(figure, "Things", "Two points.")

    assert drawn() == drawn()


def test_a_plot_is_sound_says_what_it_shows_and_has_colours_for_the_night(
    plots: list[Plot],
) -> None:
    assert len(plots) == len({plot.name for plot in plots}) == 9
    for plot in plots:
        root = ElementTree.fromstring(plot.svg)
        names = {element.tag.rpartition("}")[2]: element.text for element in root[:3]}
        assert names["title"] == plot.title
        assert names["desc"] == plot.description
        assert style.INK in plot.svg
        night = plot.svg[plot.svg.index("prefers-color-scheme: dark") :]
        for paint in set(re.findall(r"(?:fill|stroke): (#[0-9a-f]{6})", night)):
            assert paint in night.partition("</style>")[0], f"{plot.name}: {paint} by night"


def test_no_plot_tells_when_or_where_it_was_made(plots: list[Plot]) -> None:
    for plot in plots:
        assert "<metadata" not in plot.svg
        assert "Matplotlib" not in plot.svg
        assert not re.search(r"20\d\d-\d\d-\d\d", plot.svg)


def test_the_page_shows_every_plot_with_words_in_its_place(
    found: Findings, plots: list[Plot]
) -> None:
    page = page_of(found, plots, "world")
    linked = dict(re.findall(r"!\[([^\]]+)\]\(world/(\w+)\.svg\)", page))
    assert {name: words for words, name in linked.items()} == {
        plot.name: plot.description for plot in plots
    }


def test_the_page_states_the_figures(found: Findings, plots: list[Plot]) -> None:
    page = page_of(found, plots, "world")
    assert "80 people and 60 jobs, seed 9" in page
    assert f"| clustering | {found.laws.network.clustering:.3f} | " in page
    assert "| oracle | 1.000 (1.000–1.000) |" in page
    assert "nan" not in page
    only = re.findall(r"^- Only in the (\w+) (?:.*[;:]) (.*)\.$", page, re.MULTILINE)
    nowhere = "in this world it differs among nobody's jobs"
    assert only == [
        ("network", "a signal that the model does not see"),
        ("sequence", nowhere),
        ("text", nowhere),
    ]


def test_the_page_says_what_was_found_of_what_was_planted(
    found: Findings, plots: list[Plot]
) -> None:
    page = page_of(found, plots, "world")
    assert "found by 3 of the 4 measures" in page
    assert "7 of 7 are silent" in page
    assert "| – (0.00–∞) silent |" in page  # nobody was hired: there is nothing to compare
    figures = figures_of(found)["groups"]["audits"]
    assert {row["ratio"]["high"] for row in figures if "hired" in row["measure"]} == {None}


def test_the_figures_are_plain_json_without_the_series_of_plots(found: Findings) -> None:
    figures = json.loads(json.dumps(figures_of(found), allow_nan=False))
    assert figures["world"] == {"people": 80, "jobs": 60, "seed": 9}
    assert figures["network"]["real"]["nodes"] == 4039
    assert "degree_counts" not in figures["network"]["world"]
    first = figures["models"][0]
    assert first["model"] == ORACLE
    assert first["ndcg_by_chance"] == {"mean": 1.0, "low": 1.0, "high": 1.0, "lists": PEOPLE}


def test_the_interval_of_a_gain_is_over_the_same_people() -> None:
    """Two models of which one is always better by the same differ for certain."""
    random = np.random.default_rng(0)
    one = random.random(200)
    assert estimate(one + 0.01 - one).low == pytest.approx(0.01)


@pytest.mark.slow
def test_the_command_writes_the_page_of_a_small_world_twice_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAREERGRAPH_HOME", str(tmp_path / "untouched"))
    written = []
    for name in ("one", "two"):
        out = tmp_path / name
        out.mkdir()
        words = ["--json", "world-report", "--people", "300", "--jobs", "150", "--seed", "3"]
        done = CliRunner().invoke(app, [*words, "--out", str(out)])
        assert done.exit_code == 0, done.output
        figures = json.loads(done.stdout)
        files = {path.name: path.read_bytes() for path in out.rglob("*") if path.is_file()}
        written.append(files)
    assert written[0] == written[1]
    assert len(written[0]) == 11
    assert not (tmp_path / "untouched").exists()
    by_chance = {
        row["model"]: row["ndcg_by_chance"]["mean"]
        for row in figures["models"]
        if row["task"] == "apply"
    }
    assert by_chance["oracle"] == 1.0
    assert by_chance["random order"] < by_chance["text similarity"]
    assert by_chance["text similarity"] < by_chance["logistic regression"] < 0.95
    assert figures["world"] == {"people": 300, "jobs": 150, "seed": 3}


def test_a_page_that_cannot_be_written_is_refused_before_the_work(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["world-report", "--out", str(tmp_path / "nowhere")])
    assert done.exit_code == 2
    assert "there is no folder" in done.output
