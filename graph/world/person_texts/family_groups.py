"""Groups families of titles that speak alike: what they are proud of, whom they serve."""

from collections.abc import Mapping, Sequence

from graph.world.phrases import Phrases
from graph.world.vocabulary import Vocabulary

_SECTION = "person.group."


class FamilyGroups:
    """The groups, and the words each has of its own."""

    def __init__(self, vocabulary: Vocabulary, phrases: Phrases) -> None:
        """Read the groups.

        Raises:
            ValueError: A family stands in no group, or in two.
        """
        sections = [name for name in phrases.sections if name.startswith(_SECTION)]
        self.names = tuple(name.removeprefix(_SECTION) for name in sections)
        groups: dict[str, str] = {}
        for section, name in zip(sections, self.names, strict=True):
            for family in phrases.of(section):
                if family in groups:
                    raise ValueError(f"family {family} stands in two groups: {name} is the second")
                groups[family] = name
        missing = [family.id for family in vocabulary.families if family.id not in groups]
        if missing:
            raise ValueError(f"families in no group: {', '.join(missing)}")
        self.of_family = tuple(groups[family.id] for family in vocabulary.families)
        self._words: dict[str, Mapping[str, Sequence[str]]] = {
            name: {
                "who": phrases.of(f"person.who.{name}"),
                "motto": phrases.of(f"person.motto.{name}"),
            }
            for name in self.names
        }

    def words(self, group: str) -> Mapping[str, Sequence[str]]:
        """Return what fills the slots that each group fills with words of its own."""
        return self._words[group]
