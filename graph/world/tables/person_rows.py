"""Turns the people of a world into rows of four tables, a chunk of people at a time."""

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graph.importers.tables.layout import Table
from graph.table_columns import Values, words_of
from graph.world.careers.people import MONTH_ZERO, NO_END, NONE
from graph.world.people_chunks import CHUNK, chunks_of
from graph.world.person_texts.names import Names
from graph.world.person_texts.person_text import PersonTexts, PersonTextWriter
from graph.world.tables.ids import person_ids
from graph.world.tables.iso_dates import iso_months, iso_years
from graph.world.world import World

Batch = dict[str, Values]
PERSON_COLUMNS: Mapping[Table, tuple[str, ...]] = {
    Table.PEOPLE: (
        *("id", "name", "headline", "summary", "place", "title", "company"),
        *("years_experience", "skills", "email", "url"),
    ),
    Table.POSITIONS: ("person_id", "title", "company", "start", "end", "description", "place"),
    Table.EDUCATION: ("person_id", "school", "degree", "field", "start", "end"),
    Table.GROUPS: ("person_id", "attribute", "value"),
}
_ATTRIBUTE, _GROUPS = "group", ("a", "b")


def person_rows(world: World) -> Iterator[dict[Table, Batch]]:
    """Yield the rows of the people in order, with what they did, studied and are."""
    names = Names.load(world.words / "names")
    writer = PersonTextWriter(
        world.config, world.vocabulary, world.companies, world.people, world.phrases, names
    )
    companies = pa.array(world.companies.names, pa.string())
    schools = pa.array(world.schools.names, pa.string())
    for some in chunks_of(world.config.people):
        texts = writer.chunk(some.start // CHUNK)
        yield {
            Table.PEOPLE: _people(world, some, texts),
            Table.POSITIONS: _positions(world, some, texts, companies),
            Table.EDUCATION: _education(world, some, texts, schools),
            Table.GROUPS: _groups(world, some),
        }


def _people(world: World, some: slice, texts: PersonTexts) -> Batch:
    return {
        "id": person_ids(world.config, np.arange(some.start, some.stop)),
        "name": texts.names,
        "headline": texts.headlines,
        "summary": texts.summaries,
        "place": texts.places,
        "title": texts.titles,
        "company": texts.companies,
        "years_experience": np.round(world.people.experience[some] * 2) / 2,
        "skills": texts.skills,
        "email": texts.emails,
        "url": texts.urls,
    }


def _positions(world: World, some: slice, texts: PersonTexts, companies: pa.Array) -> Batch:
    positions = world.people.positions
    owners, held = _segment(positions.offsets, some)
    company, start, end = positions.company[held], positions.start[held], positions.end[held]
    # A profile names the last month of a position rather than the first one after it.
    last = np.maximum(end.astype(np.int64) - 1, start) + MONTH_ZERO
    return {
        "person_id": person_ids(world.config, owners),
        "title": texts.position_titles,
        "company": companies.take(pa.array(company, mask=company == NONE)),
        "start": iso_months(start.astype(np.int64) + MONTH_ZERO, np.zeros(len(start), bool)),
        "end": iso_months(last, end == NO_END),
        "description": texts.position_descriptions,
        "place": texts.position_places,
    }


def _education(world: World, some: slice, texts: PersonTexts, schools: pa.Array) -> Batch:
    studies = world.people.studies
    owners, studied = _segment(studies.offsets, some)
    return {
        "person_id": person_ids(world.config, owners),
        "school": schools.take(pa.array(studies.school[studied])),
        "degree": texts.study_degrees,
        "field": texts.study_fields,
        "start": iso_years(studies.start[studied]),
        "end": iso_years(studies.end[studied]),
    }


def _groups(world: World, some: slice) -> Batch:
    count = some.stop - some.start
    return {
        "person_id": person_ids(world.config, np.arange(some.start, some.stop)),
        "attribute": words_of(np.zeros(count, np.int8), (_ATTRIBUTE,)),
        "value": words_of(world.people.is_group_b[some].astype(np.int8), _GROUPS),
    }


def _segment(offsets: npt.NDArray[np.int64], some: slice) -> tuple[npt.NDArray[np.int64], slice]:
    """Return whose the elements of some people are, and where these lie."""
    bounds = offsets[some.start : some.stop + 1]
    owners = np.repeat(np.arange(some.start, some.stop), np.diff(bounds))
    return owners, slice(int(bounds[0]), int(bounds[-1]))
