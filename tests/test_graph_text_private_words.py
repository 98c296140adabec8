"""Names, years, ages, codes and addresses leave a text; the rest of it stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.text.private_words import without_private_words


@pytest.mark.parametrize(
    ("text", "name", "left"),
    [
        ("Anna Baumann, nurse in Bonn", "Anna Baumann", ", nurse in Bonn"),
        ("I am ANNA. Annalise is a friend.", "Anna Baumann", "I am . Annalise is a friend."),
        ("Will will lead", "Will Park", "will lead"),
        ("Zoë Müller designs", "Zoe\u0308 Mu\u0308ller", "designs"),
        ("田中 designs chips", "田中 太郎", "designs chips"),
        ("Reads Smith-Jones's mail", "Ann Smith-Jones", "Reads - 's mail"),
        ("No name is known", None, "No name is known"),
        ("B.Sc. 1998 - 2002, TU Berlin", None, "B.Sc. - , TU Berlin"),
        ("Class of '09, since 2012/13", None, "Class of , since"),
        ("born 12.05.1980 in Rome", None, "born 12.05. in Rome"),
        ("Aged 54, 54 years old, a 54-year-old", None, ", , a"),
        ("five years of Python 3 and 12 people", None, "five years of Python 3 and 12 people"),
        ("80331 Munich, D-80331, 20500-0003", None, "Munich, ,"),
        ("London SW1A 1AA, 1012 AB Amsterdam, K1A 0B1", None, "London , Amsterdam,"),
        ("Mail a.b+c@some-host.example.org now", None, "Mail now"),
        ("https://example.org/in/anna?x=1 and www.anna.test", None, "and"),
        ("see linkedin.com/in/anna or node.js", None, "see or node.js"),
        ("Call +49301234567", None, "Call"),
    ],
)
def test_what_tells_who_somebody_is_goes(text: str, name: str | None, left: str) -> None:
    assert without_private_words(text, name) == left


@given(
    before=st.text(alphabet="abc ,.(-", max_size=12),
    year=st.integers(1900, 2099),
    after=st.text(alphabet="abc ,.)-", max_size=12),
)
def test_a_year_between_other_things_is_never_left(before: str, year: int, after: str) -> None:
    text = f"{before} {year}{after if not after[:1].isalpha() else ' ' + after}"
    assert str(year) not in without_private_words(text, None)


@given(
    before=st.text(max_size=40),
    name=st.from_regex(r"[A-Z][a-z]{1,8}", fullmatch=True),
    after=st.text(max_size=40),
)
def test_a_name_among_any_other_text_is_never_left(before: str, name: str, after: str) -> None:
    cleaned = without_private_words(f"{before} {name} {after}", f"{name} Oak")
    assert name not in cleaned.split()
