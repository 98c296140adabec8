"""Reads the pickles in which Planetoid lies, without unpickling: nothing a file names is called.

The operations of the format are walked through one by one. Names stay words, calls stay calls
written down (`Call`), and only arrays of numbers, compressed rows, lists and dicts are then made of
them. Whatever else a file says is refused by name.
"""

import pickletools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csr_array

ARRAY, DTYPE = "numpy.core.multiarray _reconstruct", "numpy dtype"
ROWS = "scipy.sparse.csr csr_matrix"
DICT = "collections defaultdict"
NUMBERS = {"i4": "<i4", "i8": "<i8", "f4": "<f4", "f8": "<f8"}
MOST_BYTES = 1 << 28


class Name(NamedTuple):
    """A class or function that the file names, and nobody looks up."""

    name: str


class Call:
    """What the file would have called, with what, and the state it would have been given."""

    def __init__(self, name: str, arguments: tuple[Any, ...]) -> None:
        self.name, self.arguments = name, arguments
        self.state: Any = None
        self.entries: dict[Any, Any] = {}


class Mark:
    """Where a group on the stack begins."""


def read_plain_pickle(path: Path) -> Any:  # noqa: ANN401 - whatever the file holds
    """Return the one value of a file.

    Returns:
        An array, a `csr_array`, or a dict, list or number.

    Raises:
        ValueError: The file is too large, or holds anything else; the operation or name is named.
    """
    if path.stat().st_size > MOST_BYTES:
        raise ValueError(f"{path} has more than {MOST_BYTES} bytes")
    try:
        return _made(_walked(path.read_bytes()))
    except ValueError as reason:
        raise ValueError(f"{path}: {reason}") from reason
    except (IndexError, KeyError, TypeError, AttributeError, RecursionError) as reason:
        raise ValueError(f"{path} is no whole pickle: {reason!r}") from reason


def _walked(data: bytes) -> Any:  # noqa: ANN401
    stack: list[Any] = []
    memo: dict[int, Any] = {}
    for operation, argument, _ in pickletools.genops(data):
        name = operation.name
        if name == "STOP":
            return stack.pop()
        if name in _CONSTANTS:
            stack.append(_CONSTANTS[name]())
        elif name in _LITERALS:
            stack.append(argument)
        elif name in ("BINPUT", "LONG_BINPUT"):
            memo[int(argument or 0)] = stack[-1]
        elif name in ("BINGET", "LONG_BINGET"):
            stack.append(memo[int(argument or 0)])
        elif name == "GLOBAL":
            stack.append(Name(str(argument)))
        elif name in _STEPS:
            _STEPS[name](stack)
        elif name != "PROTO":
            raise ValueError(f"the operation {name} is not among those that are read")
    raise ValueError("there is no end")


def _group(stack: list[Any]) -> list[Any]:
    """Take what stands above the last mark, and the mark."""
    place = max(i for i, each in enumerate(stack) if isinstance(each, Mark))
    found = stack[place + 1 :]
    del stack[place:]
    return found


def _tuple(size: int) -> Callable[[list[Any]], None]:
    def step(stack: list[Any]) -> None:
        stack[-size:] = [tuple(stack[-size:])]

    return step


def _note_call(stack: list[Any]) -> None:
    arguments, called = stack.pop(), stack.pop()
    if not isinstance(called, Name):
        raise ValueError(f"a call of what is no name: {called!r:.60}")
    stack.append(Call(called.name, arguments))


def _note_state(stack: list[Any]) -> None:
    state = stack.pop()
    stack[-1].state = state


def _set_items(stack: list[Any]) -> None:
    pairs = _group(stack)
    target = stack[-1].entries if isinstance(stack[-1], Call) else stack[-1]
    target.update(zip(pairs[::2], pairs[1::2], strict=True))


def _set_item(stack: list[Any]) -> None:
    value, key = stack.pop(), stack.pop()
    target = stack[-1].entries if isinstance(stack[-1], Call) else stack[-1]
    target[key] = value


def _append(stack: list[Any]) -> None:
    value = stack.pop()
    stack[-1].append(value)


def _extend(stack: list[Any]) -> None:
    values = _group(stack)
    stack[-1].extend(values)


_CONSTANTS: Mapping[str, Callable[[], Any]] = {
    "MARK": Mark,
    "NONE": lambda: None,
    "NEWTRUE": lambda: True,
    "NEWFALSE": lambda: False,
    "EMPTY_TUPLE": tuple,
    "EMPTY_LIST": list,
    "EMPTY_DICT": dict,
}
_LITERALS = frozenset(
    {
        *("BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT"),
        *("BINSTRING", "SHORT_BINSTRING", "BINUNICODE"),
    }
)
_STEPS: Mapping[str, Callable[[list[Any]], None]] = {
    "TUPLE": lambda stack: stack.append(tuple(_group(stack))),
    "TUPLE1": _tuple(1),
    "TUPLE2": _tuple(2),
    "TUPLE3": _tuple(3),
    "REDUCE": _note_call,
    "NEWOBJ": _note_call,
    "BUILD": _note_state,
    "SETITEM": _set_item,
    "SETITEMS": _set_items,
    "APPEND": _append,
    "APPENDS": _extend,
}


def _made(value: Any) -> Any:  # noqa: ANN401
    match value:
        case Call(name=name) if name == ARRAY:
            return _array(value)
        case Call(name=name) if name == ROWS:
            return _rows(value)
        case Call(name=name) if name == DICT:
            return {_made(key): _made(each) for key, each in value.entries.items()}
        case Call(name=name) | Name(name=name):
            raise ValueError(f"{name!r} is not among the things that are read")
        case Mark():
            raise ValueError("a group that does not end")
        case dict():
            return {_made(key): _made(each) for key, each in value.items()}
        case list() | tuple():
            return [_made(each) for each in value]
    return value


def _array(call: Call) -> np.ndarray[Any, np.dtype[Any]]:
    _, shape, kind, is_fortran, data = call.state
    if not isinstance(kind, Call) or kind.name != DTYPE or kind.arguments[0] not in NUMBERS:
        raise ValueError(f"an array of other than plain numbers: {kind!r:.60}")
    if kind.state[1] != "<" or is_fortran:
        raise ValueError("an array that does not lie in rows of little-endian numbers")
    raw = data.encode("latin-1") if isinstance(data, str) else data
    return np.frombuffer(raw, NUMBERS[kind.arguments[0]]).reshape(shape)


def _rows(call: Call) -> csr_array:
    parts = (_made(call.state[name]) for name in ("data", "indices", "indptr"))
    matrix = csr_array(tuple(parts), shape=tuple(call.state["_shape"]))
    matrix.check_format(full_check=True)
    return matrix
