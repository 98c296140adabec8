"""The state of a training run on disk, from which it goes on as if it had never stopped."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import safetensors.torch
import torch
from torch import Tensor, nn

from graph.whole_file import WholeFile

FORMAT = 1
STATE_FILE = "training.json"  # written last, and names the file of tensors that belongs to it
_WEIGHTS, _KEPT, _MOMENTS = "weights/", "kept/", "moments/"


@dataclass
class RunState:
    """Where a run stands after a step; what chance decides follows from seed and step."""

    step: int = 0
    best_mark: float = -1.0
    best_step: int = 0
    without_gain: int = 0  # evaluations since the best
    history: list[dict[str, Any]] | None = None


class ForeignRun(ValueError):
    """A folder holds a run of something else."""


def save_run(
    folder: Path,
    run: dict[str, Any],
    state: RunState,
    trainee: nn.Module,
    kept: dict[str, Tensor],
    optimisers: list[torch.optim.Optimizer],
) -> None:
    """Write the state of a run; what was there before stays until it is whole.

    Args:
        folder: Where to.
        run: What the run is of: configs, schema, data. A run of something else is refused later.
        state: Where it stands.
        trainee: Its weights.
        kept: What else must be as it was, such as the weights of the best evaluation so far.
        optimisers: Their moments.
    """
    tensors = {f"{_WEIGHTS}{name}": each for name, each in trainee.state_dict().items()}
    tensors |= {f"{_KEPT}{name}": each for name, each in kept.items()}
    for number, optimiser in enumerate(optimisers):
        for place, moments in optimiser.state_dict()["state"].items():
            for name, value in moments.items():
                tensors[f"{_MOMENTS}{number}/{place}/{name}"] = torch.as_tensor(value)
    content = safetensors.torch.save(
        {name: each.detach().cpu().contiguous().clone() for name, each in tensors.items()}
    )
    digest = hashlib.sha256(content).hexdigest()
    tensors_file = f"state-{state.step}.safetensors"
    _write(folder / tensors_file, content)
    said = {
        "format": FORMAT,
        "run": run,
        "state": vars(state),
        "tensors": tensors_file,
        "sha256": digest,
    }
    _write(folder / STATE_FILE, (json.dumps(said, indent=1) + "\n").encode())
    for other in folder.glob("state-*.safetensors"):
        if other.name != tensors_file:
            other.unlink()


def files_of_run(steps: int) -> tuple[str, ...]:
    """Return the stems of the files that a run of so many steps may write."""
    return Path(STATE_FILE).stem, *(f"state-{step}" for step in range(steps + 1))


def load_run(
    folder: Path,
    run: dict[str, Any],
    trainee: nn.Module,
    optimisers: list[torch.optim.Optimizer],
) -> tuple[RunState, dict[str, Tensor]] | None:
    """Bring a trainee and its optimisers to where a run stood.

    Returns:
        Its state, and what else was kept; None where no run was.

    Raises:
        ForeignRun: The run is of other data or settings; the first difference is named.
        ValueError: The files are damaged.
    """
    path = folder / STATE_FILE
    if not path.is_file():
        return None
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is no JSON: {error}") from error
    if said.get("format") != FORMAT:
        raise ForeignRun(f"{path} has format {said.get('format')!r}; this version reads {FORMAT}")
    _check_same(path, said["run"], run)
    content = (folder / said["tensors"]).read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != said["sha256"]:
        raise ValueError(
            f"{folder / said['tensors']} has the SHA-256 {found}, not {said['sha256']}"
        )
    tensors = safetensors.torch.load(content)
    trainee.load_state_dict(_under(tensors, _WEIGHTS))
    for number, optimiser in enumerate(optimisers):
        _restore(optimiser, _under(tensors, f"{_MOMENTS}{number}/"))
    return RunState(**said["state"]), _under(tensors, _KEPT)


def hash_of_weights(module: nn.Module) -> str:
    """Return a value that is the same exactly when all weights are."""
    digest = hashlib.sha256()
    for name, each in sorted(module.state_dict().items()):
        digest.update(name.encode() + each.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


def _restore(optimiser: torch.optim.Optimizer, moments: dict[str, Tensor]) -> None:
    states: dict[int, dict[str, Tensor | float]] = {}
    for key, value in moments.items():
        place, name = key.split("/")
        # SparseAdam counts steps in a plain number, and computes otherwise with a tensor.
        is_number = not value.ndim and not value.is_floating_point()
        states.setdefault(int(place), {})[name] = value.item() if is_number else value
    groups = optimiser.state_dict()["param_groups"]
    optimiser.load_state_dict({"state": states, "param_groups": groups})


def _under(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {
        name.removeprefix(prefix): each for name, each in tensors.items() if name.startswith(prefix)
    }


def _check_same(path: Path, kept: dict[str, Any], asked: dict[str, Any]) -> None:
    difference = _first_difference(kept, asked)
    if difference is not None:
        name, one, other = difference
        raise ForeignRun(
            f"{path} is of a run with {name} {one!r}, and this one has {other!r}: "
            "name another folder, or remove that one"
        )


class _Difference(NamedTuple):
    name: str
    one: object
    other: object


def _first_difference(one: Mapping[str, Any], other: Mapping[str, Any]) -> _Difference | None:
    for name in sorted(set(one) | set(other)):
        mine, theirs = one.get(name), other.get(name)
        if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
            within = _first_difference(mine, theirs)
            if within is not None:
                return within._replace(name=f"{name} {within.name}")
        elif mine != theirs:
            return _Difference(name, mine, theirs)
    return None


def _write(path: Path, content: bytes) -> None:
    with WholeFile(path) as file:
        file.stream.write(content)
        file.commit()
