"""Features of a person and a job, made by hand from the graph and from what happened before.

What they leave out is on purpose: the contacts of contacts, the order of what a person did, and
the words of texts.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from retrieval.baselines.history import History
from retrieval.baselines.market import NONE, Market
from retrieval.baselines.matrix_entries import entries
from retrieval.baselines.pairs import Pairs

EARTH_KM = 6_371.0
UNKNOWN_KM = 500.0  # between places of which one is not known
HYBRID, REMOTE = 1, 2

Floats = npt.NDArray[np.float64]


class Kind(StrEnum):
    """What a feature is about."""

    TITLE = "title"
    LEVEL = "level"
    SKILLS = "skills"
    PLACE = "place"
    PAY = "pay"
    NETWORK = "network"
    COMPANY = "company"
    AGE = "age of the posting"
    POPULARITY = "popularity"
    PERSON = "the person alone"
    LIST = "place in the list"


FEATURES: tuple[tuple[str, Kind], ...] = (
    ("same title", Kind.TITLE),
    ("similarity of the titles", Kind.TITLE),
    ("same family of titles", Kind.TITLE),
    ("steps up", Kind.LEVEL),
    ("steps apart", Kind.LEVEL),
    ("share of wanted skills listed", Kind.SKILLS),
    ("the same, rare skills counting more", Kind.SKILLS),
    ("share of wanted skills listed or usual for the title", Kind.SKILLS),
    ("log of the distance", Kind.PLACE),
    ("log of the distance unless remote", Kind.PLACE),
    ("same place", Kind.PLACE),
    ("same country", Kind.PLACE),
    ("hybrid", Kind.PLACE),
    ("remote", Kind.PLACE),
    ("pay is stated", Kind.PAY),
    ("pay against jobs of the title", Kind.PAY),
    ("pay against jobs of the person's title", Kind.PAY),
    ("log of contacts at the company", Kind.NETWORK),
    ("works there", Kind.COMPANY),
    ("worked there", Kind.COMPANY),
    ("log of people at the company", Kind.COMPANY),
    ("log of days since posted", Kind.AGE),
    ("log of the job's popularity", Kind.POPULARITY),
    ("log of what the person did before", Kind.PERSON),
    ("years of experience", Kind.PERSON),
    ("log of the place in the list", Kind.LIST),
)


def columns_without(kind: Kind | None) -> npt.NDArray[np.int64]:
    """Return the columns of all features but those of a kind."""
    return np.array([i for i, (_, each) in enumerate(FEATURES) if each is not kind], np.int64)


@dataclass(frozen=True)
class PairFeatures:
    """Makes features of pairs; the same for training and for ranking."""

    market: Market
    history: History

    def of(self, pairs: Pairs, place_in_list: Floats | None = None) -> Floats:
        """Return the features, (pairs, features), in the order of `FEATURES`.

        Args:
            pairs: People and jobs, each at a moment; nothing that happened later enters.
            place_in_list: Of a show, 1 = top, (pairs,); None: all are looked at, as the top is.
        """
        top = np.ones(len(pairs.at)) if place_in_list is None else place_in_list
        columns = [
            *self._title(pairs),
            *self._level(pairs),
            *self._skills(pairs),
            *self._place(pairs),
            *self._pay(pairs),
            *self._company(pairs),
            *self._history(pairs),
            np.log(top),
        ]
        return np.column_stack(columns).astype(float)

    def _title(self, pairs: Pairs) -> list[Floats]:
        own, posted = self.market.people.title[pairs.person], self.market.jobs.title[pairs.job]
        is_known = (own != NONE) & (posted != NONE)
        family = np.append(self.market.title_family, NONE)
        same_family = (family[own] == family[posted]) & (family[own] != NONE)
        near = np.where(is_known, entries(self.market.title_near, own, posted), 0.0)
        return [is_known & (own == posted), near, same_family]

    def _level(self, pairs: Pairs) -> list[Floats]:
        own, asked = self.market.people.level[pairs.person], self.market.jobs.level[pairs.job]
        up = np.where((own == NONE) | (asked == NONE), 0.0, asked - own)
        return [up, np.abs(up)]

    def _skills(self, pairs: Pairs) -> list[Floats]:
        wanted = self.market.jobs.skills[pairs.job]
        own = self.market.people.skills[pairs.person]
        usual = self._with_usual_skills[pairs.person]
        rare = self._rarity
        return [
            _share(own.multiply(wanted).sum(axis=1), wanted.sum(axis=1)),
            _share(own.multiply(wanted) @ rare, wanted @ rare),
            _share(usual.multiply(wanted).sum(axis=1), wanted.sum(axis=1)),
        ]

    @cached_property
    def _rarity(self) -> Floats:
        """How much each skill tells, (skills,): the log of how many jobs ask for another."""
        asked = np.asarray(self.market.jobs.skills.sum(axis=0)).ravel()
        return np.log((1 + len(self.market.jobs.ids)) / (1 + asked))

    @cached_property
    def _with_usual_skills(self) -> csr_array:
        people = self.market.people
        titles, places = len(self.market.title_family), np.flatnonzero(people.title != NONE)
        shape = (len(people.ids), titles)
        holds = csr_array((np.ones(len(places)), (places, people.title[places])), shape=shape)
        return csr_array(people.skills.maximum(csr_array(holds @ self.market.title_skills)))

    def _place(self, pairs: Pairs) -> list[Floats]:
        own, there = self.market.people.place[pairs.person], self.market.jobs.place[pairs.job]
        remote = self.market.jobs.remote[pairs.job]
        far = np.log1p(self._distance_km(own, there))
        is_same = (own == there) & (own != NONE)
        country = np.append(self.market.country, NONE)
        is_near = (country[own] == country[there]) & (country[own] != NONE)
        commute = np.where(remote == REMOTE, 0.0, far)
        return [far, commute, is_same, is_near, remote == HYBRID, remote == REMOTE]

    def _distance_km(self, a: npt.NDArray[np.int64], b: npt.NDArray[np.int64]) -> Floats:
        latitude = np.radians(np.append(self.market.latitude, np.nan))
        longitude = np.radians(np.append(self.market.longitude, np.nan))
        rise = np.sin((latitude[a] - latitude[b]) / 2) ** 2
        turn = np.sin((longitude[a] - longitude[b]) / 2) ** 2
        chord = rise + np.cos(latitude[a]) * np.cos(latitude[b]) * turn
        km = 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(chord, 0, 1)))
        return np.where((a == b) & (a != NONE), 0.0, np.where(np.isnan(km), UNKNOWN_KM, km))

    def _pay(self, pairs: Pairs) -> list[Floats]:
        jobs, people = self.market.jobs, self.market.people
        pay, usual = jobs.log_pay[pairs.job], self._usual_pay
        gaps = (pay - usual[jobs.title[pairs.job]], pay - usual[people.title[pairs.person]])
        return [~np.isnan(pay), *(np.nan_to_num(gap) for gap in gaps)]

    @cached_property
    def _usual_pay(self) -> Floats:
        """The middle pay of the jobs of each title, else of all; the last is for no title."""
        jobs = self.market.jobs
        is_known = ~np.isnan(jobs.log_pay)
        usual = np.zeros(len(self.market.title_family) + 1)  # 0 is the middle of all pay
        for title in np.unique(jobs.title[is_known & (jobs.title != NONE)]):
            usual[title] = np.median(jobs.log_pay[is_known & (jobs.title == title)])
        return usual

    def _company(self, pairs: Pairs) -> list[Floats]:
        company = self.market.jobs.company[pairs.job]
        is_known = company != NONE
        inside = entries(self._contacts_at, pairs.person, company)
        before = entries(self.market.people.employers, pairs.person, company)
        works_there = is_known & (self.market.people.company[pairs.person] == company)
        size = np.append(self._workforce, 0.0)[company]
        return [
            np.log1p(np.where(is_known, inside, 0.0)),
            works_there,
            np.where(is_known & ~works_there, before, 0.0),
            np.log1p(size),
        ]

    @cached_property
    def _works_at(self) -> csr_array:
        people = self.market.people
        where = np.flatnonzero(people.company != NONE)
        ends = (where, people.company[where])
        return csr_array((np.ones(len(where)), ends), shape=people.employers.shape)

    @cached_property
    def _contacts_at(self) -> csr_array:
        """How many direct contacts of each person work at each company, (people, companies)."""
        return csr_array(self.market.people.contacts @ self._works_at)

    @cached_property
    def _workforce(self) -> Floats:
        return np.asarray(self._works_at.sum(axis=0)).ravel()

    def _history(self, pairs: Pairs) -> list[Floats]:
        days = (pairs.at - self.market.jobs.posted[pairs.job]) / 86_400
        years = self.market.people.years[pairs.person]
        return [
            np.log1p(np.maximum(np.nan_to_num(days), 0)),
            np.log1p(self.history.popularity(pairs)),
            np.log1p(self.history.activity(pairs)),
            np.nan_to_num(years),
        ]


def _share(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)
