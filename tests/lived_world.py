"""Makes the standing facts of small worlds, each once, for the tests that look at them."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from app.workspace import built_in_taxonomy
from graph.world.careers.careers import live_careers
from graph.world.careers.people import People
from graph.world.config import WorldConfig
from graph.world.institutions.companies import Companies, Schools
from graph.world.institutions.economy import Economy
from graph.world.institutions.founding import found_companies, found_schools
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
