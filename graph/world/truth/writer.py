"""Writes the answer sheet of a world: what is true of held-out people, which no table says."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.schema import EventKind
from graph.whole_file import WholeFile
from graph.world.behaviour.acts import DAY, draw_steps
from graph.world.behaviour.pair_parts import parts_of_pairs
from graph.world.behaviour.utility import PairParts, Task
from graph.world.careers.chain import CareerChain
from graph.world.config import TODAY
from graph.world.streams import stream
from graph.world.tables.ids import job_ids, person_ids
from graph.world.truth.format import (
    DRAWN,
    FORMAT_VERSION,
    JOB_PAIRS,
    MANIFEST,
    NEXT_TITLES,
    PART,
    PERSON_PAIRS,
    RANK,
)
from graph.world.truth.held_out import held_out_people, job_exam
from graph.world.truth.person_exam import person_exam
from graph.world.world import World

Columns = Mapping[str, Any]
Step = Callable[[str, int], None]
_LIKELIEST = 10  # next titles told for each person
_DIGITS, _PART_DIGITS = 6, 4  # every machine rounds alike


def write_truth(world: World, folder: Path, step: Step) -> dict[str, int]:
    """Write what is true of held-out people.

    Args:
        world: The world.
        folder: Where to; the manifest is written last.
        step: Called with what is being written and how many rows it has.

    Returns:
        Rows by table.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST).unlink(missing_ok=True)  # it would vouch for files of two worlds
    people = held_out_people(world)
    tables = {
        JOB_PAIRS: _job_pairs(world, people),
        PERSON_PAIRS: _person_pairs(world, people),
        NEXT_TITLES: _next_titles(world, people),
    }
    rows: dict[str, int] = {}
    for name, columns in tables.items():
        rows[name] = _write_parquet(folder / f"{name}.parquet", columns)
        step(name, rows[name])
    _write_manifest(world, folder, rows)
    return rows


def _job_pairs(world: World, people: npt.NDArray[np.int64]) -> Columns:
    exam = job_exam(world, people)
    parts = parts_of_pairs(world, exam.viewer, exam.job)
    chances = {task: parts.probability(task).round(_DIGITS) for task in Task}
    columns: dict[str, Any] = {
        "person_id": person_ids(world.config, exam.viewer.person),
        "job_id": job_ids(world.config, exam.job),
        "at": np.full(len(exam.job), TODAY * DAY, np.int64),
    }
    columns |= {task.value: chance for task, chance in chances.items()}
    columns[RANK] = _ranks(exam.viewer.person, chances[Task.APPLY], exam.job)
    columns |= _parts(parts)
    return columns | _drawn(world, parts)


def _drawn(world: World, parts: PairParts) -> dict[str, Any]:
    """Draw what would happen if each job were seen."""
    random = stream(world.config.seed, "job outcomes")
    steps = draw_steps(parts, np.ones(len(parts.handicap), np.bool_), random)
    return {f"{DRAWN}{task.value}": did for task, did in steps.items()}


def _parts(parts: PairParts) -> dict[str, Any]:
    told: dict[str, Any] = {f"{PART}{part.value}": each for part, each in parts.values.items()}
    return told | {f"{PART}handicap": parts.handicap}


def _person_pairs(world: World, people: npt.NDArray[np.int64]) -> Columns:
    exam = person_exam(world, people)
    random = stream(world.config.seed, "person outcomes")
    accept, reply = exam.chances[EventKind.ACCEPT], exam.chances[EventKind.REPLY]
    columns: dict[str, Any] = {
        "person_id": person_ids(world.config, exam.person),
        "other_id": person_ids(world.config, exam.other),
        "accept": accept.round(_DIGITS),
        "reply": reply.round(_DIGITS),
        RANK: _ranks(exam.person, accept.round(_DIGITS), exam.other),
        f"{DRAWN}accept": random.random(len(accept)) < accept,
        f"{DRAWN}reply": random.random(len(reply)) < reply,
    }
    return columns | {f"{PART}{name}": _rounded(part) for name, part in exam.parts.items()}


def _next_titles(world: World, people: npt.NDArray[np.int64]) -> Columns:
    """Tell the likeliest next titles of each person, and which one it was.

    Of those whose next title is settled already, by what they study, there is nothing to tell.
    """
    people = people[world.people.has_open_path[people]]
    chain = CareerChain.of(world.config, world.economy, world.companies)
    chances = chain.next_title_probabilities(world.people, people).round(_DIGITS)
    drawn = world.people.next_title[people]
    chances_of_drawn = chances[np.arange(len(people)), drawn]
    order = np.argsort(-chances, axis=1, kind="stable")[:, :_LIKELIEST]
    person = np.repeat(people, order.shape[1])
    title = order.ravel()
    chance = np.take_along_axis(chances, order, axis=1).ravel()
    # The one that was drawn is told even where it was none of the likeliest.
    rare = np.flatnonzero(~(order == drawn[:, None]).any(axis=1))
    person = np.concatenate([person, people[rare]])
    title = np.concatenate([title, drawn[rare]])
    chance = np.concatenate([chance, chances_of_drawn[rare]])
    kept = np.flatnonzero((chance > 0) | (title == world.people.next_title[person]))
    kept = kept[np.lexsort((title[kept], -chance[kept], person[kept]))]
    ids = [each.id for each in world.vocabulary.titles]
    return {
        "person_id": person_ids(world.config, person[kept]),
        "title": [ids[number] for number in title[kept].tolist()],
        "probability": chance[kept].astype(np.float64),
        "is_next": title[kept] == world.people.next_title[person[kept]],
    }


def _rounded(part: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    return np.round(part.astype(np.float64), _PART_DIGITS)


def _ranks(
    person: npt.NDArray[np.integer],
    chance: npt.NDArray[np.floating],
    item: npt.NDArray[np.integer],
) -> npt.NDArray[np.int32]:
    """Number each person's candidates from the likeliest, 1, on; pairs are ordered by person."""
    order = np.lexsort((item, -chance, person))
    starts = np.searchsorted(person, person, side="left")
    ranks = np.empty(len(person), np.int32)
    ranks[order] = np.arange(len(person)) - starts + 1
    return ranks


def _write_parquet(path: Path, columns: Columns) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table(dict(columns))
    with WholeFile(path) as file:
        pq.write_table(table, file.stream, compression="zstd")
        file.commit()
    return table.num_rows


def _write_manifest(world: World, folder: Path, rows: Mapping[str, int]) -> None:
    manifest = {
        "format": FORMAT_VERSION,
        "people": world.config.people,
        "jobs": world.config.jobs,
        "seed": world.config.seed,
        "exposure_bias": world.config.exposure_bias,
        "hiring_bias": world.config.hiring_bias,
        "rows": dict(rows),
    }
    with WholeFile(folder / MANIFEST) as file:
        file.stream.write((json.dumps(manifest, indent=2) + "\n").encode())
        file.commit()
