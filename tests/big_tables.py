"""Writes large tables for the tests that measure or break off an import."""

import random
from collections.abc import Iterable, Iterator
from pathlib import Path

COMPANIES = ("Northwind", "Contoso", "Fernlicht", "Spreewerk", "Havel", "Kestrel", "Lumen", "Orbis")
TITLES = ("Data Engineer", "Accountant", "Registered Nurse", "Weaver", "Designer", "Data Analyst")
SKILLS = ("Python", "SQL", "Kafka", "Weaving", "Excel", "Java", "Leadership", "Welding")
KINDS = ("view", "view", "view", "save", "apply")


def write_big_tables(
    folder: Path, *, people: int, jobs: int = 0, ties: int = 0, events: int = 0, seed: int = 0
) -> Path:
    """Write tables whose rows refer to each other; the same numbers give the same files."""
    rng = random.Random(seed)
    folder.mkdir(parents=True)
    _write(folder / "people.csv", "id,name,headline,title,company,skills", _people(rng, people))
    if jobs:
        _write(folder / "jobs.csv", "id,title,company,skills,description", _jobs(rng, jobs))
    pairs = (f"p{rng.randrange(people)},p{rng.randrange(people)},2024" for _ in range(ties))
    if ties:
        _write(folder / "connections.csv", "person_id,other_id,since", pairs)
    if events:
        acts = (_event(rng, people, jobs) for _ in range(events))
        _write(folder / "events.csv", "person_id,kind,item_id,at", acts)
    return folder


def _people(rng: random.Random, people: int) -> Iterator[str]:
    for number in range(people):
        skills = ";".join(rng.sample(SKILLS, 3))
        work = f"{rng.choice(TITLES)},{rng.choice(COMPANIES)} {number % 500}"
        yield f"p{number},First{number % 97} Last{number % 151},Does things well,{work},{skills}"


def _jobs(rng: random.Random, jobs: int) -> Iterator[str]:
    for number in range(jobs):
        work = f"{rng.choice(TITLES)},{rng.choice(COMPANIES)} {number % 500}"
        yield f"j{number},{work},{';'.join(rng.sample(SKILLS, 2))},{'Words of a posting. ' * 20}"


def _event(rng: random.Random, people: int, jobs: int) -> str:
    moment = 1_700_000_000 + rng.randrange(30_000_000)
    return f"p{rng.randrange(people)},{rng.choice(KINDS)},j{rng.randrange(jobs)},{moment}"


def _write(path: Path, header: str, lines: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(f"{header}\n")
        file.writelines(f"{line}\n" for line in lines)
