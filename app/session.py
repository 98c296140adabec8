"""What the global options chose, and how every command speaks of what goes wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer

from app.mistake import Mistake
from app.output import Output
from app.workspace import NoSpace, Workspace

USER_ERROR, OTHER_ERROR = 2, 1


class Session:
    """The workspace, and the voice to speak with."""

    def __init__(self, workspace: Workspace, output: Output) -> None:
        self.workspace = workspace
        self.output = output

    def refuse(self, message: str, status: int = USER_ERROR) -> NoReturn:
        """Say in one line what is wrong and end."""
        self.output.complain(message)
        raise typer.Exit(status)

    def require_store(self) -> None:
        """End with a clear line when there is nothing to read yet."""
        with self.system_errors():
            exists = self.workspace.exists
        if not exists:
            self.refuse(
                f"there is no workspace in {self.workspace.home} yet: "
                "run `careergraph import PATH` or `careergraph demo` first"
            )

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Turn errors that a person can act on into one line and an exit status."""
        from graph.importers.input_file import BadFile
        from graph.store.errors import StoreError

        try:
            with self.system_errors():
                yield
        except (BadFile, Mistake) as error:
            self.refuse(str(error))
        except (StoreError, NoSpace) as error:
            self.refuse(str(error), OTHER_ERROR)

    @contextmanager
    def system_errors(self) -> Iterator[None]:
        """Turn what the operating system refuses into one line and an exit status."""
        try:
            yield
        except BrokenPipeError:
            raise  # nobody reads any more: `careergraph stats | head -1`
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            self.refuse(f"{where}{error.strerror or error}", OTHER_ERROR)
