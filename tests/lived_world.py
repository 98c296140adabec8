"""Makes the standing facts of small worlds, each once, for the tests that look at them."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import numpy as np

from app.workspace import built_in_taxonomy
from graph.world.careers.careers import live_careers
from graph.world.careers.chain import CareerChain
from graph.world.careers.people import People
from graph.world.config import WorldConfig
from graph.world.institutions.companies import Companies, Schools
from graph.world.institutions.economy import Economy
from graph.world.institutions.founding import found_companies, found_schools
from graph.world.jobs.posting import post_jobs
from graph.world.vocabulary import Vocabulary

WORLD_DATA = Path(__file__).parent.parent / "data" / "world"


@dataclass(frozen=True)
class LivedWorld:
    """A world up to its people."""

    config: WorldConfig
    vocabulary: Vocabulary
    economy: Economy
    companies: Companies
    schools: Schools
    people: People


@lru_cache(maxsize=1)
def built_in_economy() -> Economy:
    """Return the economy that comes with the software."""
    return Economy.load(WORLD_DATA, Vocabulary(built_in_taxonomy()))


@lru_cache(maxsize=4)
def lived_world(people: int = 2_000, seed: int = 5) -> LivedWorld:
    """Return a world whose people have lived their careers."""
    return live(WorldConfig(people, 50, seed))


def live(config: WorldConfig) -> LivedWorld:
    """Make a world anew."""
    economy = built_in_economy()
    vocabulary = economy.vocabulary
    companies = found_companies(config, vocabulary, economy, WORLD_DATA)
    schools = found_schools(config, vocabulary, economy, WORLD_DATA)
    people = live_careers(config, vocabulary, economy, companies, schools)
    return LivedWorld(config, vocabulary, economy, companies, schools, people)


def title_weight(people: People, vocabulary: Vocabulary) -> np.ndarray:
    """Return how many people hold each title, by which jobs are posted."""
    return np.bincount(people.title, minlength=len(vocabulary.titles)).astype(np.float64)


def hash_of_lives(world: LivedWorld) -> str:
    """Return a hash over people, the chances of their next titles, and jobs for them."""
    chain = CareerChain.of(world.config, world.economy, world.companies)
    numbers = np.arange(world.config.people)
    weight = title_weight(world.people, world.vocabulary)
    jobs = post_jobs(world.config, world.vocabulary, world.economy, world.companies, weight)
    digest = sha256(chain.next_title_probabilities(world.people, numbers).tobytes())
    for array in (*_arrays(world.people), *_arrays(jobs)):
        digest.update(array.tobytes())
    return digest.hexdigest()


def _arrays(record: object) -> Iterator[np.ndarray]:
    """Yield the arrays of a record, and of the records in it, in order."""
    assert is_dataclass(record)
    for field in fields(record):
        value = getattr(record, field.name)
        if is_dataclass(value):
            yield from _arrays(value)
        else:
            yield value


if __name__ == "__main__":
    people, seed = map(int, sys.argv[1:3])
    sys.stdout.write(hash_of_lives(live(WorldConfig(people, 2_000, seed))))
