"""Draws which skills the jobs of a world ask for, how much, and which of them are listed."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph.taxonomy_rows import TECHNICAL, SkillKind
from graph.world.config import WorldConfig
from graph.world.institutions.companies import Companies
from graph.world.jobs.jobs import Requirements
from graph.world.segments import WeightedSegments, elements_of, offsets_of, owners_of
from graph.world.streams import stream
from graph.world.vocabulary import Vocabulary

FEWEST, MOST = 5, 12  # skills of its title that a job asks for
SPAM_MOST = 3
CHOICE_NOISE = 0.22  # beside the importance of a skill to its title
IMPORTANCE_NOISE = 0.1
REQUIRED = 0.5
STACK_TITLES, SKILLS_PER_TITLE = 4, 2  # what the stack of a company is gathered from
STACK_SHARES = (0.35, 0.4, 0.25)  # of jobs that ask for 0, 1, 2 skills of the stack
LISTS_NONE = 0.15  # share of jobs whose skills column is empty
LISTED = (0.62, 0.25)  # of the skills of other jobs: at no importance, and more at full

_STACK_WEIGHT = {SkillKind.SOFT: 0.0, SkillKind.CERTIFICATION: 0.5, SkillKind.HUMAN_LANGUAGE: 2.0}
_EVERYWHERE = frozenset({"human-languages", "office-software"})  # groups that any job may need

Skills = npt.NDArray[np.integer]


@dataclass(frozen=True)
class RequirementDraw:
    """What requirements are drawn from."""

    vocabulary: Vocabulary
    stack: npt.NDArray[np.int16]  # skills a company wants again and again, (companies, 8); -1 none
    skill_group: npt.NDArray[np.int64]  # (skills,)
    uses_group: npt.NDArray[np.bool_]  # (titles, groups)
    is_soft: npt.NDArray[np.bool_]  # (skills,)

    @classmethod
    def of(
        cls,
        config: WorldConfig,
        vocabulary: Vocabulary,
        companies: Companies,
        titles: WeightedSegments,
    ) -> "RequirementDraw":
        """Prepare the drawing.

        Args:
            config: Of the world.
            vocabulary: Whose titles need which skills.
            companies: Each gets a stack of its own.
            titles: How common each title is within its family, titles by family.
        """
        number = {group.id: place for place, group in enumerate(vocabulary.taxonomy.skill_groups)}
        group = np.array([number[skill.group] for skill in vocabulary.skills])
        uses = np.zeros((len(vocabulary.titles), len(number)), np.bool_)
        owner = owners_of(vocabulary.title_skills.offsets)
        uses[owner, group[vocabulary.title_skill_ids]] = True
        uses[:, [number[id] for id in sorted(_EVERYWHERE & number.keys())]] = True
        return cls(
            vocabulary,
            _stacks(config, vocabulary, companies, titles),
            group,
            uses,
            np.array([skill.kind is SkillKind.SOFT for skill in vocabulary.skills]),
        )

    def draw(
        self,
        random: np.random.Generator,
        title: npt.NDArray[np.integer],
        company: npt.NDArray[np.integer],
        is_spam: npt.NDArray[np.bool_],
    ) -> Requirements:
        """Draw what some jobs ask for; spam asks for little, and that vague."""
        owner, skill, importance = self._of_titles(random, title, is_spam)
        more_owner, more = self._of_companies(random, title, company, is_spam)
        known = _keys(owner, skill)
        fresh = ~np.isin(_keys(more_owner, more), known)
        extra = np.round(random.uniform(0.35, 0.9, len(more)), 2)
        owner = np.concatenate([owner, more_owner[fresh]])
        skill = np.concatenate([skill, more[fresh]])
        importance = np.concatenate([importance, extra[fresh]])
        order = np.lexsort((skill, -importance, owner))
        offsets = offsets_of(np.bincount(owner, minlength=len(title)))
        importance = importance[order]
        return Requirements(
            offsets,
            skill[order].astype(np.int16),
            importance.astype(np.float32),
            _listed(random, offsets, importance),
        )

    def _of_titles(
        self,
        random: np.random.Generator,
        title: npt.NDArray[np.integer],
        is_spam: npt.NDArray[np.bool_],
    ) -> tuple[Skills, Skills, npt.NDArray[np.float64]]:
        """Draw skills of the titles: owners, skills and importances."""
        count = len(title)
        normal = np.round(7.8 + 1.9 * random.standard_normal(count)).astype(np.int64)
        few = random.integers(1, SPAM_MOST + 1, count)
        wanted = np.where(is_spam, few, np.clip(normal, FEWEST, MOST))
        elements, owner = elements_of(self.vocabulary.title_skills.offsets, title)
        skill = self.vocabulary.title_skill_ids[elements]
        base = self.vocabulary.title_skill_importance[elements].astype(np.float64)
        score = base + CHOICE_NOISE * random.standard_normal(len(base))
        score += is_spam[owner] & self.is_soft[skill]
        order = np.lexsort((-score, owner))
        starts = offsets_of(np.bincount(owner, minlength=count))
        rank = np.arange(len(order)) - starts[owner]  # `owner` rises, so sorting left it as it was
        chosen = order[rank < wanted[owner]]
        noise = IMPORTANCE_NOISE * random.standard_normal(len(chosen))
        importance = np.clip(0.02 + 0.85 * base[chosen] + noise, 0.05, 1.0)
        first = np.flatnonzero(rank[rank < wanted[owner]] == 0)
        importance[first] = np.maximum(importance[first], REQUIRED)
        return owner[chosen], skill[chosen], np.round(importance, 2)

    def _of_companies(
        self,
        random: np.random.Generator,
        title: npt.NDArray[np.integer],
        company: npt.NDArray[np.integer],
        is_spam: npt.NDArray[np.bool_],
    ) -> tuple[Skills, Skills]:
        """Draw skills of the companies' stacks that suit the titles: owners and skills."""
        stack = self.stack[company]
        suits = (stack >= 0) & self.uses_group[title[:, None], self.skill_group[stack]]
        score = np.where(suits, random.random(stack.shape), -1.0)
        best = np.argsort(-score, axis=1, kind="stable")[:, : len(STACK_SHARES) - 1]
        wanted = np.searchsorted(np.cumsum(STACK_SHARES), random.random(len(title)), side="right")
        taken = np.take_along_axis(score, best, axis=1) >= 0
        taken &= np.arange(best.shape[1]) < wanted[:, None]
        taken &= ~is_spam[:, None]
        owner, column = np.nonzero(taken)
        return owner, stack[owner, best[owner, column]]


def _keys(owner: Skills, skill: Skills) -> npt.NDArray[np.int64]:
    return owner.astype(np.int64) * 65_536 + skill


def _stacks(
    config: WorldConfig, vocabulary: Vocabulary, companies: Companies, titles: WeightedSegments
) -> npt.NDArray[np.int16]:
    """Gather for each company some skills of titles it employs; a repeat is left out."""
    random = stream(config.seed, "company stacks")
    count, families = companies.family_share.shape
    shares = WeightedSegments.of(np.arange(count + 1) * families, companies.family_share.ravel())
    owner = np.repeat(np.arange(count), STACK_TITLES)
    family = shares.draw(owner, random.random(len(owner))) % families
    by_family = np.argsort(vocabulary.title_family, kind="stable")
    title = np.repeat(by_family[titles.draw(family, random.random(len(owner)))], SKILLS_PER_TITLE)
    kinds = [skill.kind for skill in vocabulary.skills]
    liking = np.array(
        [3.0 if kind in TECHNICAL else _STACK_WEIGHT.get(kind, 1.0) for kind in kinds]
    )
    weight = vocabulary.title_skill_importance * liking[vocabulary.title_skill_ids]
    skills = WeightedSegments.of(vocabulary.title_skills.offsets, weight)
    drawn = vocabulary.title_skill_ids[skills.draw(title, random.random(len(title)))]
    stack = drawn.reshape(count, STACK_TITLES * SKILLS_PER_TITLE).astype(np.int16)
    for place in range(1, stack.shape[1]):
        repeats = (stack[:, :place] == stack[:, place : place + 1]).any(axis=1)
        stack[repeats, place] = -1
    return stack


def _listed(
    random: np.random.Generator,
    offsets: npt.NDArray[np.int64],
    importance: npt.NDArray[np.float64],
) -> npt.NDArray[np.bool_]:
    """Draw which skills stand in the skills column; important ones more often."""
    lists = random.random(len(offsets) - 1) >= LISTS_NONE
    chance = LISTED[0] + LISTED[1] * importance
    return lists[owners_of(offsets)] & (random.random(len(importance)) < chance)
