"""Reads Profile.csv: who the owner is, without birth date, address or telephone number."""

from collections.abc import Iterator

from graph.importers.frame import Tally
from graph.importers.linkedin.columns import Column
from graph.importers.linkedin.export import Export
from graph.importers.linkedin.names import name_of
from graph.importers.linkedin.profile_url import profile_url
from graph.importers.linkedin.sheet import Row, Sheet
from graph.schema import Fact, Person

SECOND_PROFILE = "a second profile in one export"
EMPTY_ROW = "nothing filled in that is used"


def read_profile(sheet: Sheet, export: Export, tally: Tally) -> Iterator[Fact]:
    """Read the owner's profile."""
    for row in sheet.rows(tally):
        profile = _profile(row, export)
        if tally.rows_used:
            tally.skip(row.number, SECOND_PROFILE)
        elif not (profile.name or profile.headline or profile.summary or profile.place):
            tally.skip(row.number, EMPTY_ROW)
        else:
            yield profile
            tally.use()


def bare_owner(export: Export) -> Person:
    """Return the owner as far as known without a profile."""
    owner = export.owner
    name = name_of(owner.name) if owner.name else None
    return Person(
        owner.id,
        name=name.bare if name else None,
        url=profile_url(owner.slug) if owner.slug else None,
        notes=name.notes if name else {},
        is_member=True,
        updated_at=export.as_of,
    )


def _profile(row: Row, export: Export) -> Person:
    written = row.name(Column.FIRST_NAME, Column.LAST_NAME)
    name = name_of(written) if written else None
    industry = row.line(Column.INDUSTRY)
    return Person(
        export.owner.id,
        name=name.bare if name else None,
        headline=row.line(Column.HEADLINE),
        summary=row.text(Column.SUMMARY),
        place=row.line(Column.GEO_LOCATION),
        url=profile_url(export.owner.slug) if export.owner.slug else None,
        is_member=True,
        notes={**(name.notes if name else {}), **({"industry": industry} if industry else {})},
        updated_at=export.as_of,
        row=row.number,
    )
