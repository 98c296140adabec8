"""Builds a workspace from the sample data and shows what the graph knows."""

from rich.table import Table

from app import import_report, stats_report
from app.importing import ImportRequest, run_import
from app.output import Output
from app.workspace import CHECKOUT, Workspace
from graph.ingest.import_files import ImportReport
from graph.overview import Overview, read_overview

SAMPLE = CHECKOUT / "data" / "sample"
SAMPLE_PARTS = ("linkedin_export", "jobs_jobspy.csv", "tables")


def build_demo(workspace: Workspace, output: Output) -> None:
    """Import the sample data into a workspace, and say what is there.

    Raises:
        StoreError: The store cannot be opened or written.
    """
    with output.progress("building the demo workspace") as step:
        paths = [SAMPLE / part for part in SAMPLE_PARTS]
        report = run_import(workspace, ImportRequest(paths), step)
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
        f"\nThe workspace is in {workspace.home}. To start your own, with your own files:\n"
        "  careergraph import ~/Downloads/Basic_LinkedInDataExport.zip jobs.csv\n"
        "  careergraph stats\n"
        "  careergraph review"
    )


def _used_alone(report: ImportReport):  # noqa: ANN202
    used = [file for file in report.files if file.rows_used]
    return import_report.as_text(ImportReport(used, report.added, report.changed), is_dry_run=False)


def _show_overview(overview: Overview, output: Output) -> None:
    owners = ", ".join(name or id for id, name in overview.owners)
    output.show(f"{overview.members} members; the network is that of {owners}.")
    output.show(
        f"{overview.jobs_with_a_way_in} of {overview.jobs} jobs are at companies where "
        "somebody in the network works:"
    )
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Company", "People", "Jobs"):
        table.add_column(heading, justify="left" if heading == "Company" else "right")
    for known in overview.ways_in:
        table.add_row(known.company, str(known.people), str(known.jobs))
    output.show(table)
    wanted = ", ".join(f"{name} ({jobs})" for name, jobs in overview.wanted_skills)
    output.show(f"Skills that jobs ask for most: {wanted}")
    for each in overview.coverage:
        share = each.standard / each.facts if each.facts else 0.0
        output.show(f"{each.facts:,} facts name a {each.kind}; {share:.0%} name a standard one")
