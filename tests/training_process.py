"""Trains in processes of their own, which a test may kill; see `TrainingServer`.

python training_process.py      read jobs, one JSON object a line; for each, fork and train

The server has imported all that training needs, and never trains itself, so that its children
begin at once. It says the number of each child, and then how it ended.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import numpy as np

ROOT = Path(__file__).parent.parent
INTERRUPTED, FULL, KILLED = 3, 4, -signal.SIGKILL


class End(NamedTuple):
    """How a training ended."""

    code: int  # below 0: by this signal
    said: dict[str, Any]  # the last thing that it said
    steps: list[int]  # that it took


class TrainingServer(AbstractContextManager["TrainingServer"]):
    """Starts trainings, one after the other, or several that train together."""

    def __enter__(self) -> Self:
        environment = os.environ | {"OMP_NUM_THREADS": "1", "GLOO_SOCKET_IFNAME": "lo"}
        command = [sys.executable, "-W", "ignore", __file__]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()

    def run(
        self, on_step: Callable[[int, int], None] = lambda _pid, _step: None, **job: object
    ) -> End:
        """Train, and call with process and step after each."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        pid, said, steps = 0, {}, []
        for line in self._lines():
            if "pid" in line:
                pid = line["pid"]
            elif "step" in line:
                steps.append(line["step"])
                on_step(pid, line["step"])
            elif "code" in line:
                return End(line["code"], said, steps)
            else:
                said = line
        raise AssertionError("the server is gone")

    def _lines(self) -> Iterator[dict[str, Any]]:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            yield json.loads(line)


def _serve() -> None:
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    _warm_up()
    for line in sys.stdin:
        job = json.loads(line)
        children = [_start(job, number) for number in range(job.get("processes", 1))]
        _say(pid=children[0])
        codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        _say(code=max(codes, key=abs))


def _warm_up() -> None:
    """Import and compile what every child needs; to train here would keep children from it."""
    from small_facts import PERSON, matchmaking
    from small_training import ENCODER, course_of, model_of, short

    import graph.training.train  # noqa: F401
    from graph.training.validation import examine

    facts = matchmaking()
    course = course_of(facts, short())
    nobody = {PERSON: np.zeros(0, np.int64)}
    course.chapters[0].flows.scene(nobody, nobody, 0, 0)
    examine(model_of(facts, ENCODER), course.examination)


def _start(job: dict[str, Any], number: int) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        code = _train(job, number)
    except Exception:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)


def _train(job: dict[str, Any], number: int) -> int:
    import torch
    from small_facts import matchmaking
    from small_training import ENCODER, short

    from graph.training.checkpoint import hash_of_weights
    from graph.training.train import StopTraining, Told, train_encoder

    torch.set_num_threads(1)
    if "together" in job:
        torch.distributed.init_process_group(
            "gloo", f"file://{job['together']}", rank=number, world_size=job["processes"]
        )
    wants_stop: list[int] = []
    signal.signal(signal.SIGTERM, lambda *_: wants_stop.append(1))
    _die_in_checkpoint(job.get("die_at", -1))

    def tell(told: Told) -> None:
        if not number:
            _say(step=told.step)
        if told.step == job.get("full_at"):
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
        if wants_stop:
            raise StopTraining

    folder = Path(job["folder"]) if "folder" in job else None
    try:
        trained = train_encoder(matchmaking(), ENCODER, short(**job["config"]), folder, tell)
    except StopTraining as error:
        _say(message=str(error))
        return INTERRUPTED
    except OSError as error:
        _say(message=str(error))
        return FULL
    mark = trained.state.best_mark
    said = {"sha256": hash_of_weights(trained.model), "mark": mark}
    if "together" in job:
        found: list[Any] = [None] * job["processes"]
        torch.distributed.all_gather_object(found, said)
        said = {"all": found}
    if not number:
        _say(**said)
    return 0


def _die_in_checkpoint(at: int) -> None:
    """Die like a process that is killed, just before the n-th time that a file is touched."""
    from graph.whole_file import WholeFile

    touched = iter(range(1_000_000))

    def dying(method: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: object, **options: object) -> Any:  # noqa: ANN401
            if next(touched) == at:
                os.kill(os.getpid(), signal.SIGKILL)
            return method(*args, **options)

        return wrapped

    if at >= 0:
        WholeFile.finish = dying(WholeFile.finish)
        WholeFile.commit = dying(WholeFile.commit)
        Path.replace = dying(Path.replace)
        Path.unlink = dying(Path.unlink)


def _say(**what: object) -> None:
    os.write(1, (json.dumps(what) + "\n").encode())


if __name__ == "__main__":
    _serve()
