"""A course cuts the past into lessons that say nothing of the examination."""

import numpy as np
from small_facts import APPLY, DAY, JOB, NOW, PERSON, SHOW, Fact, SmallFacts, random_facts
from small_training import course_of, small

from graph.links.link_target import JOB as JOB_TARGET
from graph.training.lessons import Chapter, Lesson
from graph.training.links import KnownLinks

EVERYBODY = np.arange(30)


def lesson_of(chapter: Chapter, name: str) -> Lesson:
    """Return the lesson of a target."""
    return next(each for each in chapter.lessons if each.target.name == name)


def known_pairs(chapter: Chapter, name: str, count: int) -> int:
    """Count who steps aside as a wrong answer."""
    return int(lesson_of(chapter, name).known.among(EVERYBODY, np.arange(count), count).sum())


def test_links_of_the_examination_do_not_step_aside_in_lessons() -> None:
    facts = random_facts(2)
    course = course_of(facts, small())
    begins = course.examination.view.before
    past = facts.without(lambda _, fact: fact.time >= begins)
    for name, count in (("job", 20), ("contact", 30), ("own_skill", 10)):
        target = lesson_of(course.chapters[0], name).target
        of_past = KnownLinks(past, target).among(EVERYBODY, np.arange(count), count).sum()
        assert known_pairs(course.chapters[0], name, count) == of_past
    assert known_pairs(course.examination, "job", 20) > known_pairs(course.chapters[0], "job", 20)


def test_lessons_of_dated_targets_ask_for_what_came_in_their_stretch() -> None:
    facts = random_facts(2)
    for chapter in course_of(facts, small()).chapters:
        start, end = chapter.span
        assert start == chapter.view.before
        came = {
            (fact.source, fact.target)
            for relation in JOB_TARGET.worth
            for fact in facts.stated.get(relation, [])
            if start <= fact.time < end
        }
        links = lesson_of(chapter, "job").links
        assert set(zip(links.sources.tolist(), links.targets.tolist(), strict=True)) == came


def test_undated_targets_ask_the_same_in_every_lesson() -> None:
    course = course_of(random_facts(2), small())
    first, second = (lesson_of(each, "skill").links for each in course.chapters[:2])
    np.testing.assert_array_equal(first.sources, second.sources)
    assert len(first) == 80


def test_one_member_is_a_small_share_of_a_lesson_however_often_they_click() -> None:
    moment = NOW - 20 * DAY
    honest = [Fact(person, job, moment) for person in range(60) for job in range(4)]
    clicks = [Fact(60, job, moment) for job in range(10_000)]
    facts = SmallFacts({PERSON: 61, JOB: 10_000}, {APPLY: [*honest, *clicks]})
    links = lesson_of(course_of(facts, small()).chapters[0], "job").links
    share = np.bincount(links.sources, links.worth) / links.worth.sum()
    assert share[60] < 0.05
    assert len(links) == len(honest) + len(clicks)


def test_what_was_shown_is_that_of_the_stretch_and_of_jobs() -> None:
    facts = random_facts(2)
    for chapter in course_of(facts, small()).chapters:
        start, end = chapter.span
        assert start == chapter.view.before
        wanted = {(f.source, f.target) for f in facts.stated[SHOW] if start <= f.time < end}
        shown = set(
            zip(chapter.shown.sources.tolist(), chapter.shown.targets.tolist(), strict=True)
        )
        assert shown == wanted != set()
