"""Asks which skills jobs ask for whose lists of skills are hidden."""

import numpy as np
import numpy.typing as npt

from app.encoder_report.setting import Setting
from app.encoder_report.sheet import ExamTask, Part, Segment, Sheet, everybody
from graph.world.segments import elements_of
from graph.world.streams import stream

HIDDEN = 0.1  # of the jobs that list any skill

Numbers = npt.NDArray[np.int64]


def choose_hidden_jobs(setting: Setting) -> Numbers:
    """Choose the jobs whose skills the graph does not tell, rising."""
    asked = setting.true.jobs.requirements
    listed = np.add.reduceat(asked.is_listed, asked.offsets[:-1])
    jobs = np.flatnonzero((listed > 0) & (np.diff(asked.offsets) > 0))
    random = stream(setting.true.config.seed, "hidden skills")
    count = max(1, round(HIDDEN * len(jobs)))
    return np.sort(random.choice(jobs, count, replace=False))


def skill_sheet(setting: Setting, jobs: Numbers) -> Sheet:
    """Ask for the skills that jobs (rising) list; the truth is how important each is to the job.

    It is known of those too that only the text tells.
    """
    asked, skills = setting.true.jobs.requirements, setting.true.vocabulary.skills
    places, row = elements_of(asked.offsets, jobs)
    chance = np.zeros((len(jobs), len(skills)), np.float32)
    chance[row, asked.skill[places]] = asked.importance[places]
    came = np.zeros(chance.shape, np.bool_)
    came[row, asked.skill[places]] = asked.is_listed[places]
    whole: Part = everybody(*chance.shape)
    ids = [setting.jobs[number] for number in jobs]
    offered = [skill.id for skill in skills]
    allowed = np.ones(chance.shape, np.bool_)
    return Sheet(ExamTask.SKILL, ids, offered, chance, came, allowed, {Segment.ALL: whole})
