"""Entity linking: from the words of a source to the nodes of the graph."""

from graph.linking.link import LearnedAlias, Link, Suggestion, Tier
from graph.linking.linker import Linker
from graph.linking.person_name import strip_credentials

__all__ = ["LearnedAlias", "Link", "Linker", "Suggestion", "Tier", "strip_credentials"]
