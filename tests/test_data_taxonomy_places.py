"""The place, country, industry, school-kind, legal-form and placeholder tables can be trusted."""

import csv
import math
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

TAXONOMY = Path(__file__).parent.parent / "data" / "taxonomy"
EARTH_RADIUS_KM = 6371.0
KEBAB_CASE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@cache
def rows(name: str) -> list[dict[str, str]]:
    with (TAXONOMY / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def listed(cell: str) -> list[str]:
    return cell.split(";") if cell else []


def place(wanted: str) -> dict[str, str]:
    [found] = [row for row in rows("places.csv") if row["id"] == wanted]
    return found


def distance_km(one: str, other: str) -> float:
    """Great-circle distance between two places, by the haversine formula."""
    here, there = place(one), place(other)
    latitude_1, latitude_2 = (math.radians(float(row["latitude"])) for row in (here, there))
    longitude_1, longitude_2 = (math.radians(float(row["longitude"])) for row in (here, there))
    half_chord = (
        math.sin((latitude_2 - latitude_1) / 2) ** 2
        + math.cos(latitude_1)
        * math.cos(latitude_2)
        * math.sin((longitude_2 - longitude_1) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(half_chord))


@pytest.mark.parametrize(
    ("one", "other", "known_km"),
    [
        ("berlin", "hamburg", 255),
        ("berlin", "munich", 504),
        ("london", "paris", 344),
        ("new-york", "los-angeles", 3936),
        ("san-francisco", "san-jose", 67),
        ("tokyo", "osaka", 397),
        ("sydney", "melbourne", 713),
        ("mumbai", "new-delhi", 1148),
        ("sao-paulo", "rio-de-janeiro", 361),
        ("cape-town", "johannesburg", 1262),
        ("nairobi", "lagos", 3820),
        ("moscow", "istanbul", 1755),
    ],
)
def test_a_distance_between_two_cities_is_the_known_one(
    one: str, other: str, known_km: float
) -> None:
    assert distance_km(one, other) == pytest.approx(known_km, rel=0.02)


@pytest.mark.parametrize("name", ["places.csv", "industries.csv", "school_kinds.csv"])
def test_ids_are_unique_and_kebab_case(name: str) -> None:
    ids = [row["id"] for row in rows(name)]
    assert [value for value, count in Counter(ids).items() if count > 1] == []
    assert [value for value in ids if not KEBAB_CASE.fullmatch(value)] == []


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("places.csv", "aliases"),
        ("countries.csv", "aliases"),
        ("industries.csv", "aliases"),
        ("school_kinds.csv", "words"),
    ],
)
def test_a_wording_belongs_to_one_row_only(name: str, column: str) -> None:
    wordings: list[str] = []
    for row in rows(name):
        own = {row["name"], *listed(row[column])}
        wordings += {wording.casefold() for wording in own}
    assert [wording for wording, count in Counter(wordings).items() if count > 1] == []


def test_no_cell_has_stray_blanks_or_empty_list_members() -> None:
    names = ["places", "countries", "industries", "school_kinds", "legal_forms", "placeholders"]
    for name in names:
        for row in rows(f"{name}.csv"):
            for value in row.values():
                assert value == value.strip(), (name, row)
                assert all(part and part == part.strip() for part in listed(value)), (name, row)


def test_every_place_lies_on_the_globe_and_in_a_known_country() -> None:
    codes = {row["code"] for row in rows("countries.csv")}
    for row in rows("places.csv"):
        assert -90 <= float(row["latitude"]) <= 90, row
        assert -180 <= float(row["longitude"]) <= 180, row
        assert row["country"] in codes, row
        assert row["kind"] in {"city", "region", "country", "metro"}, row


def test_every_region_named_by_a_city_has_a_row() -> None:
    places = rows("places.csv")
    regions = {(row["country"], row["region"]) for row in places if row["kind"] == "region"}
    named = {(row["country"], row["region"]) for row in places if row["region"]}
    assert named - regions == set()


def test_a_region_code_with_its_country_finds_the_region() -> None:
    by_alias = {alias: row["id"] for row in rows("places.csv") for alias in listed(row["aliases"])}
    assert by_alias["US-CA"] == "region-us-ca"
    assert by_alias["US-LA"] == "region-us-la"
    assert by_alias["DE-BE"] == "region-de-be"
    assert by_alias["AU-WA"] == "region-au-wa"
    assert by_alias["CA-QC"] == "region-ca-qc"


def test_the_table_is_wide_enough() -> None:
    kinds = Counter(row["kind"] for row in rows("places.csv"))
    assert kinds["city"] >= 450
    assert kinds["metro"] >= 50
    states = [row for row in rows("places.csv") if row["id"].startswith("region-us-")]
    assert len(states) == 51  # the fifty states and the federal district
    assert sum(row["id"].startswith("region-de-") for row in rows("places.csv")) == 16
    assert sum(row["id"].startswith("region-ca-") for row in rows("places.csv")) == 13
    assert len(rows("industries.csv")) >= 100


@pytest.mark.parametrize(
    ("wording", "expected"),
    [
        ("NYC", "new-york"),
        ("SF Bay Area", "metro-san-francisco-bay-area"),
        ("Greater London", "metro-greater-london"),
        ("München", "munich"),
        ("Bangalore", "bengaluru"),
        ("Springfield, IL", "springfield-il"),
        ("Cambridge, Massachusetts", "cambridge-ma"),
        ("Singapore", "country-sg"),
        ("Georgia", "country-ge"),
        ("Georgia, USA", "region-us-ga"),
    ],
)
def test_what_people_write_is_found(wording: str, expected: str) -> None:
    owners = [
        row["id"]
        for row in rows("places.csv")
        if wording == row["name"] or wording in listed(row["aliases"])
    ]
    assert owners == [expected]


def test_an_ambiguous_city_has_no_bare_name() -> None:
    wordings = {
        wording.casefold()
        for row in rows("places.csv")
        for wording in (row["name"], *listed(row["aliases"]))
    }
    assert {"springfield", "arlington", "columbia", "aurora"} & wordings == set()


def test_there_is_one_row_for_each_country_in_both_tables() -> None:
    countries = {row["code"]: row["name"] for row in rows("countries.csv")}
    assert len(countries) == 249  # the officially assigned two-letter codes
    as_places = {
        row["country"]: row["name"] for row in rows("places.csv") if row["kind"] == "country"
    }
    assert as_places == countries


def test_a_legal_form_is_listed_once_and_used_in_known_countries() -> None:
    codes = {row["code"] for row in rows("countries.csv")}
    forms = [row["form"] for row in rows("legal_forms.csv")]
    assert len(forms) == len(set(forms))
    for row in rows("legal_forms.csv"):
        assert set(listed(row["countries"])) <= codes, row


def test_a_placeholder_is_listed_once_and_never_beside_any() -> None:
    pairs = [(row["kind"], row["text"].casefold()) for row in rows("placeholders.csv")]
    assert len(pairs) == len(set(pairs))
    assert {kind for kind, _ in pairs} == {"any", "company", "title", "school", "place", "skill"}
    everywhere = {text for kind, text in pairs if kind == "any"}
    assert [pair for pair in pairs if pair[0] != "any" and pair[1] in everywhere] == []


def test_a_placeholder_is_no_real_place_or_country() -> None:
    texts = {
        row["text"].casefold()
        for row in rows("placeholders.csv")
        if row["kind"] in {"any", "place"}
    }
    real = {
        wording.casefold()
        for row in rows("places.csv")
        for wording in (row["name"], *listed(row["aliases"]))
    }
    assert texts & real == set()
