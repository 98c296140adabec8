"""The answer sheet: complete, calibrated, best possible, and telling nothing that tables hold."""

import json
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from small_world import silent, small_world

from graph.world.behaviour.acts import DAY
from graph.world.behaviour.utility import Part, Task
from graph.world.config import TODAY
from graph.world.truth.format import MANIFEST
from graph.world.truth.held_out import CANDIDATES, held_out_people, job_exam
from graph.world.truth.person_exam import person_exam
from graph.world.truth.reader import Truth, read_truth
from graph.world.truth.writer import write_truth
from graph.world.world import World


@lru_cache(maxsize=1)
def made() -> World:
    return small_world(people=1_500, jobs=700, seed=12)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("truth")
    write_truth(made(), folder, silent)
    return folder


@pytest.fixture(scope="module")
def truth(folder: Path) -> Truth:
    return read_truth(folder)


def test_one_person_in_ten_is_examined_with_open_jobs(truth: Truth) -> None:
    exam = job_exam(made(), held_out_people(made()))
    assert len(np.unique(truth.job_pairs["person_id"])) == 150
    assert (made().jobs.posted[exam.job] < TODAY).all()
    assert (made().jobs.closed[exam.job] >= TODAY).all()
    counts = np.unique(exam.viewer.person, return_counts=True)[1]
    assert counts.max() <= CANDIDATES
    assert counts.min() > 20


def test_no_pair_is_asked_twice(truth: Truth) -> None:
    for pairs, ends in (
        (truth.job_pairs, ("person_id", "job_id")),
        (truth.person_pairs, ("person_id", "other_id")),
    ):
        keys = set(zip(*(pairs[end].tolist() for end in ends), strict=True))
        assert len(keys) == len(pairs["rank"])


def test_the_best_ranking_is_by_the_true_chance_of_an_application(truth: Truth) -> None:
    pairs = truth.job_pairs
    for person in np.unique(pairs["person_id"])[:40]:
        own = pairs["person_id"] == person
        by_rank = pairs["apply"][own][np.argsort(pairs["rank"][own])]
        assert (np.diff(by_rank) <= 0).all()
        assert sorted(pairs["rank"][own].tolist()) == list(range(1, int(own.sum()) + 1))


def test_the_parts_make_up_the_chances(truth: Truth) -> None:
    utility = truth.utility()
    for task in Task:
        np.testing.assert_allclose(
            utility.probability(task), truth.job_pairs[task.value], atol=2e-5
        )


def test_every_part_carries_something(truth: Truth) -> None:
    for part in Part:
        assert np.std(truth.job_pairs[f"part_{part.value}"]) > 0, part


def test_drawn_outcomes_agree_with_the_chances(truth: Truth) -> None:
    for pairs, tasks in (
        (truth.job_pairs, [task.value for task in Task]),
        (truth.person_pairs, ["accept", "reply"]),
    ):
        for task in tasks:
            chance = pairs[task].astype(float)
            spread = np.sqrt((chance * (1 - chance)).sum())
            assert pairs[f"drawn_{task}"].sum() == pytest.approx(chance.sum(), abs=4 * spread + 1)


def test_nobody_is_asked_about_people_they_know() -> None:
    world = made()
    exam = person_exam(world, held_out_people(world))
    known = set(zip(world.network.a.tolist(), world.network.b.tolist(), strict=True))
    for person, other in zip(exam.person.tolist(), exam.other.tolist(), strict=True):
        assert (min(person, other), max(person, other)) not in known
        assert person != other


def test_next_titles_are_told_likeliest_first_with_the_one_that_came(truth: Truth) -> None:
    rows = truth.next_titles
    for person in np.unique(rows["person_id"])[:60]:
        own = rows["person_id"] == person
        assert (np.diff(rows["probability"][own]) <= 0).all()
        assert rows["is_next"][own].sum() == 1
        assert rows["probability"][own].sum() <= 1 + 1e-4


def test_what_is_asked_happens_after_all_that_the_tables_tell(truth: Truth) -> None:
    assert set(truth.job_pairs["at"].tolist()) == {TODAY * DAY}


def test_the_same_seed_writes_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write_truth(made(), tmp_path, silent)
    for path in sorted(folder.iterdir()):
        assert path.read_bytes() == (tmp_path / path.name).read_bytes(), path.name


def test_a_folder_without_an_answer_sheet_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"there is no truth\.json"):
        read_truth(tmp_path)


def test_an_answer_sheet_of_another_format_is_refused(folder: Path, tmp_path: Path) -> None:
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / MANIFEST).write_text(json.dumps({"format": 99}))
    with pytest.raises(ValueError, match="the format is 99, not 1"):
        read_truth(tmp_path)


def test_an_interrupted_answer_sheet_leaves_no_manifest_behind(
    folder: Path, tmp_path: Path
) -> None:
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())

    def interrupt(_what: str, _rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_truth(made(), tmp_path, interrupt)
    with pytest.raises(ValueError, match="holds no answer sheet"):
        read_truth(tmp_path)


def test_a_table_of_another_answer_sheet_is_refused(folder: Path, tmp_path: Path) -> None:
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    write_truth(small_world(people=1_000, jobs=500, seed=13), tmp_path, silent)
    for name in ("person_pairs.parquet", "truth.json"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    with pytest.raises(ValueError, match=r"job_pairs\.parquet has [\d,]+ rows"):
        read_truth(tmp_path)


def test_only_who_has_several_ways_before_them_is_asked_for_the_next_title(truth: Truth) -> None:
    world, people = made(), held_out_people(made())
    asked = people[world.people.has_open_path[people]]
    assert 0 < len(asked) < len(people)
    assert len(np.unique(truth.next_titles["person_id"])) == len(asked)
