"""Makes a small synthetic world, as its tables are written by the command."""

import sys
from hashlib import sha256
from pathlib import Path

from app.workspace import built_in_taxonomy
from app.world import WORDS
from graph.world.config import WorldConfig
from graph.world.tables.manifest import read_manifest
from graph.world.tables.tables import Step, write_world
from graph.world.truth.writer import write_truth
from graph.world.world import World, make_world


def silent(_what: str, _done: int) -> None:
    """Take progress, and say nothing."""


def small_world(people: int = 60, jobs: int = 50, seed: int = 7) -> World:
    """Make a world that takes about a second."""
    return make_world(WorldConfig(people, jobs, seed), built_in_taxonomy(), WORDS, silent)


def hash_of_tables(world: World, folder: Path, step: Step = silent) -> str:
    """Write the tables of a world and return the hash over them."""
    write_world(world, folder, step)
    return read_manifest(folder)["hash"]


def hash_of_everything(world: World, folder: Path) -> str:
    """Write the tables of a world and its answer sheet, and return the hash over both."""
    digest = sha256(hash_of_tables(world, folder).encode())
    truth = folder.with_name(f"{folder.name}-truth")
    write_truth(world, truth, silent)
    for path in sorted(truth.iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    people, jobs, seed = map(int, sys.argv[1:4])
    sys.stdout.write(hash_of_everything(small_world(people, jobs, seed), Path(sys.argv[4])))
