"""Brings jobs and what is known of companies into the store."""

from collections.abc import Sequence

from graph.importers.frame import Tally
from graph.ingest.edge_batch import EdgeBatch, note_text
from graph.ingest.resolver import Resolved, Resolver
from graph.schema import Company, EdgeType, Job, NodeType
from graph.store.rows import NodeRow
from graph.store.writer import Writer


class Jobs:
    """Writes jobs and companies, in batches of one source."""

    def __init__(self, writer: Writer, resolver: Resolver) -> None:
        self._writer = writer
        self._resolver = resolver

    def jobs(self, facts: Sequence[Job], source_id: int, _tally: Tally) -> None:
        """Write jobs with their company, title, place and skills."""
        resolve = self._resolver.resolve
        titles = resolve(NodeType.TITLE, (j.title for j in facts), source_id)
        companies = resolve(NodeType.COMPANY, (j.company for j in facts), source_id)
        places = resolve(NodeType.PLACE, (j.place for j in facts), source_id)
        words = (skill for j in facts for skill in j.skills)
        skills = resolve(NodeType.SKILL, words, source_id)
        rows = [_job_row(j, titles.get(j.title or "")) for j in facts]
        self._writer.nodes(NodeType.JOB, rows, source_id)
        keys = self._writer.keys.find(NodeType.JOB, (j.id for j in facts))
        edges = EdgeBatch(source_id)
        for j in facts:
            key = keys[j.id]
            edges.add(key, EdgeType.POSTED_BY, companies.get(j.company or ""), j.row)
            edges.add(key, EdgeType.HAS_TITLE, titles.get(j.title or ""), j.row)
            edges.add(key, EdgeType.LOCATED_IN, places.get(j.place or ""), j.row)
            for skill in j.skills:
                edges.add(key, EdgeType.REQUIRES, skills.get(skill), j.row)
        edges.write(self._writer)

    def companies(self, facts: Sequence[Company], source_id: int, _tally: Tally) -> None:
        """Write what a source says of companies beyond their names."""
        nodes = self._resolver.resolve(NodeType.COMPANY, (c.name for c in facts), source_id)
        rows = [
            NodeRow(nodes[c.name].id, _company_values(c), None, c.row)
            for c in facts
            if c.name in nodes
        ]
        self._writer.nodes(NodeType.COMPANY, rows, source_id)


def _job_row(j: Job, title: Resolved | None) -> NodeRow:
    seniority = j.seniority or (title.seniority if title else None)
    values = (
        j.title,
        j.company,
        j.place,
        j.remote.value if j.remote else None,
        seniority.value if seniority else None,
        j.employment_type,
        j.description,
        j.salary_min,
        j.salary_max,
        j.currency,
        j.salary_period,
        j.posted_at,
        j.expires_at,
        j.url,
        note_text(j.notes),
    )
    return NodeRow(j.id, values, j.updated_at, j.row)


def _company_values(c: Company) -> tuple[str | None, ...]:
    # The name stays as first met: it is what the company is linked by.
    return (None, c.industry, c.size, c.url, c.description, None)
