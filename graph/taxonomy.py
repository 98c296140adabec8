"""Loads the built-in taxonomy: titles, skills, places and the words that say nothing.

Each file is read when it is first asked for, and checked against the files it points at.
"""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from graph.schema import Seniority
from graph.taxonomy_rows import (
    Cells,
    Country,
    Family,
    Industry,
    LadderStep,
    LegalForm,
    Place,
    Placeholder,
    PlaceholderKind,
    PlaceKind,
    RelationKind,
    Row,
    SchoolKind,
    SeniorityWord,
    SimilarTitles,
    Skill,
    SkillGroup,
    SkillKind,
    SkillRelation,
    Title,
    TitleSkill,
    TitleStep,
    read_rows,
    refuse_repeats,
)

Named = TypeVar("Named", Title, Skill, Industry)

MOST_YEARS = 80
PAIR = "{} {}"  # how a pair of ids is written when it may stand only once


class Taxonomy:
    """The rows of a taxonomy folder, in the order of its files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def load(cls, folder: Path) -> "Taxonomy":
        """Open a taxonomy folder; its files are read when they are first asked for.

        Raises:
            ValueError: there is no such folder.
        """
        if not folder.is_dir():
            raise ValueError(f"no taxonomy folder at {folder}")
        return cls(folder)

    def check(self) -> None:
        """Read every file.

        Raises:
            ValueError: a file is missing or a row is not as it should be.
        """
        for name, member in vars(type(self)).items():
            if isinstance(member, cached_property):
                getattr(self, name)

    @cached_property
    def families(self) -> tuple[Family, ...]:
        """Groups of titles that share a career ladder."""
        rows = self._read("families", "id,name", lambda c: Family(c.id(), c.text("name")))
        return self._unique("families", rows, lambda row: (row.id,))

    @cached_property
    def titles(self) -> tuple[Title, ...]:
        """Standard occupations."""
        families = {family.id for family in self.families}

        def make(c: Cells) -> Title:
            return Title(
                c.id(),
                c.text("name"),
                c.reference("family", families),
                c.choice("level", Seniority),
                c.onet_codes("onet"),
                c.list("aliases"),
            )

        rows = self._read("titles", "id,name,family,level,onet,aliases", make)
        return self._unique_names("titles", rows)

    @cached_property
    def ladders(self) -> tuple[LadderStep, ...]:
        """The steps of each family's career ladder."""
        families = {family.id for family in self.families}

        def make(c: Cells) -> LadderStep:
            return LadderStep(
                c.reference("family", families),
                int(c.number_in("step", 0, 20)),
                c.choice("seniority", Seniority),
                c.text("label"),
                c.number_in("years_min", 0, MOST_YEARS),
                c.number_or_none("years_max", 0, MOST_YEARS),
            )

        return self._read("ladders", "family,step,seniority,label,years_min,years_max", make)

    @cached_property
    def steps(self) -> tuple[TitleStep, ...]:
        """Usual next titles."""

        def make(c: Cells) -> TitleStep:
            source, target = self._title_pair(c, "from", "to")
            return TitleStep(source, target, c.number_in("weight", 0, 1))

        rows = self._read("steps", "from,to,weight", make)
        return self._unique("steps", rows, lambda row: (PAIR.format(row.source, row.target),))

    @cached_property
    def similar(self) -> tuple[SimilarTitles, ...]:
        """Titles that resemble each other; each unordered pair once."""

        def make(c: Cells) -> SimilarTitles:
            a, b = self._title_pair(c, "a", "b")
            return SimilarTitles(a, b, c.number_in("weight", 0, 1))

        rows = self._read("similar", "a,b,weight", make)
        return self._unique("similar", rows, lambda row: (PAIR.format(*sorted((row.a, row.b))),))

    @cached_property
    def skill_groups(self) -> tuple[SkillGroup, ...]:
        """Groups of skills, with the group above each."""
        rows = self._read(
            "skill_groups",
            "id,name,parent",
            lambda c: SkillGroup(c.id(), c.text("name"), c.optional("parent") or None),
        )
        known = {row.id for row in rows}
        for number, row in enumerate(rows, 1):
            if row.parent is not None and row.parent not in known:
                raise ValueError(f"skill_groups.csv row {number}: parent {row.parent!r} is unknown")
        return self._unique("skill_groups", rows, lambda row: (row.id,))

    @cached_property
    def skills(self) -> tuple[Skill, ...]:
        """Standard skills."""
        groups = {group.id for group in self.skill_groups}

        def make(c: Cells) -> Skill:
            return Skill(
                c.id(),
                c.text("name"),
                c.reference("group", groups),
                c.choice("kind", SkillKind),
                c.list("aliases"),
            )

        return self._unique_names(
            "skills", self._read("skills", "id,name,group,kind,aliases", make)
        )

    @cached_property
    def relations(self) -> tuple[SkillRelation, ...]:
        """Which skills are broader than, or related to, which."""
        skills = self._skill_ids

        def make(c: Cells) -> SkillRelation:
            return SkillRelation(
                c.reference("a", skills),
                c.reference("b", skills),
                c.choice("kind", RelationKind),
                c.number_in("weight", 0, 1),
            )

        rows = self._read("skill_relations", "a,b,kind,weight", make)
        return self._unique(
            "skill_relations", rows, lambda row: (f"{row.kind} {PAIR.format(row.a, row.b)}",)
        )

    @cached_property
    def title_skills(self) -> tuple[TitleSkill, ...]:
        """Which skills a title needs, and how much."""
        titles, skills = self._title_ids, self._skill_ids

        def make(c: Cells) -> TitleSkill:
            return TitleSkill(
                c.reference("title", titles),
                c.reference("skill", skills),
                c.number_in("importance", 0, 1),
            )

        rows = self._read("title_skills", "title,skill,importance", make)
        return self._unique("title_skills", rows, lambda row: (PAIR.format(row.title, row.skill),))

    @cached_property
    def countries(self) -> tuple[Country, ...]:
        """Every country, by its ISO 3166-1 code."""
        rows = self._read(
            "countries",
            "code,name,aliases",
            lambda c: Country(c.text("code"), c.text("name"), c.list("aliases")),
        )
        return self._unique("countries", rows, lambda row: (row.code,))

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Cities, metropolitan areas and regions."""
        countries = {country.code for country in self.countries}

        def make(c: Cells) -> Place:
            return Place(
                c.id(),
                c.text("name"),
                c.reference("country", countries),
                c.optional("region"),
                c.number_or_none("latitude", -90, 90),
                c.number_or_none("longitude", -180, 180),
                c.choice("kind", PlaceKind),
                c.list("aliases"),
            )

        columns = "id,name,country,region,latitude,longitude,kind,aliases"
        # Names repeat in earnest (Georgia, Paris): only ids must be unique.
        return self._unique("places", self._read("places", columns, make), lambda row: (row.id,))

    @cached_property
    def industries(self) -> tuple[Industry, ...]:
        """Industries, with the labels that professional networks use."""
        rows = self._read(
            "industries",
            "id,name,aliases",
            lambda c: Industry(c.id(), c.text("name"), c.list("aliases")),
        )
        return self._unique_names("industries", rows)

    @cached_property
    def school_kinds(self) -> tuple[SchoolKind, ...]:
        """Kinds of school, with the words that give them away."""
        rows = self._read(
            "school_kinds",
            "id,name,words",
            lambda c: SchoolKind(c.id(), c.text("name"), c.list("words")),
        )
        return self._unique("school_kinds", rows, lambda row: (row.id,))

    @cached_property
    def legal_forms(self) -> tuple[LegalForm, ...]:
        """Legal forms of companies, as written after (or before) a name."""
        return self._read(
            "legal_forms",
            "form,countries",
            lambda c: LegalForm(c.text("form"), c.list("countries")),
        )

    @cached_property
    def placeholders(self) -> tuple[Placeholder, ...]:
        """Texts that stand where a name should, and say nothing."""
        return self._read(
            "placeholders",
            "kind,text",
            lambda c: Placeholder(c.choice("kind", PlaceholderKind), c.text("text")),
        )

    @cached_property
    def seniority_words(self) -> tuple[SeniorityWord, ...]:
        """Words that say how senior a title is."""
        rows = self._read(
            "seniority_words",
            "word,seniority",
            lambda c: SeniorityWord(c.text("word"), c.choice("seniority", Seniority)),
        )
        return self._unique("seniority_words", rows, lambda row: (row.word,))

    @cached_property
    def _title_ids(self) -> frozenset[str]:
        return frozenset(title.id for title in self.titles)

    @cached_property
    def _skill_ids(self) -> frozenset[str]:
        return frozenset(skill.id for skill in self.skills)

    def _title_pair(self, cells: Cells, first: str, second: str) -> tuple[str, str]:
        a = cells.reference(first, self._title_ids)
        b = cells.reference(second, self._title_ids)
        if a == b:
            raise cells.fault(f"{first} and {second} are both {a!r}")
        return a, b

    def _read(self, name: str, columns: str, make: Callable[[Cells], Row]) -> tuple[Row, ...]:
        return read_rows(self.folder / f"{name}.csv", tuple(columns.split(",")), make)

    def _unique(
        self, name: str, rows: tuple[Row, ...], keys: Callable[[Row], tuple[str, ...]]
    ) -> tuple[Row, ...]:
        refuse_repeats(self.folder / f"{name}.csv", (keys(row) for row in rows))
        return rows

    def _unique_names(self, name: str, rows: tuple[Named, ...]) -> tuple[Named, ...]:
        rows = self._unique(name, rows, lambda row: (row.id,))
        return self._unique(name, rows, lambda row: (row.name, *row.aliases))
