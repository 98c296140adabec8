"""Reads what else the owner's profile lists: skills, languages, certificates, projects."""

from collections.abc import Iterator

from graph.importers.frame import Tally
from graph.importers.linkedin.columns import Column
from graph.importers.linkedin.export import Export
from graph.importers.linkedin.sheet import Sheet
from graph.schema import Fact, Person

NAMELESS = "no name"


def read_skills(sheet: Sheet, export: Export, tally: Tally) -> Iterator[Fact]:
    """Read Skills.csv or Languages.csv: a language is a skill."""
    for row in sheet.rows(tally):
        skill = row.line(Column.NAME)
        if skill is None:
            tally.skip(row.number, NAMELESS)
            continue
        yield Person(export.owner.id, skills=(skill,), is_member=True, row=row.number)
        tally.use()


def read_certifications(sheet: Sheet, export: Export, tally: Tally) -> Iterator[Fact]:
    """Read the names of the owner's certificates into a note."""
    yield from _note("certifications", Column.NAME, sheet, export, tally)


def read_projects(sheet: Sheet, export: Export, tally: Tally) -> Iterator[Fact]:
    """Read the names of the owner's projects into a note."""
    yield from _note("projects", Column.TITLE, sheet, export, tally)


def joined(values: list[str]) -> str:
    """Join values to the text of a note; none of them is split by its own semicolon."""
    return ";".join(dict.fromkeys(value.replace(";", ",") for value in values))


def _note(key: str, column: Column, sheet: Sheet, export: Export, tally: Tally) -> Iterator[Fact]:
    names: list[str] = []
    for row in sheet.rows(tally):
        name = row.line(column)
        if name is None:
            tally.skip(row.number, NAMELESS)
            continue
        names.append(name)
        tally.use()
    if names:
        yield Person(export.owner.id, is_member=True, notes={key: joined(names)}, row=1)
