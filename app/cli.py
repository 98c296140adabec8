"""The command line: `careergraph COMMAND`.

Every command loads what it needs when it runs, so that `--help` answers at once.
"""

import json
import os
import sys
import time
import traceback
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from app.counted import counted
from app.output import Output
from app.session import OTHER_ERROR, Session
from app.workspace import HOME_VARIABLE, Workspace, default_home

TRACEBACK_VARIABLE = "CAREERGRAPH_TRACEBACK"
INTERRUPTED = 130  # what a shell makes of Ctrl-C
app = typer.Typer(
    help="Your professional network and the job market as one graph, on your own machine.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
review = typer.Typer(help="Decide what entity linking was not sure about.", rich_markup_mode=None)
app.add_typer(review, name="review", invoke_without_command=True)
train = typer.Typer(help="Learn from the facts of the workspace.", rich_markup_mode=None)
app.add_typer(train, name="train", no_args_is_help=True)

Kind = Annotated[str, typer.Argument(help="title, skill, company, school or place")]
# `readable=False`: whether a file can be read is ours to find out, and to say in one line.
HOME = "The workspace folder."
PATHS = "Files, folders and ZIPs, in any mix."
REJECTS = "Write a CSV of the rows left out, and why: at most the first 1,000 of a file."
OUT = "The file; else standard output."
OWNER = "Whose export this is: an id of your choice, or the address of a profile."
TABLES = "A folder for its tables; else it goes into the store."
TRUTH = "A folder for what is true of its people: for evaluation only."
EXPOSURE_BIAS = "Share of well-paid jobs that lists withhold from group B, 0 to 1."
HIRING_BIAS = "Logits that interviewers take from group B, 0 to 10."
PAGE = "The folder for `world.md` and its plots."
WHO = "The person's id, e-mail or profile address."
RUN = "A TOML file with the tables [text], [encoder] and [training]; else the defaults."
FROM = "The release to go on from, by name or folder."
NAME = "What to call the release; else after the day."
RELEASE = "By name or folder."
SPLIT = "unseen: a world nobody learned from; future: the last days of a world whose past is known."
CONVOLUTIONS = "Which to train: sage, gcn, gat, gin, lightgcn, pinsage."
REPORT = "A file for the report, as JSON."
Words = Annotated[str, typer.Argument(metavar="TEXT", help="the text, as the queue shows it")]


def _session(context: typer.Context) -> Session:
    return context.ensure_object(Session)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        sys.stdout.write(f"careergraph {version('careergraph')}\n")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    home: Annotated[
        Path | None,
        typer.Option(help=HOME, envvar=HOME_VARIABLE, readable=False),
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
    paths: Annotated[list[Path], typer.Argument(help=PATHS, readable=False)],
    format: Annotated[str | None, typer.Option(help="Try this format alone.")] = None,
    owner: Annotated[str | None, typer.Option(help=OWNER)] = None,
    dry_run: Annotated[bool, typer.Option(help="Show what would happen; write nothing.")] = False,
    rejects: Annotated[
        Path | None,
        typer.Option(help=REJECTS, readable=False),
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
        if not report.files:
            session.refuse(f"there is no file in {', '.join(map(str, paths))}")
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
    person: Annotated[str, typer.Option(help=WHO)],
    out: Annotated[Path | None, typer.Option(help=OUT, readable=False)] = None,
) -> None:
    """Write everything the store holds about one person, as JSON."""
    session = _session(context)
    session.require_store()
    with session.errors():
        from app.rights import export_to

        person_id, rows = export_to(session.workspace.open_store(), person, out)
        if out is not None:
            session.output.emit({"person": person_id, "rows": rows, "path": str(out)})
            session.output.say(f"{counted(rows, 'row')} about {person_id}: {out}")


@app.command()
def erase(
    context: typer.Context,
    person: Annotated[str, typer.Option(help=WHO)],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove a person everywhere, and keep them from coming back."""
    session = _session(context)
    session.require_store()
    with session.errors():
        from app.derived import forget_derived
        from app.rights import person_of

        store = session.workspace.open_store()
        person_id = person_of(store, person)
        question = f"Erase {person_id} and all that only their own exports say? This is final."
        if not yes and not (sys.stdin.isatty() and typer.confirm(question, err=True)):
            session.refuse("nothing was erased; add --yes to erase without being asked")
        erased = store.erase(person_id, int(time.time()))
        forget_derived(session.workspace)
        session.output.emit(erased._asdict())
        session.output.say(
            f"Erased {person_id}: {counted(erased.edges, 'relation')}, "
            f"{counted(erased.events, 'event')}, {counted(erased.sources, 'own file')}, "
            f"{counted(erased.people, 'person', 'people')} only those files knew. "
            "A later import does not bring this id or these addresses back."
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
        session.output.say(
            f"{text!r} now means {done['target']}: {counted(done['moved'], 'fact')} moved"
        )


@review.command("separate")
def review_separate(context: typer.Context, kind: Kind, text: Words) -> None:
    """Let a text stand for itself, and never ask again."""
    session = _session(context)
    session.require_store()
    with session.errors():
        from app.reviewing import Reviewing

        session.output.emit(Reviewing(session.workspace.open_store()).keep_separate(kind, text))
        session.output.say(f"{text!r} stays a {kind} of its own")


@review.command("undo")
def review_undo(context: typer.Context, kind: Kind, text: Words) -> None:
    """Take a decision back."""
    session = _session(context)
    session.require_store()
    with session.errors():
        from app.reviewing import Reviewing

        done = Reviewing(session.workspace.open_store()).undo(kind, text)
        session.output.emit(done)
        session.output.say(
            f"{text!r} is an open question again: {counted(done['moved'], 'fact')} moved"
        )


@app.command()
def doctor(context: typer.Context) -> None:
    """Say what is installed, what is missing and what to do."""
    session = _session(context)
    from app import doctor_report
    from app.doctor import examine

    # Not all of `errors`: the doctor must answer where the database library itself is broken.
    with session.system_errors():
        components = examine(session.workspace.home)
    session.output.emit(doctor_report.as_json(components))
    session.output.show(doctor_report.as_text(components))
    if doctor_report.has_faults(components):
        raise typer.Exit(OTHER_ERROR)


@app.command()
def demo(context: typer.Context) -> None:
    """Build a workspace from the sample data and show what it knows."""
    session = _session(context)
    with session.errors():
        from app.demo import build_demo

        build_demo(session.workspace, session.output)


@app.command()
def world(
    context: typer.Context,
    people: Annotated[int, typer.Option(help="How many people.")],
    jobs: Annotated[int, typer.Option(help="How many job postings.")],
    seed: Annotated[int, typer.Option(help="The same seed makes the same world.")],
    out: Annotated[Path | None, typer.Option(help=TABLES, readable=False)] = None,
    truth: Annotated[Path | None, typer.Option(help=TRUTH, readable=False)] = None,
    exposure_bias: Annotated[float, typer.Option(help=EXPOSURE_BIAS)] = 0.0,
    hiring_bias: Annotated[float, typer.Option(help=HIRING_BIAS)] = 0.0,
) -> None:
    """Make a synthetic world of fictional people and jobs."""
    session = _session(context)
    with session.errors():
        from app.world import WorldRequest, build_world, config_of
        from app.world_summary import tell

        config = config_of(people, jobs, seed, exposure_bias, hiring_bias)
        with session.output.progress("making a world") as step:
            made = build_world(session.workspace, WorldRequest(config, out, truth), step)
        tell(made, session.output)


@app.command("world-report")
def world_report(
    context: typer.Context,
    people: Annotated[int, typer.Option(help="How many people.")] = 6000,
    jobs: Annotated[int, typer.Option(help="How many job postings.")] = 3000,
    seed: Annotated[int, typer.Option(help="Of the world.")] = 1,
    out: Annotated[Path, typer.Option(help=PAGE, readable=False)] = Path("docs"),
) -> None:
    """Make a synthetic world, and write a page on how it is."""
    session = _session(context)
    with session.errors():
        from app.world import config_of
        from app.world_report.make import ReportRequest, make_report

        begun = time.monotonic()
        request = ReportRequest(config_of(people, jobs, seed, 0.0, 0.0), out)
        with session.output.progress("reporting on a world") as step:
            figures = make_report(request, step)
        seconds = time.monotonic() - begun
        session.output.emit({**figures, "page": str(request.page), "seconds": round(seconds, 1)})
        session.output.say(f"{request.page}: written in {seconds:,.0f} s")


@train.command("encoder")
def train_encoder(
    context: typer.Context,
    run: Annotated[Path | None, typer.Option(help=RUN, readable=False)] = None,
    start: Annotated[str | None, typer.Option("--from", help=FROM)] = None,
    name: Annotated[str | None, typer.Option(help=NAME)] = None,
) -> None:
    """Learn which jobs, people and skills go together."""
    session = _session(context)
    session.require_store()
    with session.errors():
        from app.encoder_training import EncoderRequest, train_release

        begun = time.monotonic()
        with session.output.progress("training an encoder") as step:
            made = train_release(session.workspace, EncoderRequest(run, start, name), step)
        seconds = time.monotonic() - begun
        trained = made.manifest["trained"]
        session.output.emit(
            {
                "release": made.name,
                "path": str(made.folder),
                "seconds": round(seconds, 1),
                "best_step": trained["best_step"],
                "history": trained["history"],
            }
        )
        session.output.say(f"Release {made.name}: trained in {seconds:,.0f} s, in {made.folder}")


@app.command()
def evaluate(
    context: typer.Context,
    part: Annotated[str, typer.Option(help="What to evaluate: encoder.")] = "encoder",
    split: Annotated[str, typer.Option(help=SPLIT)] = "unseen",
    people: Annotated[int, typer.Option(help="In each world.")] = 3_000,
    jobs: Annotated[int, typer.Option(help="In each world.")] = 1_500,
    seed: Annotated[list[int] | None, typer.Option(help="Of a world; may be repeated.")] = None,
    release: Annotated[str | None, typer.Option(help=RELEASE)] = None,
    convolution: Annotated[list[str] | None, typer.Option(help=CONVOLUTIONS)] = None,
    run: Annotated[Path | None, typer.Option(help=RUN, readable=False)] = None,
    out: Annotated[Path | None, typer.Option(help=REPORT, readable=False)] = None,
) -> None:
    """Hold what was learned against simple models."""
    session = _session(context)
    with session.errors():
        if part != "encoder":
            session.refuse(f"--part {part}: only the encoder can be evaluated so far")
        from app.atomic_file import check_writable, write_text
        from app.encoder_report.figures import text_table
        from app.evaluating import EvaluationRequest, evaluate_encoder

        if out is not None:
            check_writable(out)
        wanted = EvaluationRequest(
            split,
            people,
            jobs,
            tuple(seed or (101, 102, 103)),
            release,
            tuple(convolution or ("sage",)),
            run,
        )
        with session.output.progress("evaluating") as step:
            report = evaluate_encoder(session.workspace, wanted, step)
        if out is not None:
            write_text(out, json.dumps(report, indent=1) + "\n")
        session.output.emit(report)
        session.output.say(text_table(report["rows"]))


@app.command()
def diagnose(
    context: typer.Context,
    release: Annotated[str | None, typer.Option(help=RELEASE)] = None,
    out: Annotated[Path | None, typer.Option(help=REPORT, readable=False)] = None,
    plot: Annotated[
        Path | None, typer.Option(help="A file for the plots, as SVG.", readable=False)
    ] = None,
) -> None:
    """Say what is wrong with the graph or the model."""
    session = _session(context)
    session.require_store()
    with session.errors():
        from app import diagnosis_report
        from app.diagnosing import DiagnosisRequest, run_diagnosis
        from app.learned import learned_graph

        with session.output.progress("diagnosing") as step:
            snapshot, model = learned_graph(session.workspace, release, step)
            found = run_diagnosis(snapshot, model, DiagnosisRequest(out, plot), step)
        session.output.emit(found.as_json())
        session.output.show(diagnosis_report.as_text(found))


def main() -> None:
    """Run the command line; a fault of our own ends in one line that holds no one's data."""
    try:
        app()
    except SystemExit as end:
        if end.code == INTERRUPTED:
            sys.stderr.write("careergraph: interrupted; an import in progress was not kept\n")
        raise
    except Exception as fault:
        if os.environ.get(TRACEBACK_VARIABLE):
            raise
        place = traceback.extract_tb(fault.__traceback__)[-1]
        sys.stderr.write(
            f"careergraph: a fault of the software itself: {type(fault).__name__} in "
            f"{Path(place.filename).name}, line {place.lineno}. "
            f"With {TRACEBACK_VARIABLE}=1 it says more, which may quote your data.\n"
        )
        raise SystemExit(OTHER_ERROR) from None
