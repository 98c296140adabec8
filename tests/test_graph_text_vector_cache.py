"""Vectors on disk: whole or not there, private, without the texts, shared by processes."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from graph.text.vector_cache import VectorCache, key_of

WRITER = """
import sys
from pathlib import Path
import numpy as np
from graph.text.vector_cache import VectorCache, key_of
cache = VectorCache(Path(sys.argv[1]))
for number in range(int(sys.argv[2]), int(sys.argv[3])):
    some = {key_of("e", f"{number} {i}"): np.full(64, i, np.float16) for i in range(20)}
    cache.write("e", some)
    print(number, flush=True)
"""


def vectors(*texts: str) -> dict[bytes, np.ndarray]:
    return {key_of("e", text): np.full(4, len(text), np.float16) for text in texts}


def start_writer(path: Path, first: int, last: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(path), str(first), str(last)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_what_is_written_is_read_back_and_the_rest_is_not_there(tmp_path: Path) -> None:
    cache = VectorCache(tmp_path / "vectors.db")
    cache.write("e", vectors("one", "three"))
    found = VectorCache(tmp_path / "vectors.db").read([key_of("e", "three"), key_of("e", "two")])
    assert {key: list(vector) for key, vector in found.items()} == {key_of("e", "three"): [5] * 4}


def test_more_keys_than_fit_in_one_query_are_found(tmp_path: Path) -> None:
    cache = VectorCache(tmp_path / "vectors.db")
    many = vectors(*(f"text {number}" for number in range(2000)))
    cache.write("e", many)
    assert cache.read(list(many)).keys() == many.keys()


def test_encoders_do_not_share_vectors(tmp_path: Path) -> None:
    assert key_of("e", "text") != key_of("f", "text")
    cache = VectorCache(tmp_path / "vectors.db")
    cache.write("e", vectors("text"))
    assert cache.read([key_of("f", "text")]) == {}
    assert (cache.width("e"), cache.width("f")) == (4, None)


def test_the_file_is_private_and_holds_no_text(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "vectors.db"
    cache = VectorCache(path)
    cache.write("e", vectors("a secret of somebody"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert b"secret" not in path.read_bytes()


def test_keeping_only_some_wipes_the_others_from_the_file(tmp_path: Path) -> None:
    cache = VectorCache(tmp_path / "vectors.db")
    telling = np.frombuffer(b"WIPE" * 40, np.float16)
    cache.write("e", {key_of("e", "stays"): telling * 0, key_of("e", "goes"): telling})
    assert b"WIPEWIPE" in cache.path.read_bytes()
    assert cache.keep_only([key_of("e", "stays"), key_of("e", "was never there")]) == 1
    assert b"WIPEWIPE" not in cache.path.read_bytes()
    assert len(cache) == 1


def test_a_file_that_is_no_cache_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "vectors.db"
    path.write_text("a letter, which is longer than the head of a database file would be" * 20)
    with pytest.raises(ValueError, match=r"vectors\.db is no cache of text vectors"):
        VectorCache(path)


def test_two_processes_write_at_once_and_nothing_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "vectors.db"
    cache = VectorCache(path)
    writers = [start_writer(path, 0, 30), start_writer(path, 15, 45)]
    assert [writer.wait() for writer in writers] == [0, 0]
    for writer in writers:
        assert writer.stdout is not None
        writer.stdout.close()
    assert len(cache) == 45 * 20


def test_a_killed_writer_leaves_whole_portions(tmp_path: Path) -> None:
    path = tmp_path / "vectors.db"
    cache = VectorCache(path)
    with start_writer(path, 0, 100_000) as writer:
        assert writer.stdout is not None
        said = [int(writer.stdout.readline()) for _ in range(5)]
        os.kill(writer.pid, signal.SIGKILL)
    assert said == list(range(5))
    assert len(cache) >= 5 * 20
    assert len(cache) % 20 == 0
    cache.write("e", vectors("after"))
    assert key_of("e", "after") in cache.read([key_of("e", "after")])
