"""Builds a workspace from the sample data and shows what the graph knows."""

from rich.markup import escape
from rich.table import Table

from app import import_report, stats_report
from app.importing import ImportRequest, run_import
from app.mistake import Mistake
from app.output import Output
from app.workspace import CHECKOUT, Workspace
from graph.held_files import read_held_files
from graph.importers.archive import collect
from graph.importers.input_file import InputFile
from graph.ingest.import_files import ImportReport, source_digest
from graph.overview import Overview, read_overview

SAMPLE = CHECKOUT / "data" / "sample"
SAMPLE_PATHS = [SAMPLE / part for part in ("linkedin_export", "jobs_jobspy.csv", "tables")]


def build_demo(workspace: Workspace, output: Output) -> None:
    """Import the sample data into a workspace, and say what is there.

    Raises:
        Mistake: It holds facts that are not the sample's.
        StoreError: The store cannot be opened or written.
    """
    _refuse_beside_real_people(workspace)
    with output.progress("building the demo workspace") as step:
        report = run_import(workspace, ImportRequest(SAMPLE_PATHS), step)
    store = workspace.open_store()
    stats = store.stats()
    with store.read() as connection:
        overview = read_overview(connection)
    output.emit({"import": import_report.as_json(report), "home": str(workspace.home)})
    output.show("[bold]1. What was read[/bold]", _used_alone(report), "")
    output.show("[bold]2. What the graph holds[/bold]", stats_report.as_text(stats), "")
    output.show("[bold]3. What it knows[/bold]")
    _show_overview(overview, output)
    output.show(
        f"\nThe workspace is in {escape(str(workspace.home))}. "
        "To start your own, with your own files:\n"
        "  careergraph import ~/Downloads/Basic_LinkedInDataExport.zip jobs.csv\n"
        "  careergraph stats\n"
        "  careergraph review"
    )


def _refuse_beside_real_people(workspace: Workspace) -> None:
    """Keep the sample's fictional people out of a store that holds anybody else."""
    if not workspace.exists:
        return
    with workspace.open_store().read() as connection:
        held = read_held_files(connection)
    sample = [item for item in collect(SAMPLE_PATHS) if isinstance(item, InputFile)]
    known = {source_digest(id, item) for id in {each.owner_id for each in held} for item in sample}
    other = next((each.path for each in held if each.sha256 not in known), None)
    if other is not None:
        raise Mistake(
            f"the workspace in {workspace.home} holds facts of your own, such as {other}, and the "
            "demo's people are fictional: name another folder with --home"
        )


def _used_alone(report: ImportReport):  # noqa: ANN202
    used = [file for file in report.files if file.rows_used]
    return import_report.as_text(ImportReport(used, report.added, report.changed), is_dry_run=False)


def _show_overview(overview: Overview, output: Output) -> None:
    owners = ", ".join(escape(name or id) for id, name in overview.owners)
    output.show(f"{overview.members} members; the network is that of {owners}.")
    output.show(
        f"{overview.jobs_with_a_way_in} of {overview.jobs} jobs are at companies where "
        "somebody in the network works:"
    )
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Company", "People", "Jobs"):
        table.add_column(heading, justify="left" if heading == "Company" else "right")
    for known in overview.ways_in:
        table.add_row(escape(known.company), str(known.people), str(known.jobs))
    output.show(table)
    wanted = ", ".join(f"{escape(name)} ({jobs})" for name, jobs in overview.wanted_skills)
    output.show(f"Skills that jobs ask for most: {wanted}")
    for each in overview.coverage:
        share = each.standard / each.facts if each.facts else 0.0
        output.show(f"{each.facts:,} facts name a {each.kind}; {share:.0%} name a standard one")
