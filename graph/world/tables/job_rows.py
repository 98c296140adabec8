"""Turns the jobs of a world into rows of its jobs table, a chunk of texts at a time."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from graph.importers.tables.layout import LAYOUTS, Table
from graph.table_columns import Values
from graph.world.job_texts.drafts import JobSources
from graph.world.job_texts.job_text import CHUNK, JobTexts, JobWriter
from graph.world.tables.ids import job_ids
from graph.world.tables.iso_dates import iso_days
from graph.world.world import World

_FILLED = {"id", "company", "posted_at", *JobTexts._fields}
JOB_COLUMNS = tuple(name for name in LAYOUTS[Table.JOBS].column_names if name in _FILLED)


def job_rows(world: World) -> Iterator[dict[str, Values]]:
    """Yield the jobs in order, some thousand at a time."""
    jobs, companies = world.jobs, pa.array(world.companies.names, pa.string())
    writer = JobWriter(
        JobSources(
            world.config,
            world.vocabulary,
            world.economy,
            world.companies,
            jobs,
            world.phrases,
        )
    )
    for first in range(0, world.config.jobs, CHUNK):
        last = min(first + CHUNK, world.config.jobs)
        yield {
            "id": job_ids(world.config, np.arange(first, last)),
            "company": companies.take(pa.array(jobs.company[first:last])),
            "posted_at": iso_days(jobs.posted[first:last]),
            **writer.write(first, last)._asdict(),
        }
