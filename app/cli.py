"""The command line: `careergraph COMMAND`.

Every command loads what it needs when it runs, so that `--help` answers at once.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from app.output import Output
from app.workspace import NoSpace, Workspace, default_home

USER_ERROR, OTHER_ERROR = 2, 1
app = typer.Typer(
    help="Your professional network and the job market as one graph, on your own machine.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
review = typer.Typer(help="Decide what entity linking was not sure about.", rich_markup_mode=None)
app.add_typer(review, name="review", invoke_without_command=True)

Kind = Annotated[str, typer.Argument(help="title, skill, company, school or place")]
Words = Annotated[str, typer.Argument(metavar="TEXT", help="the text, as the queue shows it")]


class Session:
    """What the global options chose: the workspace, and how to speak."""

    def __init__(self, workspace: Workspace, output: Output) -> None:
        self.workspace = workspace
        self.output = output

    def refuse(self, message: str, status: int = USER_ERROR) -> NoReturn:
        """Say in one line what is wrong and end."""
        self.output.complain(message)
        raise typer.Exit(status)

    def require_store(self) -> None:
        """End with a clear line when there is nothing to read yet."""
        if not self.workspace.exists:
            self.refuse(
                f"there is no workspace in {self.workspace.home} yet: "
                "run `careergraph import PATH` or `careergraph demo` first"
            )

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Turn errors that a person can act on into one line and an exit status."""
        from graph.importers.input_file import BadFile
        from graph.store import StoreError

        try:
            yield
        except (BadFile, ValueError) as error:
            self.refuse(str(error))
        except (StoreError, NoSpace, PermissionError) as error:
            self.refuse(str(error), OTHER_ERROR)


def _session(context: typer.Context) -> Session:
    return context.ensure_object(Session)


def _print_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"careergraph {version('careergraph')}\n")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    home: Annotated[
        Path | None, typer.Option(help="The workspace folder.", envvar="CAREERGRAPH_HOME")
    ] = None,
    store: Annotated[
        str | None,
        typer.Option(help="postgresql://… to keep the facts there.", envvar="CAREERGRAPH_STORE"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
    _version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Print it.")
    ] = False,
) -> None:
    """Choose the workspace and how to speak."""
    workspace = Workspace((home or default_home()).expanduser(), store)
    context.obj = Session(workspace, Output(as_json, quiet))


@app.command("import")
def import_command(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="Files, folders and ZIPs, in any mix.")],
    format: Annotated[str | None, typer.Option(help="Try this format alone.")] = None,
    owner: Annotated[str | None, typer.Option(help="The id of whose export this is.")] = None,
    dry_run: Annotated[bool, typer.Option(help="Show what would happen; write nothing.")] = False,
    rejects: Annotated[
        Path | None, typer.Option(help="Write a CSV of every row left out, and why.")
    ] = None,
) -> None:
    """Bring files into the store, and say what became of every row."""
    session = _session(context)
    with session.errors():
        from app import import_report
        from app.importing import ImportRequest, run_import

        request = ImportRequest(paths, format, owner, dry_run, rejects)
        with session.output.progress("importing") as step:
            report = run_import(session.workspace, request, step)
        session.output.emit(import_report.as_json(report))
        session.output.show(import_report.as_text(report, is_dry_run=dry_run))
        if report.rows_used == 0:
            session.refuse("not a single row could be used; the report above says why")


@app.command()
def stats(context: typer.Context) -> None:
    """Say what the workspace holds."""
    session = _session(context)
    session.require_store()
    with session.errors():
        from app import stats_report

        with session.output.progress("counting") as step:
            step("facts", 0)
            found = session.workspace.open_store().stats()
        session.output.emit(asdict(found))
        session.output.show(stats_report.as_text(found))


@app.command()
def export(
    context: typer.Context,
    person: Annotated[str, typer.Option(help="The person's id.")],
    out: Annotated[Path | None, typer.Option(help="The file; else standard output.")] = None,
) -> None:
    """Write everything the store holds about one person, as JSON."""
    session = _session(context)
    session.require_store()
    with session.errors():
        from app.rights import export_to

        try:
            rows = export_to(session.workspace.open_store(), person, out)
        except KeyError:
            session.refuse(f"there is no person {person!r} in the store")
        if out is not None:
            session.output.emit({"person": person, "rows": rows, "path": str(out)})
            session.output.show(f"{rows:,} rows about {person} are in {out}")


@app.command()
def erase(
    context: typer.Context,
    person: Annotated[str, typer.Option(help="The person's id.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove a person from every table and file, and keep them from coming back."""
    session = _session(context)
    session.require_store()
    with session.errors():
        store = session.workspace.open_store()
        question = f"Erase {person} and all that only their own exports say? This is final."
        if not yes and not (sys.stdin.isatty() and typer.confirm(question)):
            session.refuse("nothing was erased; add --yes to erase without being asked")
        try:
            erased = store.erase(person, int(time.time()))
        except KeyError:
            session.refuse(f"there is no person {person!r} in the store")
        session.output.emit(erased._asdict())
        session.output.show(
            f"Erased {person}: {erased.edges:,} relations, {erased.events:,} events, "
            f"{erased.sources:,} own files, {erased.people:,} people only those files knew. "
            "Importing the same files again will not bring them back."
        )


@review.callback()
def review_queue(context: typer.Context) -> None:
    """Go through the open questions one by one, or list them when nobody can answer."""
    if context.invoked_subcommand is not None:
        return
    session = _session(context)
    session.require_store()
    with session.errors():
        from app import reviewing

        queue = reviewing.Reviewing(session.workspace.open_store())
        if sys.stdin.isatty() and not (session.output.as_json or session.output.is_quiet):
            reviewing.ask_one_by_one(queue, session.output)
        else:
            reviewing.list_open(queue, session.output)


@review.command("list")
def review_list(context: typer.Context) -> None:
    """List the open questions, the most wanted answers first."""
    session = _session(context)
    session.require_store()
    with session.errors():
        from app import reviewing

        reviewing.list_open(reviewing.Reviewing(session.workspace.open_store()), session.output)


@review.command("accept")
def review_accept(
    context: typer.Context,
    kind: Kind,
    text: Words,
    target: Annotated[str | None, typer.Option("--as", help="A node's id; else the best.")] = None,
) -> None:
    """Let a text mean a node, now and in later imports."""
    session = _session(context)
    session.require_store()
    with session.errors():
        from app.reviewing import Reviewing

        done = Reviewing(session.workspace.open_store()).accept(kind, text, target)
        session.output.emit(done)
        session.output.show(f"{text!r} now means {done['target']}: {done['moved']:,} facts moved")


@review.command("separate")
def review_separate(context: typer.Context, kind: Kind, text: Words) -> None:
    """Let a text stand for itself, and never ask again."""
    session = _session(context)
    session.require_store()
    with session.errors():
        from app.reviewing import Reviewing

        session.output.emit(Reviewing(session.workspace.open_store()).keep_separate(kind, text))
        session.output.show(f"{text!r} stays a {kind} of its own")


@review.command("undo")
def review_undo(context: typer.Context, kind: Kind, text: Words) -> None:
    """Take a decision back."""
    session = _session(context)
    session.require_store()
    with session.errors():
        from app.reviewing import Reviewing

        done = Reviewing(session.workspace.open_store()).undo(kind, text)
        session.output.emit(done)
        session.output.show(f"{text!r} is an open question again: {done['moved']:,} facts moved")


@app.command()
def doctor(context: typer.Context) -> None:
    """Say what is installed, where models and data lie, and what to do about what is missing."""
    session = _session(context)
    from app import doctor_report
    from app.doctor import examine

    components = examine(session.workspace.home)
    session.output.emit(doctor_report.as_json(components))
    session.output.show(doctor_report.as_text(components))
    if doctor_report.has_faults(components):
        raise typer.Exit(OTHER_ERROR)


@app.command()
def demo(context: typer.Context) -> None:
    """Build a workspace from the sample data and say what the graph knows."""
    session = _session(context)
    with session.errors():
        from app.demo import build_demo

        build_demo(session.workspace, session.output)


def main() -> None:
    """Run the command line."""
    app()
