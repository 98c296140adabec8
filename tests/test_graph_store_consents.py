"""Consents hold from a moment to a moment, and their history stays."""

import pytest
from store_facts import NOW, person, write

from graph.schema import NodeType
from graph.store import Store
from graph.store.consents import (
    Consent,
    ConsentScope,
    grant,
    is_active,
    read_consents,
    withdraw,
)

OWN, NAMES = ConsentScope.OWN_PROFILE, ConsentScope.CONTACT_NAMES


@pytest.fixture
def ada(store: Store) -> int:
    write(store, "a", [person("ada"), person("bob")])
    return store.find(NodeType.PERSON, ["ada"])["ada"]


def _active(store: Store, who: int, scope: ConsentScope, *moments: int) -> list[bool]:
    with store.read() as connection:
        return [is_active(connection, who, scope, at) for at in moments]


def test_nothing_is_agreed_to_unless_granted(store: Store, ada: int) -> None:
    assert _active(store, ada, OWN, 0, NOW) == [False, False]


def test_a_grant_holds_from_its_moment_on(store: Store, ada: int) -> None:
    with store.write() as writer:
        grant(writer.connection, ada, OWN, NOW, None)
    assert _active(store, ada, OWN, NOW - 1, NOW, NOW + 10**9) == [False, True, True]
    assert _active(store, ada, NAMES, NOW) == [False]
    bob = store.find(NodeType.PERSON, ["bob"])["bob"]
    assert _active(store, bob, OWN, NOW) == [False]


def test_a_grant_ends_at_its_end(store: Store, ada: int) -> None:
    with store.write() as writer:
        grant(writer.connection, ada, OWN, NOW, NOW + 10)
    assert _active(store, ada, OWN, NOW + 9, NOW + 10) == [True, False]


def test_withdrawing_ends_it_and_a_new_grant_begins_anew(store: Store, ada: int) -> None:
    with store.write() as writer:
        grant(writer.connection, ada, OWN, NOW, None)
        assert withdraw(writer.connection, ada, OWN, NOW + 5) == 1
        assert withdraw(writer.connection, ada, OWN, NOW + 6) == 0
        grant(writer.connection, ada, OWN, NOW + 8, None)
    moments = (NOW + 4, NOW + 5, NOW + 7, NOW + 8)
    assert _active(store, ada, OWN, *moments) == [True, False, False, True]
    with store.read() as connection:
        assert read_consents(connection, ada) == [
            Consent(OWN, NOW, None, NOW + 5),
            Consent(OWN, NOW + 8, None, None),
        ]


def test_a_grant_that_ends_before_it_begins_is_refused(store: Store, ada: int) -> None:
    with pytest.raises(ValueError, match="granted at 10 cannot end at 10"), store.write() as writer:
        grant(writer.connection, ada, OWN, 10, 10)


def test_nobody_cannot_agree(store: Store) -> None:
    with pytest.raises(KeyError), store.write() as writer:
        grant(writer.connection, 80_000, OWN, NOW, None)


def test_the_same_moment_again_is_one_grant(store: Store, ada: int) -> None:
    with store.write() as writer:
        grant(writer.connection, ada, OWN, NOW, None)
        grant(writer.connection, ada, OWN, NOW, NOW + 3)
    with store.read() as connection:
        assert read_consents(connection, ada) == [Consent(OWN, NOW, NOW + 3, None)]
