"""Makes the standing facts of a world: companies, people, their network, jobs."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from graph.taxonomy import Taxonomy
from graph.world.careers.careers import live_careers
from graph.world.careers.people import People
from graph.world.config import WorldConfig
from graph.world.institutions.companies import Companies, Schools
from graph.world.institutions.economy import Economy
from graph.world.institutions.founding import found_companies, found_schools
from graph.world.jobs.jobs import Jobs
from graph.world.jobs.posting import post_jobs
from graph.world.network.correspondence import Correspondence, correspond
from graph.world.network.network import Network, connect_people
from graph.world.phrases import Phrases
from graph.world.vocabulary import Vocabulary

Step = Callable[[str, int], None]


@dataclass(frozen=True)
class World:
    """A world as arrays; texts and behaviour are drawn from it piece by piece."""

    config: WorldConfig
    vocabulary: Vocabulary
    economy: Economy
    words: Path  # the folder of names and phrases
    phrases: Phrases
    companies: Companies
    schools: Schools
    people: People
    correspondence: Correspondence  # in the observed window
    network: Network  # as it stands today
    jobs: Jobs


def make_world(config: WorldConfig, taxonomy: Taxonomy, words: Path, step: Step) -> World:
    """Make a world.

    Args:
        config: Which one.
        taxonomy: What careers and jobs are made of.
        words: The folder of economy, names and phrases.
        step: Called with what has been made, and how much of it.
    """
    vocabulary = Vocabulary(taxonomy)
    economy = Economy.load(words, vocabulary)
    phrases = Phrases.load(words / "phrases")
    companies = found_companies(config, vocabulary, economy, words)
    schools = found_schools(config, vocabulary, economy, words)
    step("companies", len(companies.names))
    people = live_careers(config, vocabulary, economy, companies, schools)
    step("careers", config.people)
    standing = connect_people(config, vocabulary, people)
    step("ties", len(standing.a))
    correspondence, network = correspond(config, vocabulary, people, standing)
    step("ties", len(network.a))
    held = np.bincount(people.title[people.title >= 0], minlength=len(vocabulary.titles))
    jobs = post_jobs(config, vocabulary, economy, companies, held.astype(np.float64))
    step("jobs", config.jobs)
    return World(
        config,
        vocabulary,
        economy,
        words,
        phrases,
        companies,
        schools,
        people,
        correspondence,
        network,
        jobs,
    )
