"""People are found by any address of their profile, whatever id their owner gave them."""

import pytest
from store_facts import NodeFact, node, write

from graph.find_person import find_person
from graph.schema import NodeType
from graph.store import Store

CANONICAL = "https://www.linkedin.com/in/ada"


def people(store: Store, **urls: str) -> Store:
    """Put people with the addresses of their profiles into a store, by id."""
    facts: list[NodeFact] = [node(NodeType.PERSON, id, url=url) for id, url in urls.items()]
    write(store, "a", facts)
    return store


@pytest.mark.parametrize(
    "stored", [CANONICAL, "linkedin.com/in/Ada/", "http://de.linkedin.com/in/ada?x=1"]
)
@pytest.mark.parametrize(
    "asked", [CANONICAL, f"{CANONICAL}/", "linkedin.com/in/ada", " LINKEDIN.com/in/ADA?trk=x "]
)
def test_any_form_of_an_address_finds_any_other(store: Store, stored: str, asked: str) -> None:
    people(store, me=stored, other="https://www.linkedin.com/in/ada-lovelace", third="https://a.b")
    assert find_person(store, asked).ids == ("me",)


def test_letters_beyond_ascii_are_found_in_either_spelling(store: Store) -> None:
    people(store, me="https://www.linkedin.com/in/j%C3%BCrgen", other="linkedin.com/in/jurgen")
    for asked in ("linkedin.com/in/jürgen/", "linkedin.com/in/J%c3%bcrgen"):
        assert find_person(store, asked).ids == ("me",)


def test_two_people_with_one_address_are_both_named(store: Store) -> None:
    people(store, me=CANONICAL, you="linkedin.com/in/ada/")
    assert find_person(store, "linkedin.com/in/ada").ids == ("me", "you")
