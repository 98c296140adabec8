import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.linking.local_id import local_id
from graph.linking.normalise import fold, singular, words
from graph.schema import NodeType

TEXTS = st.text(max_size=30)


@given(TEXTS)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(TEXTS)
def test_composed_and_decomposed_forms_fold_the_same(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(st.text("abcäöéžÅÖŽ日本 -.", max_size=20))
def test_case_does_not_count(text: str) -> None:
    assert fold(text.upper()) == fold(text.lower())


@given(TEXTS)
def test_words_of_words_are_the_same_words(text: str) -> None:
    spoken = words(fold(text))
    assert words(" ".join(spoken)) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("C++ / C# (.NET)", ("c++", "c#", "dotnet")),
        ("Node.js", ("nodejs",)),
        ("Solana+Rust", ("solana", "rust")),
        ("U.S. Sales", ("us", "sales")),
        ("S.p.A.", ("spa",)),
        ("R&D", ("r", "and", "d")),
        ("Applebee's", ("applebees",)),
        ("ＡＣＭＥ　株式会社", ("acme", "株式会社")),
        ("AC\u200bME \u202eco", ("acme", "co")),
        ("हिन्दी", ("हिन्दी",)),
    ],
)
def test_words_are_what_a_reader_sees(text: str, spoken: tuple[str, ...]) -> None:
    assert words(fold(text)) == spoken


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("engineers", "engineer"),
        ("companies", "company"),
        ("coaches", "coach"),
        ("business", "business"),
        ("news", "news"),
        ("analysis", "analysis"),
        ("customs", "customs"),
    ],
)
def test_plurals_become_singular(plural: str, one: str) -> None:
    assert singular(plural) == one


KEYS = st.text(min_size=1, max_size=80)


@given(KEYS, KEYS)
def test_different_keys_have_different_local_ids(one: str, other: str) -> None:
    same = local_id(NodeType.COMPANY, one) == local_id(NodeType.COMPANY, other)
    assert same == (one == other)


def test_a_local_id_is_plain_and_tells_lost_letters_apart() -> None:
    assert local_id(NodeType.COMPANY, "northwind traders") == "local:company-northwind-traders"
    ids = {local_id(NodeType.COMPANY, key) for key in ("skoda", "škoda", "日本電産", "日本電気")}
    assert len(ids) == 4
    assert all(id.isascii() and id.startswith("local:company-") for id in ids)
    assert local_id(NodeType.SCHOOL, "skoda") not in ids
