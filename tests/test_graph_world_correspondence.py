from functools import cache

import numpy as np
import pytest
from lived_world import lived_world

from graph.schema import EventKind
from graph.world.careers.people import People
from graph.world.config import TODAY, WorldConfig
from graph.world.network.correspondence import Correspondence, correspond
from graph.world.network.network import WINDOW_OPENS, Network, connect_people
from graph.world.network.person_pairs import PersonPairParts, PersonPairs, PersonPart
from graph.world.network.questions import (
    DAY,
    EVENT_KINDS,
    NO_ANSWER,
    Questions,
    asked_lately,
    moments,
)
from graph.world.network.shared_past import first_days, shared_past
from graph.world.network.ties import are_among, codes_of
from graph.world.vocabulary import HEIGHTS, Vocabulary

COUNT = 3_000
OPENS, ENDS = WINDOW_OPENS * DAY, TODAY * DAY
INVITE, ACCEPT, DECLINE, MESSAGE, REPLY = (
    EVENT_KINDS.index(kind)
    for kind in (
        EventKind.INVITE,
        EventKind.ACCEPT,
        EventKind.DECLINE,
        EventKind.MESSAGE,
        EventKind.REPLY,
    )
)


def _people() -> People:
    return lived_world(COUNT, 1).people


def _vocabulary() -> Vocabulary:
    return lived_world(COUNT, 1).vocabulary


@cache
def _standing() -> Network:
    return connect_people(_config(), _vocabulary(), _people())


def _config(seed: int = 1) -> WorldConfig:
    return WorldConfig(COUNT, 50, seed)


@cache
def _outcome() -> tuple[Correspondence, Network]:
    return correspond(_config(), _vocabulary(), _people(), _standing())


@cache
def _pairs() -> PersonPairs:
    return PersonPairs.of(_vocabulary(), _people(), _outcome()[1])


def _parts(**values: list[float]) -> PersonPairParts:
    count = len(next(iter(values.values())))
    return PersonPairParts(
        {part: np.array(values.get(part.value, [0.0] * count), np.float32) for part in PersonPart}
    )


def test_ties_that_began_in_the_window_are_exactly_the_accepted_invitations() -> None:
    correspondence, network = _outcome()
    asked = correspondence.invitations
    accepted = asked.answered_by(EventKind.ACCEPT)
    codes = codes_of(asked.asker[accepted], asked.other[accepted], COUNT)
    order = np.argsort(codes)
    late = network.since >= WINDOW_OPENS
    assert len(codes) > COUNT / 2
    assert np.array_equal(codes[order], codes_of(network.a[late], network.b[late], COUNT))
    assert np.array_equal(asked.answered[accepted][order] // DAY, network.since[late])


def test_ties_from_before_the_window_stay_as_they_were() -> None:
    network, standing = _outcome()[1], _standing()
    early = network.since < WINDOW_OPENS
    for name in ("a", "b", "since", "strength"):
        assert np.array_equal(getattr(network, name)[early], getattr(standing, name))


def test_the_network_stays_in_order_without_doubles() -> None:
    network = _outcome()[1]
    codes = network.a.astype(np.int64) * COUNT + network.b
    assert (network.a < network.b).all()
    assert (np.diff(codes) > 0).all()
    assert network.strength.min() >= 1
    assert network.strength.dtype == np.uint8


def test_nobody_answers_before_being_asked_and_all_happens_within_the_window() -> None:
    correspondence, _ = _outcome()
    for asked in (correspondence.invitations, correspondence.messages):
        answered = asked.answer != NO_ANSWER
        assert (asked.answered[answered] > asked.at[answered]).all()
        assert (asked.answered[~answered] == 0).all()
        assert asked.at.min() >= OPENS
        assert max(asked.at.max(), asked.answered.max()) < ENDS


def test_nobody_is_asked_before_the_lives_of_both_have_begun() -> None:
    first = first_days(_people())
    asked = _outcome()[0].invitations
    both = np.maximum(first[asked.asker], first[asked.other])
    assert (asked.at // DAY >= both).all()


def test_two_people_invite_each_other_once_at_most_and_never_when_tied() -> None:
    asked = _outcome()[0].invitations
    codes = codes_of(asked.asker, asked.other, COUNT)
    assert (asked.asker != asked.other).all()
    assert len(np.unique(codes)) == len(codes)
    assert not are_among(codes, codes_of(_standing().a, _standing().b, COUNT)).any()


def test_messages_go_along_ties_that_have_begun() -> None:
    correspondence, network = _outcome()
    asked = correspondence.messages
    known = codes_of(network.a, network.b, COUNT)
    codes = codes_of(asked.asker, asked.other, COUNT)
    place = np.searchsorted(known, codes)
    assert np.array_equal(known[place], codes)
    assert (asked.at // DAY > network.since[place]).all()


def test_those_who_are_never_active_do_nothing_but_are_asked() -> None:
    idle = _people().activity == 0
    correspondence, _ = _outcome()
    events = correspondence.events(0, COUNT)
    assert idle.any()
    assert not idle[events.person].any()
    assert idle[correspondence.invitations.other].any()
    assert (correspondence.invitations.chance[idle[correspondence.invitations.other]] == 0).all()


def test_few_do_much_and_most_do_little() -> None:
    done = np.bincount(_outcome()[0].events(0, COUNT).person, minlength=COUNT)
    assert 8 < done.mean() < 16
    assert np.median(done) < done.mean()
    assert done.max() > 8 * done.mean()


def test_answers_come_at_the_rates_of_life() -> None:
    correspondence, _ = _outcome()
    invitations, messages = correspondence.invitations, correspondence.messages
    assert 0.38 < invitations.answered_by(EventKind.ACCEPT).mean() < 0.52
    assert 0.08 < invitations.answered_by(EventKind.DECLINE).mean() < 0.16
    assert 0.43 < messages.answered_by(EventKind.REPLY).mean() < 0.57


@pytest.mark.parametrize("kind", [EventKind.ACCEPT, EventKind.REPLY])
def test_outcomes_are_calibrated_against_the_true_chances(kind: EventKind) -> None:
    correspondence, _ = _outcome()
    asked = correspondence.invitations
    if kind is EventKind.REPLY:
        asked = correspondence.messages
    happened = asked.answered_by(kind)
    tenth = np.minimum((asked.chance * 10).astype(np.int64), 9)
    for chosen in (tenth == number for number in range(10)):
        if chosen.sum() > 100:
            error = happened[chosen].mean() - asked.chance[chosen].mean()
            assert abs(error) < 4 * 0.5 / np.sqrt(chosen.sum())
    assert np.std(asked.chance) > 0.2
    assert not happened[asked.chance == 0].any()


def test_the_chance_of_acceptance_can_be_found_again_from_its_parts() -> None:
    asked = _outcome()[0].invitations
    recent = asked_lately(asked.other, asked.at, asked.other, asked.at)
    parts = _pairs().parts(asked.asker, asked.other).under_load(recent)
    again = parts.probability(EventKind.ACCEPT)
    assert np.allclose(again, asked.chance, atol=1e-4)
    chances = _pairs().chances(EventKind.ACCEPT, asked.asker, asked.other, recent)
    assert np.array_equal(chances, again)


def test_the_chance_of_a_reply_can_be_found_again_from_its_parts() -> None:
    correspondence, _ = _outcome()
    asked, invited = correspondence.messages, correspondence.invitations
    everybody = np.concatenate([asked.other, invited.other])
    recent = asked_lately(asked.other, asked.at, everybody, np.concatenate([asked.at, invited.at]))
    parts = _pairs().parts(asked.asker, asked.other).under_load(recent)
    assert parts.values[PersonPart.TIE].min() > 0
    assert np.allclose(parts.probability(EventKind.REPLY), asked.chance, atol=1e-4)


def test_people_accept_upward_more_readily_than_downward() -> None:
    asked = _outcome()[0].invitations
    level = _people().level
    rise = HEIGHTS[level[asked.asker]] - HEIGHTS[level[asked.other]]
    accepted = asked.answered_by(EventKind.ACCEPT)
    assert accepted[rise >= 1].mean() > accepted[rise <= -1].mean() + 0.05


def test_colleagues_are_invited_and_accepted_more_readily_than_strangers() -> None:
    asked = _outcome()[0].invitations
    months = shared_past(_people(), asked.asker, asked.other).work_months
    accepted = asked.answered_by(EventKind.ACCEPT)
    assert (months > 0).mean() > 0.2
    assert accepted[months >= 12].mean() > accepted[months == 0].mean() + 0.1


def test_each_part_moves_some_logit_in_proportion_and_can_be_left_out() -> None:
    weights = np.zeros((3, len(PersonPart)))
    for row, question in enumerate((EventKind.INVITE, EventKind.ACCEPT, EventKind.REPLY)):
        for column, part in enumerate(PersonPart):
            parts = _parts(**{part.value: [0.0, 1.0, 3.0]})
            none, one, three = parts.logits(question)
            assert three - none == pytest.approx(3 * (one - none))
            assert parts.logits(question, without=[part]).tolist() == [none] * 3
            weights[row, column] = one - none
    assert (weights != 0).any(axis=0).all()
    assert (weights[:, list(PersonPart).index(PersonPart.LOAD)] <= 0).all()


def test_only_the_active_answer() -> None:
    parts = _parts(employer=[1.0, 1.0], attention=[0.0, 0.5])
    for question in (EventKind.ACCEPT, EventKind.REPLY):
        asleep, awake = parts.probability(question)
        assert asleep == 0
        assert awake > 0.1


def test_whoever_is_asked_by_many_answers_fewer() -> None:
    parts = _parts(attention=[0.5, 0.5]).under_load(np.array([0, 20]))
    for question in (EventKind.ACCEPT, EventKind.REPLY):
        free, busy = parts.probability(question)
        assert busy < free / 1.5


def test_people_weigh_no_other_kind_of_event() -> None:
    with pytest.raises(ValueError, match="people weigh invite, accept, reply, not view"):
        _parts(tie=[0.0]).logits(EventKind.VIEW)


def test_parts_agree_with_what_they_are_called() -> None:
    people, network = _people(), _outcome()[1]
    parts = _pairs().parts(network.a, network.b).values
    same_city = people.city[network.a] == people.city[network.b]
    rise = HEIGHTS[people.level[network.a]] - HEIGHTS[people.level[network.b]]
    assert np.array_equal(parts[PersonPart.PLACE], same_city.astype(np.float32))
    assert np.array_equal(np.sign(parts[PersonPart.STATUS]), np.sign(rise))
    assert np.allclose(parts[PersonPart.TIE] * 100, network.strength, atol=1e-3)
    assert (parts[PersonPart.TASTE] >= -1).all()
    assert (parts[PersonPart.TASTE] <= 1).all()
    assert parts[PersonPart.COMMON].max() > 1
    assert all(values.dtype == np.float32 for values in parts.values())


def test_events_of_chunks_are_the_events_of_all() -> None:
    correspondence, _ = _outcome()
    everything = correspondence.events(0, COUNT)
    pieces = [correspondence.events(first, first + 1_000) for first in range(0, COUNT, 1_000)]
    rows = np.concatenate([[e.at, e.person, e.kind, e.other] for e in pieces], axis=1)
    whole = np.array([everything.at, everything.person, everything.kind, everything.other])
    assert np.array_equal(rows[:, np.lexsort(rows)], whole[:, np.lexsort(whole)])


def test_events_tell_each_question_and_each_answer_once() -> None:
    correspondence, _ = _outcome()
    kinds = np.bincount(correspondence.events(0, COUNT).kind, minlength=len(EVENT_KINDS))
    invitations, messages = correspondence.invitations, correspondence.messages
    assert kinds[INVITE] == len(invitations.at)
    assert kinds[ACCEPT] == invitations.answered_by(EventKind.ACCEPT).sum()
    assert kinds[DECLINE] == invitations.answered_by(EventKind.DECLINE).sum()
    assert kinds[MESSAGE] == len(messages.at)
    assert kinds[REPLY] == messages.answered_by(EventKind.REPLY).sum()
    assert kinds.sum() == kinds[[INVITE, ACCEPT, DECLINE, MESSAGE, REPLY]].sum()


def test_an_answer_is_an_event_of_the_one_who_was_asked() -> None:
    asked = Questions(
        asker=np.array([3, 5], np.int32),
        other=np.array([4, 6], np.int32),
        at=np.array([OPENS + 10, OPENS + 20]),
        chance=np.array([0.5, 0.5], np.float32),
        answer=np.array([ACCEPT, NO_ANSWER], np.int8),
        answered=np.array([OPENS + 99, 0]),
    )
    events = Correspondence(asked, asked.between(0, 0)).events(0, 10)
    rows = zip(events.person, events.kind, events.other, events.at - OPENS, strict=True)
    assert [tuple(int(cell) for cell in row) for row in rows] == [
        (3, INVITE, 4, 10),
        (4, ACCEPT, 3, 99),
        (5, INVITE, 6, 20),
    ]


def test_the_same_seed_makes_the_same_correspondence_and_another_seed_another() -> None:
    again, network = correspond(_config(), _vocabulary(), _people(), _standing())
    first, same = _outcome()[0].events(0, COUNT), again.events(0, COUNT)
    for name in ("person", "kind", "other", "at"):
        assert np.array_equal(getattr(first, name), getattr(same, name))
    assert np.array_equal(network.strength, _outcome()[1].strength)
    other, _ = correspond(_config(2), _vocabulary(), _people(), _standing())
    assert len(other.invitations.at) != len(again.invitations.at)


def test_questions_of_the_last_thirty_days_weigh_and_the_question_itself_does_not() -> None:
    other = np.array([1, 1, 1, 2])
    at = OPENS + DAY * np.array([0, 10, 35, 11])
    assert asked_lately(other, at, other, at).tolist() == [0, 1, 1, 0]


def test_moments_lie_between_the_first_day_and_today_by_day() -> None:
    first = np.full(5_000, TODAY - 40)
    drawn = moments(first, np.random.default_rng(0))
    assert drawn.min() >= (TODAY - 40) * DAY
    assert drawn.max() < ENDS
    hours = drawn % DAY // 3_600
    assert hours.min() >= 7
    assert hours.max() < 22
