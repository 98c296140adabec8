"""Doubles that stand in for what fails in the world."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event


class PowerCut(BaseException):
    """The machine stops here; nothing may catch it and carry on."""


@contextmanager
def power_cut_at(engine: Engine, statement: int, *, containing: str = "") -> Iterator[list[str]]:
    """Stop before the n-th statement (1 is the first) that contains a text.

    Yields:
        Every statement that was begun.
    """
    begun: list[str] = []
    counted = 0

    def before(_connection: Connection, _cursor: object, sql: str, *_rest: Any) -> None:  # noqa: ANN401
        nonlocal counted
        counted += containing in sql
        if counted >= statement:
            raise PowerCut(sql)
        begun.append(sql)

    event.listen(engine, "before_cursor_execute", before)
    try:
        yield begun
    finally:
        event.remove(engine, "before_cursor_execute", before)
