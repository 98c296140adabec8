"""Draws the plots of a report, each from the figures it is about."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from app.plot_style import BLUE, GREEN, ORANGE, PURPLE, QUIET, house_style, svg_of
from app.world_report.contest import ORACLE, Row
from app.world_report.exam import TASKS
from app.world_report.group_counts import Measure
from app.world_report.groups import COVERAGE, Bias, Expected, GroupAudits
from app.world_report.laws import Behaviour, Calibration, Careers, Laws, calibration_error
from app.world_report.signals import Signal
from graph.world.behaviour.utility import Task
from graph.world.network.statistics import NetworkStatistics
from retrieval.fairness import Verdict

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WORLD, REAL = "this world", "real network"
BIAS_COLOURS = {Bias.NONE: BLUE, Bias.EXPOSURE: ORANGE, Bias.HIRING: PURPLE}
RATIOS = 0.08, 4.0  # that are shown
RATIO_TICKS = 0.1, 0.2, 0.5, 0.8, 1, 2, 4
TASK_COLOURS = {Task.VIEW: BLUE, Task.SAVE: GREEN, Task.APPLY: ORANGE}
LONGEST_STAY, STEP_OF_STAYS = 15, 0.5  # years
POINTS = 200  # of a curve, at most

Numbers = Sequence[float] | npt.NDArray[np.number]


class Plot(NamedTuple):
    """One plot, ready to be written."""

    name: str  # of the file, without suffix
    title: str
    description: str  # for those who cannot see it
    svg: str


def draw_all(
    laws: Laws,
    real: NetworkStatistics,
    rows: Sequence[Row],
    signals: Sequence[Signal],
    groups: GroupAudits,
) -> list[Plot]:
    """Draw every plot of the report."""
    with house_style():
        return [
            _degrees(laws.network, real),
            _paths(laws.network, real),
            _careers(laws.careers),
            _skills(laws),
            _events(laws.behaviour),
            _calibration(laws.calibration),
            _models(rows),
            _signals(signals),
            _groups(groups),
        ]


def _degrees(world: NetworkStatistics, real: NetworkStatistics) -> Plot:
    figure, axes = _sheet()
    for counts, name, colour in (
        (world.degree_counts, WORLD, BLUE),
        (real.degree_counts, REAL, ORANGE),
    ):
        degree, people = np.array(counts, float).reshape(-1, 2).T
        at_least = np.cumsum(people[::-1])[::-1] / people.sum()
        seen = degree > 0
        axes.plot(degree[seen], at_least[seen], color=colour, label=name)
    axes.set(xscale="log", yscale="log", xlabel="contacts", ylabel="share with at least so many")
    axes.legend()
    return _finished(
        figure,
        "degrees",
        "How many contacts people have",
        "Share of people with at least so many contacts, both axes logarithmic: "
        f"{WORLD}, mean {world.mean_degree:.0f}, most {world.max_degree}; "
        f"{REAL}, mean {real.mean_degree:.0f}, most {real.max_degree}.",
    )


def _paths(world: NetworkStatistics, real: NetworkStatistics) -> Plot:
    figure, axes = _sheet()
    pairs = ((world, WORLD, BLUE, -0.2), (real, REAL, ORANGE, 0.2))
    for network, name, colour, shift in pairs:
        length, count = np.array(network.path_counts, float).reshape(-1, 2).T
        axes.bar(length + shift, count / count.sum(), 0.38, color=colour, label=name)
    axes.set(xlabel="steps from one person to another", ylabel="share of pairs")
    axes.grid(visible=False, axis="x")
    axes.set_xticks(range(1, 1 + int(max(world.path_counts[-1][0], real.path_counts[-1][0]))))
    axes.legend()
    return _finished(
        figure,
        "paths",
        "How far people are from each other",
        f"Share of pairs by length of the shortest path: {WORLD}, mean {world.mean_path:.2f}; "
        f"{REAL}, mean {real.mean_path:.2f}.",
    )


def _careers(careers: Careers) -> Plot:
    figure, (left, right) = _two_sheets()
    left.hist(careers.years, bins=list(range(0, 52, 2)), color=BLUE)
    left.set(title="experience", xlabel="years of work", ylabel="people")
    stays = np.minimum(careers.stays, LONGEST_STAY)
    right.hist(stays, bins=list(np.arange(0, LONGEST_STAY + 1, STEP_OF_STAYS)), color=GREEN)
    right.set(title="one position", xlabel="years it lasted", ylabel="positions")
    return _finished(
        figure,
        "careers",
        "How long people work, and how long they stay",
        f"Two histograms: years of experience, median {np.median(careers.years):.1f}; "
        f"years in a position that has ended, median {np.median(careers.stays):.1f}.",
    )


def _skills(laws: Laws) -> Plot:
    figure, axes = _sheet()
    for counts, name, colour in (
        (laws.skills_of_people, "people who list it", BLUE),
        (laws.skills_of_jobs, "jobs that ask for it", ORANGE),
    ):
        ranks = np.unique(np.geomspace(1, len(counts), POINTS).astype(np.int64))
        axes.plot(ranks, counts[ranks - 1], color=colour, label=name)
    top = laws.skills_of_people[0]
    ranks = np.array([1, len(laws.skills_of_people)])
    axes.plot(ranks, top / ranks, color=QUIET, linestyle=":", label="Zipf's law")
    axes.set(xscale="log", yscale="log", xlabel="rank of the skill", ylabel="how many")
    axes.set_ylim(bottom=0.7)
    axes.legend()
    return _finished(
        figure,
        "skills",
        "How popular skills are",
        "How many people list a skill and how many jobs ask for it, by its rank, both axes "
        f"logarithmic: {len(laws.skills_of_people)} skills, the first listed by {top} people.",
    )


def _events(behaviour: Behaviour) -> Plot:
    figure, (left, right) = _two_sheets()
    for axes, counts, title, colour in (
        (left, behaviour.per_person, "of a person, shows included", BLUE),
        (right, behaviour.per_job, "on a job, without shows", ORANGE),
    ):
        amount, holders = np.unique(counts, return_counts=True)
        share = np.cumsum(holders[::-1])[::-1] / len(counts)
        axes.plot(amount[amount > 0], share[amount > 0], color=colour)
        axes.set(xscale="log", yscale="log", title=title, xlabel="events")
    left.set_ylabel("share with at least so many")
    return _finished(
        figure,
        "events",
        "How much happens",
        "Share of people and of jobs with at least so many events, all axes logarithmic: "
        f"median of a person {np.median(behaviour.per_person):.0f}, "
        f"most {behaviour.per_person.max()}; median of a job {np.median(behaviour.per_job):.0f}, "
        f"most {behaviour.per_job.max()}.",
    )


def _calibration(calibration: Mapping[Task, Calibration]) -> Plot:
    figure, axes = _sheet()
    everything = np.concatenate([each.chance for each in calibration.values()])
    ends = [everything.min(), everything.max()]
    axes.plot(ends, ends, color=QUIET, linestyle=":", label="as it should be")
    for task, each in calibration.items():
        spread = 2 * np.sqrt(each.chance * (1 - each.chance) / each.pairs)
        low = np.minimum(spread, each.happened * 0.99)
        style = {"color": TASK_COLOURS[task], "label": task.value, "capsize": 2}
        axes.errorbar(each.chance, each.happened, (low, spread), fmt="o", markersize=4, **style)
    axes.set(xscale="log", yscale="log", xlabel="true chance", ylabel="how often it happened")
    furthest = max(calibration_error(each) for each in calibration.values())
    axes.legend()
    return _finished(
        figure,
        "calibration",
        "Whether what happens has the chance it should have",
        "How often people viewed, saved and applied against the true chance, in groups of pairs "
        "of like chance, with two standard errors, beside the line on which the two are equal: "
        f"the mean distance from it is at most {furthest:.4f}.",
    )


def _models(rows: Sequence[Row]) -> Plot:
    figure, axes = _sheet(height=5.2)
    of_applying = [row for row in rows if row.task is Task.APPLY][::-1]
    names = [row.model for row in of_applying]
    for place, task in enumerate(TASKS):
        by_name = {row.model: row.by_chance for row in rows if row.task is task}
        found = [by_name[name] for name in names]
        mean = np.array([each.mean for each in found])
        error = [[e.mean - e.low for e in found], [e.high - e.mean for e in found]]
        heights = np.arange(len(names)) + 0.26 * (1 - place)
        colour = TASK_COLOURS[task]
        axes.barh(heights, mean, 0.24, color=colour, label=task.value)
        axes.errorbar(mean, heights, xerr=error, fmt="none", color=QUIET, capsize=2)
    axes.set_yticks(np.arange(len(names)), names)
    axes.grid(visible=False, axis="y")
    axes.set(xlim=(0, 1.02), xlabel="NDCG@10 by true chance")
    figure.legend(loc="outside upper left", ncols=3)
    worst, best = of_applying[0], of_applying[-2]
    return _finished(
        figure,
        "models",
        "How far simple models get",
        f"NDCG@10 of every model for three tasks, with 95 % intervals. For applications it goes "
        f"from {worst.by_chance.mean:.2f} ({worst.model}) to {best.by_chance.mean:.2f} "
        f"({best.model}), and 1 for the {ORACLE}.",
    )


def _signals(signals: Sequence[Signal]) -> Plot:
    figure, axes = _sheet(height=4.6)
    ordered = sorted(signals, key=lambda signal: signal.model_gain.mean)
    heights = np.arange(len(ordered))
    gain = np.array([signal.model_gain.mean for signal in ordered])
    loss = np.array([1 - signal.oracle_without.mean for signal in ordered])
    gains = [signal.model_gain for signal in ordered]
    error = [[e.mean - e.low for e in gains], [e.high - e.mean for e in gains]]
    axes.barh(heights - 0.19, gain, 0.36, color=BLUE, label="the best simple model gains, told it")
    axes.errorbar(gain, heights - 0.19, xerr=error, fmt="none", color=QUIET, capsize=2)
    axes.barh(heights + 0.19, loss, 0.36, color=PURPLE, label="the oracle loses without it")
    axes.set_yticks(heights, [signal.name for signal in ordered])
    axes.grid(visible=False, axis="y")
    axes.set(xlabel="NDCG@10 of applications")
    figure.legend(loc="outside upper left", ncols=3)
    first = ordered[-1]
    return _finished(
        figure,
        "signals",
        "What simple models do not see",
        "For each part of the utility, what the best simple model gains when told its true value "
        f"and what the oracle loses without it. The largest gain: {first.name}, "
        f"{first.model_gain.mean:.3f}.",
    )


def _groups(groups: GroupAudits) -> Plot:
    figure, axes = _sheet(height=4.2)
    measures = list(Measure)[::-1]
    for place, bias in enumerate(Bias):
        ratios = [audit.ratio for one in measures for audit in groups.of(one) if audit.bias is bias]
        # Ends that a logarithmic axis cannot show lie beyond what it shows.
        low, high, value = (
            np.clip(each, *RATIOS)
            for each in zip(*((each.low, each.high, each.value) for each in ratios), strict=True)
        )
        heights = np.arange(len(measures)) + 0.24 * (1 - place)
        style = {"color": BIAS_COLOURS[bias], "label": bias.value, "capsize": 2}
        error = value - low, high - value
        axes.errorbar(value, heights, xerr=error, fmt="o", markersize=4, **style)
    axes.axvline(1, color=QUIET, linestyle=":")
    axes.set_yticks(np.arange(len(measures)), [one.replace(", of ", ",\nof ") for one in measures])
    axes.set(xscale="log", xlim=RATIOS, xlabel="rate of group B to that of group A")
    axes.set_xticks(RATIO_TICKS, [f"{tick:g}" for tick in RATIO_TICKS])
    axes.minorticks_off()
    axes.grid(visible=False, axis="y")
    figure.legend(loc="outside upper left", ncols=3)
    found, missed = (groups.told(Expected.FOUND, verdict) for verdict in Verdict)
    return _finished(
        figure,
        "groups",
        "Whether a planted bias is found, and nothing else",
        "What happens to group B as a share of what happens to group A, for "
        f"{len(measures)} measures in three worlds, with intervals of {COVERAGE:.0%}, and a line "
        f"where both fare alike. Of what was planted, {found} of {found + missed} are found.",
    )


def _sheet(height: float = 3.6) -> tuple["Figure", "Axes"]:
    from matplotlib import pyplot as plt

    return plt.subplots(figsize=(7.2, height))


def _two_sheets() -> tuple["Figure", tuple["Axes", "Axes"]]:
    from matplotlib import pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.2))
    return figure, (left, right)


def _finished(figure: "Figure", name: str, title: str, description: str) -> Plot:
    return Plot(name, title, description, svg_of(figure, title, description))
