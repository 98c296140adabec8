"""What other processes do to a store while a test looks on.

python store_process.py ADDRESS count N      add 1 to a number N times, retrying while busy
python store_process.py ADDRESS hold         take the writer's place, say so, and keep it
python store_process.py ADDRESS fill BYTES   write until files may grow no more; say what happened
"""

import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from store_facts import person, write

from graph.store import Store, StoreBusy, StoreFull
from graph.store.lock import writer_lock
from graph.store.store import _set, _settings

COUNTER = "counter"


def count_up(store: Store, times: int) -> None:
    """Read a number and write it back one higher, again and again."""
    done = 0
    while done < times:
        try:
            with store.write() as writer:
                number = int(_settings(writer.connection).get(COUNTER, "0"))
                _set(writer.connection, COUNTER, str(number + 1))
        except StoreBusy:
            time.sleep(0.002)  # as a caller would: others get nowhere while this one asks
            continue
        done += 1


def count(store: Store) -> int:
    """Return the number."""
    with store.read() as connection:
        return int(_settings(connection).get(COUNTER, "0"))


def _hold(address: str) -> None:
    store = Store.open(address)
    with writer_lock(store._engine):
        say("holding")
        sys.stdin.read()


def _fill(address: str, size: int) -> None:
    store = Store.open(address)
    write(store, "before", [person("kept", name="Kept")])
    before = store.fingerprint()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        write(store, "large", [person(f"p{i}", name="x" * 2000) for i in range(size // 1000)])
    except StoreFull as error:
        say(str(error))
    same = store.fingerprint() == before and len(store.search("kept")) == 1
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    write(store, "after", [person("later", name="Later")])
    say(f"same {same}, later {len(store.search('later'))}")


def say(words: str) -> None:
    """Tell the process that listens."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def main(address: str, what: str, *rest: str) -> None:
    """Do what the command line says."""
    if what == "count":
        count_up(Store.open(address), int(rest[0]))
    elif what == "hold":
        _hold(address)
    else:
        _fill(address, int(rest[0]))


if __name__ == "__main__":
    main(*sys.argv[1:])
