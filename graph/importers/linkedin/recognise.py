"""Recognises a file of a LinkedIn export: by its columns, or by name where they say little."""

from pathlib import PurePosixPath

from graph.importers.delimited import header_of
from graph.importers.frame import Recognised
from graph.importers.input_file import BadFile, InputFile
from graph.importers.linkedin.columns import fold
from graph.importers.linkedin.layout import BY_FILE_NAME, LAYOUTS, Layout, stem_of
from graph.importers.linkedin.unused_files import (
    ARTICLE,
    EMPTY,
    OTHER_COLUMNS,
    Unused,
    unused_by_name,
)

# Folders inside an export; their files belong to the export around them.
_INNER_FOLDERS = frozenset({"jobs", "verifications", "articles", "servicesmarketplace"})
_NOT_USED = "not used"


def export_root(folder: str) -> str:
    """Return the folder of the whole export that a file's folder belongs to."""
    root = PurePosixPath(folder)
    while fold(root.name) in _INNER_FOLDERS:
        root = root.parent
    return "" if str(root) == "." else str(root)


def recognise(file: InputFile) -> Recognised | None:
    """Recognise a file of an export, used or not; None when it is something else."""
    group = export_root(file.folder)
    if _is_article(file):
        return Recognised(file, _NOT_USED, group, ARTICLE)
    stem = stem_of(file.name)
    if stem is None:
        return None
    unused = unused_by_name(stem)
    if unused is not None and _is_linkedins(file, unused):
        return Recognised(file, _NOT_USED, group, unused.because)
    named = BY_FILE_NAME.get(stem)
    layout = _layout_of(file, named)
    if layout is not None:
        return Recognised(file, layout.part, group)
    return _known_by_name_alone(file, named, group)


def _layout_of(file: InputFile, named: Layout | None) -> Layout | None:
    """Return the layout that a file's header shows; its name decides where several fit."""
    candidates = [layout for layout in LAYOUTS if layout is named or layout.known_by_header]
    candidates.sort(key=lambda layout: layout is not named)
    header = header_of(file, lambda cells: any(layout.is_header(cells) for layout in candidates))
    if header is None:
        return None
    return next((layout for layout in candidates if layout.is_header(header)), None)


def _known_by_name_alone(file: InputFile, named: Layout | None, group: str) -> Recognised | None:
    """Say of a file that has a telling name and nothing to read why it is left aside."""
    if named is None:
        return None
    if _is_blank(file):
        return Recognised(file, named.part, group, EMPTY)
    # "Skills.csv" or "Positions.csv" with other columns may well be somebody else's.
    is_telling = " " in named.file_name or "_" in named.file_name
    return Recognised(file, named.part, group, OTHER_COLUMNS) if is_telling else None


def _is_linkedins(file: InputFile, unused: Unused) -> bool:
    if unused.column is None:
        return True
    wanted = fold(unused.column)
    return header_of(file, lambda cells: any(fold(cell) == wanted for cell in cells)) is not None


def _is_article(file: InputFile) -> bool:
    in_articles = fold(PurePosixPath(file.folder).name) == "articles"
    return in_articles and file.name.lower().endswith((".html", ".htm"))


def _is_blank(file: InputFile) -> bool:
    try:
        return not file.head().strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")
    except BadFile:
        return False
