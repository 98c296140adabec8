"""Imports files: recognises each, reads it, links it and stores it, all or nothing."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from graph.importers.archive import Refused, collect
from graph.importers.frame import Importer, Reading, ReadOptions, Recognised
from graph.importers.input_file import BadFile, InputFile
from graph.importers.registry import IMPORTERS
from graph.ingest.ingest import Ingest
from graph.ingest.taxonomy_seed import seed_taxonomy
from graph.ingest.world_files import refuse_answer_sheet, why_unused
from graph.linking import LearnedAlias, Linker
from graph.schema import NodeType
from graph.store import Store
from graph.store.reviews import ACCEPTED, SEPARATE, read_decisions, read_reviews, recount
from graph.store.store import Rollback
from graph.store.tidy import tidy_edges
from graph.store.writer import SourceFile, Writer
from graph.taxonomy import Taxonomy

OWNER_ERASED = "its owner was erased from this workspace"
UNKNOWN_FORMAT = (
    "no known format: not a LinkedIn export, not JobSpy's jobs, "
    "not a table with the columns of the table format"
)
_HASHED_AT_A_TIME = 1 << 20
_MOST_REVIEWS = 1_000_000
_WAIT_SECONDS = 1.0  # another import takes longer than anybody would wait


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the person who imports has said."""

    format: str | None = None  # the name of one importer: no other is tried
    owner_id: str | None = None
    dry_run: bool = False


@dataclass(slots=True)
class FileReport:
    """What became of one file."""

    path: str
    format: str | None = None
    rows_read: int = 0
    rows_used: int = 0
    rows_skipped: dict[str, int] = field(default_factory=dict)  # reason -> rows
    used_for: tuple[str, ...] = ()
    warnings: dict[str, int] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    rejects: list[tuple[int, str]] = field(default_factory=list)  # (row, reason)
    unused_because: str | None = None  # the file as a whole was left out: why


@dataclass(slots=True)
class ImportReport:
    """What became of an import."""

    files: list[FileReport] = field(default_factory=list)
    added: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)

    @property
    def rows_used(self) -> int:
        """Return how many rows of all files became facts."""
        return sum(file.rows_used for file in self.files)


FileProgress = Callable[[str, int], None]  # (path, facts taken so far)


def import_files(
    store: Store,
    taxonomy: Taxonomy,
    paths: Sequence[Path],
    options: ImportOptions,
    progress: FileProgress,
) -> ImportReport:
    """Bring files and folders into the store in one transaction.

    Args:
        store: Where to; nothing of it changes unless all of the import goes in.
        taxonomy: Put into the store first, unless it is there.
        paths: Files, folders and ZIP archives, in any mix.
        options: With `dry_run` everything is done and then taken back; so it is when no row
            could be used.
        progress: Called now and then while a file is read.

    Raises:
        BadFile: A path does not exist or cannot be read, or is a synthetic world's answer sheet.
        ValueError: There is no format of the given name.
        StoreError: The store is busy, full or too new.
    """
    importers = _chosen(options.format)
    report = ImportReport()
    plan = _plan(paths, importers, report)
    now = int(time.time())
    with store.write(_WAIT_SECONDS) as writer:
        seed_taxonomy(writer, taxonomy, now)
        writer.start_counting()  # what the files add, not the taxonomy
        ingest = Ingest(writer, make_linker(writer, taxonomy))
        run = _Run(writer, ingest, ReadOptions(options.owner_id, now), progress, report)
        for importer, group in plan:
            run.read_group(importer, group)
        ingest.finish()
        tidy_edges(writer.connection)
        recount(writer.connection)
        if report.rows_used == 0:
            raise Rollback
        report.added, report.changed = dict(writer.added()), dict(writer.changed())
        if options.dry_run:
            raise Rollback
    return report


def source_digest(owner_id: str | None, file: InputFile) -> str:
    """Return the hash by which a file is known to have been imported."""
    # The same bytes in two people's exports are two sources: each belongs to its owner.
    digest = sha256((owner_id or "").encode() + b"\0")
    for piece in _pieces(file):
        digest.update(piece)
    return digest.hexdigest()


def make_linker(writer: Writer, taxonomy: Taxonomy) -> Linker:
    """Make a linker that knows the taxonomy, the store's own names and people's decisions."""
    decided = read_reviews(writer.connection, None, _MOST_REVIEWS)
    decisions = read_decisions(writer.connection)
    learned = [
        LearnedAlias(
            review.kind,
            review.link_key,
            review.target_id and decisions.end_of(review.kind, review.target_id),
        )
        for review in decided
        if review.status in (ACCEPTED, SEPARATE)
    ]
    linker = Linker(taxonomy, learned)
    for kind in (NodeType.COMPANY, NodeType.SCHOOL):
        for id, name in writer.names(kind):
            linker.register(kind, id, name)
    return linker


@dataclass(slots=True)
class _Run:
    """One import in progress."""

    writer: Writer
    ingest: Ingest
    options: ReadOptions
    progress: FileProgress
    report: ImportReport

    def read_group(self, importer: Importer, group: Sequence[Recognised]) -> None:
        """Read the files that belong together, nodes before what refers to them."""
        reported: set[str] = set()
        problem = "nothing in it could be read"
        try:
            for reading in importer.read(group, self.options):
                self.report.files.append(self._read_or_refuse(importer, reading))
                reported.add(reading.file.path)
        except BadFile as error:
            problem = str(error)
        self.report.files += [
            FileReport(recognised.file.path, importer.name, unused_because=problem)
            for recognised in group
            if recognised.file.path not in reported
        ]

    def _read_or_refuse(self, importer: Importer, reading: Reading) -> FileReport:
        """Read one file whole, or leave nothing of it in the store."""
        if self.writer.tombstones.cover([reading.owner_id]):
            return FileReport(reading.file.path, importer.name, unused_because=OWNER_ERASED)
        try:
            with self.writer.part():
                return self._read_file(importer, reading)
        except BadFile as error:
            self.ingest.forget_words()
            return FileReport(reading.file.path, importer.name, unused_because=str(error))

    def _read_file(self, importer: Importer, reading: Reading) -> FileReport:
        path = reading.file.path
        source = SourceFile(
            source_digest(reading.owner_id, reading.file),
            path,
            importer.name,
            self.options.imported_at,
        )
        number = self.writer.source(source)
        self.ingest.take(
            reading.facts, number, reading.tally, lambda taken: self.progress(path, taken)
        )
        tally = reading.tally
        self.writer.finish_source(number, tally.rows_used, reading.owner_id)
        return FileReport(
            path,
            importer.name,
            tally.rows_read,
            tally.rows_used,
            dict(tally.skipped),
            tally.used_for,
            dict(tally.warnings),
            tally.remarks,
            tally.rejects,
        )


def _chosen(name: str | None) -> Sequence[Importer]:
    if name is None:
        return IMPORTERS
    chosen = [importer for importer in IMPORTERS if importer.name == name]
    if not chosen:
        known = ", ".join(importer.name for importer in IMPORTERS)
        raise ValueError(f"there is no format {name!r}; the formats are {known}")
    return chosen


def _plan(
    paths: Sequence[Path], importers: Sequence[Importer], report: ImportReport
) -> list[tuple[Importer, list[Recognised]]]:
    groups: dict[tuple[int, str], list[Recognised]] = {}
    for item in collect(paths):
        if isinstance(item, Refused):
            report.files.append(FileReport(item.path, unused_because=item.reason))
            continue
        refuse_answer_sheet(item)
        found = _recognise(item, importers)
        if found is None:
            reason = why_unused(item, UNKNOWN_FORMAT)
            report.files.append(FileReport(item.path, unused_because=reason))
            continue
        order, recognised = found
        if recognised.unused_because is not None:
            unused = FileReport(item.path, importers[order].name)
            unused.unused_because = recognised.unused_because
            report.files.append(unused)
        else:
            groups.setdefault((order, recognised.group), []).append(recognised)
    return [(importers[order], group) for (order, _), group in sorted(groups.items())]


def _recognise(file: InputFile, importers: Iterable[Importer]) -> tuple[int, Recognised] | None:
    for order, importer in enumerate(importers):
        recognised = importer.recognise(file)
        if recognised is not None:
            return order, recognised
    return None


def _pieces(file: InputFile) -> Iterator[bytes]:
    with file.open() as stream:
        while piece := stream.read(_HASHED_AT_A_TIME):
            yield piece
