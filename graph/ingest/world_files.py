"""Tells the files that lie beside the tables of a synthetic world, and hold no facts."""

from pathlib import Path

from graph.importers.input_file import BadFile, InputFile
from graph.world.tables.manifest import MANIFEST
from graph.world.truth.format import MANIFEST as TRUTH_MANIFEST

DESCRIBES_A_WORLD = "describes the synthetic world whose tables lie beside it"


def refuse_answer_sheet(file: InputFile) -> None:
    """Refuse what is true of a synthetic world and stands in none of its tables.

    Raises:
        BadFile: The file lies in a folder that is an answer sheet.
    """
    if file.name == TRUTH_MANIFEST or _is_file(Path(file.folder, TRUTH_MANIFEST)):
        raise BadFile(
            f"{file.folder} is the answer sheet of a synthetic world, "
            "for evaluation only: nothing was imported"
        )


def why_unused(file: InputFile, otherwise: str) -> str:
    """Return why a file that no format knows is left out."""
    return DESCRIBES_A_WORLD if file.name == MANIFEST else otherwise


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # inside an archive folders may be named as no folder on a disk can be
        return False
