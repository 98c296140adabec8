"""Gives tests stores: an SQLite file or a PostgreSQL database, each test its own."""

import gc
import itertools
import os
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from postgres_server import PostgresServer, running_server
from sqlalchemy import text

from graph.store import Store
from graph.store.engine import open_engine
from graph.store.tables import metadata

# Tensors of tests are small: a second thread only waits for the first. Before torch is imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# Workers compile at the same time, and numba's cache has no lock: one may be handed what another
# was about to replace. Before numba is imported.
if _worker := os.environ.get("PYTEST_XDIST_WORKER"):
    _compiled = Path(__file__).parents[1] / ".pytest_cache" / "numba" / _worker
    os.environ.setdefault("NUMBA_CACHE_DIR", str(_compiled))

NewStore = Callable[[], Store]
Address = str | Path
_DATABASES = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))
_numbers = itertools.count(1)

# The same examples every time, however slow the machine; to look for new ones:
# pytest --hypothesis-seed=random --hypothesis-profile=default
settings.register_profile("house", derandomize=True, deadline=None)
settings.load_profile("house")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Import everything without looking for garbage in it, then or in any test."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A running PostgreSQL server."""
    with running_server() as server:
        yield server


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "store.db"
    Store.open(path)
    return path


@pytest.fixture(scope="session")
def _postgres_template(postgres: PostgresServer) -> str:
    Store.open(postgres.create("template_store"))
    return "template_store"


@pytest.fixture(params=_DATABASES)
def blank(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Address]:
    """The address of a database with nothing in it."""
    if request.param == "sqlite":
        yield tmp_path / "blank.db"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = f"blank_{next(_numbers)}"
    yield server.create(name)
    server.drop(name)


@pytest.fixture(params=_DATABASES)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Address]:
    """The address of a store without facts."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("_sqlite_template")
        yield Path(shutil.copy(template, tmp_path / "store.db"))
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = f"store_{next(_numbers)}"
    yield server.create(name, request.getfixturevalue("_postgres_template"))
    server.drop(name)


@pytest.fixture
def store(address: Address) -> Store:
    """A store without facts."""
    return Store.open(address)


@pytest.fixture
def sqlite_store(tmp_path: Path, _sqlite_template: Path) -> Store:
    """A store without facts, in a file."""
    return Store.open(shutil.copy(_sqlite_template, tmp_path / "store.db"))


@pytest.fixture
def new_store(address: Address) -> NewStore:
    """Empties one store each time it is called: finish with it before asking again."""
    engine = open_engine(address)

    def empty() -> Store:
        with engine.begin() as connection:
            for table in metadata.sorted_tables:
                connection.execute(table.delete())
            if engine.dialect.name == "sqlite":
                connection.execute(text("INSERT INTO search(search) VALUES ('delete-all')"))
        return Store(engine)

    return empty
