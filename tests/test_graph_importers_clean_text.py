import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.importers.clean_text import clean, clean_line, text_key


@pytest.mark.parametrize(
    ("dirty", "cleaned"),
    [
        ("Ada\u202egnp.exe", "Adagnp.exe"),  # right-to-left override
        ("\u2066Ada\u2069 \u202aL\u202c", "Ada L"),  # isolates and embeddings
        ("Py\u200bth\u2060on\ufeff", "Python"),  # zero width
        ("Ada\U000e0041\U000e007f", "Ada"),  # tags that spell hidden text
        ("A\ufe0fda\U000e0100", "Ada"),  # variation selectors that hide bytes
        ("A\x00d\x07a\x9b", "Ada"),  # controls
        ("Ada\ud800", "Ada"),  # a lone surrogate
        ("so\u00adft", "soft"),  # soft hyphen
        ("  Ada \t\n", "Ada"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("tab\there", "tab\there"),
        ("Zoe\u0308", "Zoë"),  # decomposed
    ],
)
def test_what_hides_reorders_or_smuggles_text_is_removed(dirty: str, cleaned: str) -> None:
    assert clean(dirty) == cleaned


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cخواهم",  # Persian spells with a non-joiner
        "क्\u200dष",  # and Hindi with a joiner
        "\U0001f469\u200d\u2695\ufe0f",  # a woman and a staff: one emoji of a physician
        "\u2764\ufe0f\u200d\U0001f525",
        "\U0001f469\U0001f3fd\u200d\U0001f4bb",
        "1\ufe0f\u20e3",  # keycap
    ],
)
def test_joiners_that_spell_a_word_or_an_emoji_stay(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize("text", ["Ada\u200d", "A\u200dda", "A\u200cda", "\u200d\u200d", "a\ufe0f"])
def test_joiners_in_latin_words_go(text: str) -> None:
    assert clean(text) in {"Ada", "a", ""}


def test_a_line_is_folded_and_an_empty_one_is_none() -> None:
    assert clean_line(" Data\n \u00a0 Engineer ") == "Data Engineer"
    assert clean_line(" \n\u200b ") is None
    assert clean_line("") is None


def test_keys_ignore_case_width_composition_and_white_space() -> None:
    assert text_key("Ｓkoda  AUTO") == text_key("skoda auto")
    assert text_key("Zoe\u0308") == text_key("zoë")
    assert text_key("STRASSE") == text_key("straße")
    assert text_key("Ada\u200b Lovelace") == text_key("Ada Lovelace")


def test_keys_tell_diacritics_and_lookalikes_apart() -> None:
    assert len({text_key("Škoda"), text_key("Skoda"), text_key("Koda")}) == 3
    assert text_key("Аda") != text_key("Ada")


@given(st.text(st.characters(codec=None)))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert text_key(text_key(text)) == text_key(text) == text_key(cleaned)


@given(st.text(st.characters(codec=None)))
def test_clean_text_is_composed_and_can_be_written_as_utf8(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not any(unicodedata.category(c) == "Cc" and c not in "\n\t" for c in cleaned)


@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"])))
def test_printable_ascii_only_loses_outer_blanks(text: str) -> None:
    assert clean(text) == text.strip(" ")
