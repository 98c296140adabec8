"""Says which world was made, as JSON for a program and as lines for a person."""

from typing import Any

from app import import_report
from app.counted import counted
from app.output import Output
from app.world import MadeWorld


def tell(made: MadeWorld, output: Output) -> None:
    """Say what was made."""
    if made.imported is not None:
        output.show(import_report.as_text(made.imported, is_dry_run=False))
    told = as_json(made)
    output.emit(told)
    rows = ", ".join(f"{count:,} {name}" for name, count in told["tables"].items())
    output.say(
        f"A world of {counted(told['people'], 'person', 'people')} and "
        f"{counted(told['jobs'], 'job')} from seed {told['seed']}, made in "
        f"{told['seconds']:,.1f} s ({told['people_per_second']:,.0f} people a second)."
    )
    output.say(f"Rows: {rows}.")
    output.say(f"hash {told['hash']}")


def as_json(made: MadeWorld) -> dict[str, Any]:
    """Return what was made in the documented shape."""
    manifest = made.manifest
    told = {
        "people": manifest["people"],
        "jobs": manifest["jobs"],
        "seed": manifest["seed"],
        "hash": manifest["hash"],
        "tables": {name: table["rows"] for name, table in manifest["tables"].items()},
        "seconds": round(made.seconds, 3),
        "people_per_second": round(manifest["people"] / made.seconds, 1),
    }
    if made.imported is not None:
        told["import"] = import_report.as_json(made.imported)
    return told
