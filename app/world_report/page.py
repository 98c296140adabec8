"""Writes the page of a report: plots, tables, and under each what is to be seen in it."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from app.world_report.contest import (
    ITEM_BASED,
    LOGISTIC,
    ORACLE,
    POPULARITY,
    RANDOM,
    TEXT,
    TOGETHER,
    Row,
)
from app.world_report.exam import TASKS
from app.world_report.figures import TOP_SHARE, Findings
from app.world_report.group_section import group_section
from app.world_report.laws import calibration_error, expected_error, share_of_top, zipf_slope
from app.world_report.markdown_table import table_of
from app.world_report.plots import Plot
from app.world_report.signals import ONLY_IN, Signal
from graph.schema import EventKind
from graph.world.behaviour.utility import Task
from graph.world.network.statistics import NetworkStatistics
from retrieval.baselines.text_similarity import MOST_TOKENS
from retrieval.metrics import Estimate


def page_of(found: Findings, plots: Sequence[Plot], folder: str) -> str:
    """Return the page as Markdown.

    Args:
        found: What to tell.
        plots: What to show.
        folder: Of the plots, as the page links to them.
    """
    pictures = {plot.name: f"![{plot.description}]({folder}/{plot.name}.svg)" for plot in plots}
    parts = [
        _opening(found, folder),
        "## The network",
        _network(found, pictures),
        "## Careers and skills",
        _careers(found, pictures),
        "## What people do",
        _behaviour(found, pictures),
        "## How far simple models get",
        _models(found, pictures),
        "## What they do not see",
        _signals(found, pictures),
        "## Groups",
        group_section(found.groups, pictures),
    ]
    return "\n\n".join(parts) + "\n"


def _opening(found: Findings, folder: str) -> str:
    config = found.config
    return (
        "# The synthetic world\n\n"
        f"{config.people:,} people and {config.jobs:,} jobs, seed {config.seed}. This page is made "
        "by one command, figures and sentences alike:\n\n"
        "```\ncareergraph world-report "
        f"--people {config.people} --jobs {config.jobs} --seed {config.seed}\n```\n\n"
        "Network, careers, skills and behaviour are measured on the tables that any importer can "
        "read, and the models on this page learn from these tables alone; the answer sheet of the "
        "world is opened to mark them, to check the chances and to weigh the parts of the "
        "utility. The figures for programs are in "
        f"[figures.json]({folder}/figures.json)."
    )


def _network(found: Findings, pictures: Mapping[str, str]) -> str:
    world, real = found.laws.network, found.real
    rows = [
        ("people", f"{world.nodes:,}", f"{real.nodes:,}"),
        ("ties", f"{world.edges:,}", f"{real.edges:,}"),
        ("contacts, mean", f"{world.mean_degree:.1f}", f"{real.mean_degree:.1f}"),
        ("contacts, median", f"{world.median_degree:.0f}", f"{real.median_degree:.0f}"),
        ("contacts, most", f"{world.max_degree:,}", f"{real.max_degree:,}"),
        ("clustering", f"{world.clustering:.3f}", f"{real.clustering:.3f}"),
        ("assortativity", f"{world.assortativity:.3f}", f"{real.assortativity:.3f}"),
        ("mean path", f"{world.mean_path:.2f}", f"{real.mean_path:.2f}"),
        ("in the largest component", f"{world.giant_share:.1%}", f"{real.giant_share:.1%}"),
    ]
    chance = world.mean_degree / world.nodes
    return "\n\n".join(
        [
            pictures["degrees"],
            f"The largest number of contacts is {world.max_degree:,}, "
            f"{world.max_degree / max(world.median_degree, 1):.0f} times the median (real network: "
            f"{real.max_degree / max(real.median_degree, 1):.0f} times). The best-connected 1 % "
            f"hold {_held_by_top(world):.0%} of all ties' ends (real network: "
            f"{_held_by_top(real):.0%}; 1 % if all were alike).",
            pictures["paths"],
            f"Clustering is {world.clustering:.2f} (real network: {real.clustering:.2f}; a random "
            f"network of this size: {chance:.3f}), and two people are {world.mean_path:.1f} steps "
            f"apart on average (real network: {real.mean_path:.1f}).",
            table_of(("", "this world", "real network"), rows),
            "The real network is the union of ten ego networks of Facebook (SNAP, "
            "ego-Facebook): friends of ten people, so more tightly knit around them than a "
            "professional network as a whole.",
        ]
    )


def _careers(found: Findings, pictures: Mapping[str, str]) -> str:
    careers, laws = found.laws.careers, found.laws
    slope, asked = zipf_slope(laws.skills_of_people), zipf_slope(laws.skills_of_jobs)
    return "\n\n".join(
        [
            pictures["careers"],
            f"People have worked {np.median(careers.years):.1f} years in the median and "
            f"{careers.years.max():.0f} at most, in {careers.positions.mean():.1f} positions. A "
            f"position that has ended lasted {np.median(careers.stays):.1f} years in the median, "
            f"{careers.stays.mean():.1f} in the mean; those above 15 years stand in the last bar.",
            pictures["skills"],
            f"{len(laws.skills_of_people):,} skills are listed by anybody, the first by "
            f"{laws.skills_of_people[0]:,} people. Over the first 200 ranks popularity falls with "
            f"the power {slope:.2f} of the rank for people and {asked:.2f} for jobs; Zipf's law "
            "has 1. The taxonomy ends what would be an endless tail.",
        ]
    )


def _behaviour(found: Findings, pictures: Mapping[str, str]) -> str:
    laws, behaviour = found.laws, found.laws.behaviour
    rates = behaviour.rates
    rows = [
        (task.value, f"{calibration_error(each):.4f}", f"{expected_error(each):.4f}")
        for task, each in laws.calibration.items()
    ]
    return "\n\n".join(
        [
            pictures["events"],
            f"{behaviour.shows:,} times a job was shown to somebody; "
            f"{rates[EventKind.VIEW]:.1%} of these were followed by a view, "
            f"{rates[EventKind.SAVE]:.1%} by a save, {rates[EventKind.APPLY]:.2%} by an "
            f"application. {np.mean(behaviour.per_person == 0):.0%} of the people were never "
            f"there; the most active {TOP_SHARE:.0%} account for "
            f"{share_of_top(behaviour.per_person, TOP_SHARE):.0%} of all that happened, and the "
            f"most popular {TOP_SHARE:.0%} of jobs draw "
            f"{share_of_top(behaviour.per_job, TOP_SHARE):.0%} of views, saves and applications.",
            pictures["calibration"],
            "Outcomes are drawn from the true chances, so in groups of like chance they must "
            "happen as often as the chance says, but for the scatter of the draw. How far the "
            "two lie apart in the mean, and how far that scatter alone would part them:",
            table_of(("", "measured", "expected of chance"), rows),
        ]
    )


def _models(found: Findings, pictures: Mapping[str, str]) -> str:
    people = len(found.exam.offsets) - 1
    by_name = {row.model: row.by_chance for row in found.rows if row.task is Task.APPLY}
    learned = max(by_name[LOGISTIC].mean, by_name[found.best].mean)
    return "\n\n".join(
        [
            f"{people:,} people were held out, with {len(found.exam.pairs.at) / people:.0f} open "
            "jobs each on average. Every model ranks them, and NDCG@10 says how good the first "
            "ten are: with the true chance of each job as its gain, and with what was drawn from "
            "that chance. The oracle ranks by the true chance; what is left for it to lose in "
            "the second column is luck. Intervals are of 95 %, by bootstrap over people; ties "
            "count as the mean over their orders. What these people did before today is in the "
            "tables, as everybody's past is. The text encoder reads the first "
            f"{MOST_TOKENS} tokens of a text.",
            pictures["models"],
            *(_model_table(found.rows, task) for task in TASKS),
            f"For applications, text similarity reaches {by_name[TEXT].mean:.3f}, popularity "
            f"{by_name[POPULARITY].mean:.3f} and item-based filtering "
            f"{by_name[ITEM_BASED].mean:.3f}, where random order has {by_name[RANDOM].mean:.3f}. "
            f"Logistic regression on hand-made features reaches {by_name[LOGISTIC].mean:.3f}, "
            f"the better of the two learned models {learned:.3f}. All of them stacked (fitted on "
            "what the other half of the held-out people did) reach "
            f"{by_name[TOGETHER].mean:.3f}: {1 - by_name[TOGETHER].mean:.3f} are left for models "
            "that see more.",
        ]
    )


def _model_table(rows: Iterable[Row], task: Task) -> str:
    own = [row for row in rows if row.task is task]
    cells = [(row.model, _spread(row.by_chance), _spread(row.by_outcome)) for row in own]
    judged = own[0].by_outcome.lists if own else 0
    heading = f"by outcome ({judged:,} people with any)"
    return table_of((f"**{task.value}**", "by true chance", heading), cells)


def _signals(found: Findings, pictures: Mapping[str, str]) -> str:
    by_name = {signal.name: signal for signal in found.signals}
    best = next(
        row.by_chance for row in found.rows if row.model == found.best and row.task is Task.APPLY
    )
    rows = [
        (
            signal.name,
            f"{signal.people:.0%}",
            _spread(signal.oracle_without),
            f"{signal.model.mean:.3f}",
            _gain(signal.model_gain),
            _spread(signal.model_without),
        )
        for signal in found.signals
    ]
    lost = [
        (feature.kind.value, _spread(feature.model_without), _gain(feature.model_loss))
        for feature in found.features
    ]
    only = [_only(where, name, by_name.get(name)) for where, name in ONLY_IN.items()]
    return "\n\n".join(
        [
            "What moves people is a sum of known parts, so each can be taken away. Three "
            "questions to each part, for applications: how far the oracle falls without it; what "
            f"the best simple model ({found.best}, {best.mean:.3f}) gains when it is told the "
            "true value of the part, fitted across halves of the people; and how good the "
            "same ranking would be in a world where the part moves nobody. What the model gains "
            "is what it could not see. Where it is better off in a world without the part, it "
            "is blind to it; where it is worse off, it leans on it or on what goes along with "
            "it. Each row is over the people among whose jobs the part differs.",
            pictures["signals"],
            table_of(
                (
                    "part",
                    "people",
                    f"{ORACLE} without it",
                    "model",
                    "gain of the model told it",
                    "model where it moves nobody",
                ),
                rows,
            ),
            "\n".join(only),
            "The other way round: what the same model loses when it is fitted without its own "
            "features of one kind.",
            table_of(("features left out", "NDCG@10", "loss"), lost),
        ]
    )


def _only(where: str, name: str, signal: Signal | None) -> str:
    if signal is None:
        return f"- Only in {where} ({name}): in this world it differs among nobody's jobs."
    gain, without = signal.model_gain, signal.oracle_without
    verdict = (
        "a signal that the model does not see"
        if gain.low > 0
        else "within its interval nothing: in this world the signal is too weak to show"
    )
    return (
        f"- Only in {where} ({name}, {signal.people:.0%} of the people): without it the "
        f"oracle loses {1 - without.mean:.3f}, with it the best simple model would gain "
        f"{_gain(gain)}; {verdict}."
    )


def _spread(value: Estimate) -> str:
    return f"{value.mean:.3f} ({value.low:.3f}–{value.high:.3f})"


def _gain(value: Estimate) -> str:
    return f"{value.mean:+.3f} ({value.low:+.3f} to {value.high:+.3f})"


def _held_by_top(network: NetworkStatistics) -> float:
    """Return which share of all ties' ends the best-connected hundredth holds."""
    degrees, people = np.array(network.degree_counts, np.int64).reshape(-1, 2).T
    return share_of_top(np.repeat(degrees, people), 0.01)
