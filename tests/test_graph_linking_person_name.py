import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.linking.person_name import strip_credentials


@pytest.mark.parametrize(
    ("name", "bare", "credentials"),
    [
        ("Doe, Ph.D.", "Doe", ("Ph.D.",)),
        ("Hartwell, MBA, CPA", "Hartwell", ("MBA", "CPA")),
        ("Jane Doe PhD", "Jane Doe", ("PhD",)),
        ("Ana Lima, PMP®, CSM", "Ana Lima", ("PMP®", "CSM")),
        ("O'Neil, LEED AP BD+C", "O'Neil", ("LEED AP BD+C",)),
        ("JANE DOE, MBA", "JANE DOE", ("MBA",)),
        ("van der Berg, P.Eng.", "van der Berg", ("P.Eng.",)),
        ("Doe MSN, RN", "Doe", ("MSN", "RN")),
    ],
)
def test_credentials_come_off(name: str, bare: str, credentials: tuple[str, ...]) -> None:
    assert strip_credentials(name) == (bare, credentials)


@pytest.mark.parametrize(
    "name",
    ["John Smith Jr.", "Smith, III", "Li, Ma", "Wei MA", "Nguyen Do", "DOE, JOHN", "Ma", "García"],
)
def test_what_belongs_to_the_name_stays(name: str) -> None:
    assert strip_credentials(name) == (name, ())


@given(st.text(min_size=1, max_size=40))
def test_stripping_twice_changes_nothing(name: str) -> None:
    bare, _ = strip_credentials(name)
    assert strip_credentials(bare)[0] == bare
