"""Maps the words of a source to standard titles, skills, companies, schools and places."""

from collections.abc import Iterable
from functools import cached_property

from graph.linking.link import LearnedAlias, Link, Tier
from graph.linking.local_id import local_id
from graph.linking.normalise import shown
from graph.linking.organisations import CompanyLinker, SchoolLinker
from graph.linking.placeholder import Placeholders
from graph.linking.places import PlaceLinker
from graph.linking.skills import SkillLinker
from graph.linking.title_linker import TitleLinker
from graph.schema import NodeType
from graph.taxonomy import Taxonomy

MOST_REMEMBERED = 200_000  # texts of each kind
UNDECIDED = ""  # no person has judged this text


class Linker:
    """Links texts: exact name, alias, normalised, one typing mistake away, or not at all.

    What a person has decided comes before all of these. Equal texts get equal answers, until a
    registered company or school changes what there is to find.
    """

    def __init__(self, taxonomy: Taxonomy, learned: Iterable[LearnedAlias] = ()) -> None:
        self._taxonomy = taxonomy
        self._learned = {(alias.kind, alias.key): alias.id for alias in learned}
        self._memos: dict[NodeType, dict[str, Link]] = {
            NodeType.TITLE: {},
            NodeType.SKILL: {},
            NodeType.COMPANY: {},
            NodeType.SCHOOL: {},
            NodeType.PLACE: {},
        }
        for kind, _ in self._learned:
            self._memo(kind)

    def link(self, kind: NodeType, text: str) -> Link:
        """Say what a text names.

        Raises:
            ValueError: nodes of this kind have no standard form.
        """
        memo = self._memo(kind)
        known = memo.get(text)
        if known is not None:
            return known
        if len(memo) >= MOST_REMEMBERED:
            memo.clear()
        link = memo[text] = self._link(kind, text)
        return link

    def register(self, kind: NodeType, id: str, name: str) -> None:
        """Make a company or school of the store a target.

        Raises:
            ValueError: nodes of this kind come from the taxonomy alone.
        """
        if kind is NodeType.COMPANY:
            news = self._companies.register(id, name)
        elif kind is NodeType.SCHOOL:
            news = self._schools.register(id, name)
        else:
            raise ValueError(f"only companies and schools are registered, not a {kind}: {name!r}")
        if news:
            self._memos[kind].clear()

    def key(self, kind: NodeType, text: str) -> str:
        """Give the normalised key that learned aliases use."""
        self._memo(kind)
        return self._of_kind(kind).key(text)

    def _memo(self, kind: NodeType) -> dict[str, Link]:
        try:
            return self._memos[kind]
        except KeyError:
            raise ValueError(f"nodes of kind {kind} are not linked by their text") from None

    def _link(self, kind: NodeType, text: str) -> Link:
        linker = self._of_kind(kind)
        key = linker.key(text)
        learned = self._learned.get((kind, key), UNDECIDED)
        if learned == UNDECIDED and self._placeholders(kind, text):
            return Link(text, None, Tier.NONE, 0.0, placeholder=True)
        match = linker.resolve(text)
        if learned:
            name = self._name(kind, learned, text)
            return Link(text, learned, Tier.LEARNED, 1.0, seniority=match.seniority, name=name)
        if match.placeholder:
            return Link(text, None, Tier.NONE, 0.0, placeholder=True)
        if match.id is not None and learned is not None:
            name = self._name(kind, match.id, text)
            return Link(
                text, match.id, match.tier, match.score, seniority=match.seniority, name=name
            )
        return Link(
            text,
            None,
            Tier.NONE,
            0.0,
            match.suggestions if learned is not None else (),
            match.seniority,
            local_id=local_id(kind, key),
            name=self._titles.display(text) if kind is NodeType.TITLE else shown(text),
        )

    def _name(self, kind: NodeType, id: str, text: str) -> str:
        return self._of_kind(kind).catalogue.names.get(id) or shown(text)

    def _of_kind(
        self, kind: NodeType
    ) -> TitleLinker | SkillLinker | CompanyLinker | SchoolLinker | PlaceLinker:
        match kind:
            case NodeType.TITLE:
                return self._titles
            case NodeType.SKILL:
                return self._skills
            case NodeType.COMPANY:
                return self._companies
            case NodeType.SCHOOL:
                return self._schools
            case _:
                return self._places

    @cached_property
    def _placeholders(self) -> Placeholders:
        return Placeholders(self._taxonomy)

    @cached_property
    def _titles(self) -> TitleLinker:
        return TitleLinker(self._taxonomy)

    @cached_property
    def _skills(self) -> SkillLinker:
        return SkillLinker(self._taxonomy)

    @cached_property
    def _companies(self) -> CompanyLinker:
        return CompanyLinker(self._taxonomy)

    @cached_property
    def _schools(self) -> SchoolLinker:
        return SchoolLinker(self._taxonomy)

    @cached_property
    def _places(self) -> PlaceLinker:
        return PlaceLinker(self._taxonomy)
