"""The title, family, ladder, step, similarity and seniority tables can be trusted."""

import csv
import re
from collections import Counter, defaultdict
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TAXONOMY = ROOT / "data" / "taxonomy"
LABELS = ROOT / "tests" / "benchmarks" / "title_labels.csv"
KEBAB_CASE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ONET_CODE = re.compile(r"\d\d-\d{4}\.\d\d")
SENIORITIES = (
    "intern",
    "junior",
    "mid",
    "senior",
    "lead",
    "staff",
    "principal",
    "manager",
    "director",
    "executive",
)
# Majors of the Standard Occupational Classification: 11, 13, ... 53 and 55.
SOC_MAJOR_GROUPS = {f"{major}" for major in range(11, 56, 2)}


@cache
def rows(name: str) -> list[dict[str, str]]:
    with (TAXONOMY / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


@cache
def title_ids() -> frozenset[str]:
    return frozenset(row["id"] for row in rows("titles.csv"))


def listed(cell: str) -> list[str]:
    return cell.split(";") if cell else []


def rank(seniority: str) -> int:
    return SENIORITIES.index(seniority)


def wordings(row: dict[str, str]) -> list[str]:
    return [row["name"], *listed(row["aliases"])]


def repeated(texts: list[str]) -> list[str]:
    return [text for text, count in Counter(texts).items() if count > 1]


def test_there_are_at_least_forty_families_and_six_hundred_titles() -> None:
    assert len(rows("families.csv")) >= 40
    assert len(rows("titles.csv")) >= 600


@pytest.mark.parametrize("name", ["families.csv", "titles.csv"])
def test_every_id_is_kebab_case_and_unique(name: str) -> None:
    ids = [row["id"] for row in rows(name)]
    assert not repeated(ids)
    assert [text for text in ids if not KEBAB_CASE.fullmatch(text)] == []


def test_a_wording_belongs_to_one_title_whatever_its_case() -> None:
    owned = [text.casefold() for row in rows("titles.csv") for text in wordings(row)]
    assert not repeated(owned)


def test_a_wording_is_clean_text() -> None:
    texts = [text for row in rows("titles.csv") for text in wordings(row)]
    assert [text for text in texts if text != " ".join(text.split()) or not text] == []
    assert [text for text in texts if set(text) & set('{}[]|"')] == []
    assert [text for text in texts if text.count("(") != text.count(")")] == []


def test_every_title_has_at_least_five_aliases() -> None:
    assert [row["id"] for row in rows("titles.csv") if len(listed(row["aliases"])) < 5] == []


def test_every_family_has_at_least_six_titles() -> None:
    families = {row["id"] for row in rows("families.csv")}
    sizes = Counter(row["family"] for row in rows("titles.csv"))
    assert set(sizes) == families
    assert [family for family, size in sizes.items() if size < 6] == []


def test_every_title_has_a_known_level_and_well_formed_onet_codes() -> None:
    assert {row["level"] for row in rows("titles.csv")} <= set(SENIORITIES)
    for row in rows("titles.csv"):
        codes = listed(row["onet"])
        assert codes, row["id"]
        assert not repeated(codes), row["id"]
        assert all(ONET_CODE.fullmatch(code) for code in codes), row["id"]


def test_every_major_group_of_occupations_has_titles() -> None:
    majors = {code[:2] for row in rows("titles.csv") for code in listed(row["onet"])}
    assert majors == SOC_MAJOR_GROUPS


@pytest.mark.parametrize(
    ("wording", "title"),
    [
        ("Data Engineer", "data-engineer"),
        ("SDE", "software-engineer"),
        ("Softwareentwicklerin", "software-engineer"),
        ("SRE", "site-reliability-engineer"),
        ("Desarrollador backend", "backend-engineer"),
        ("Infirmière", "registered-nurse"),
        ("VP Engineering", "vp-of-engineering"),
        ("Head of Data", "head-of-data"),
        ("Attorney", "lawyer"),
        ("Solicitor", "lawyer"),
        ("Auxiliar Administrativo", "administrative-assistant"),
        ("LKW-Fahrer", "truck-driver"),
    ],
)
def test_a_usual_wording_is_filed_under_its_title(wording: str, title: str) -> None:
    owners = {text.casefold(): row["id"] for row in rows("titles.csv") for text in wordings(row)}
    assert owners[wording.casefold()] == title


def test_every_family_has_one_ladder_whose_rungs_ascend() -> None:
    ladders: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows("ladders.csv"):
        ladders[row["family"]].append(row)
    assert set(ladders) == {row["id"] for row in rows("families.csv")}
    for family, rungs in ladders.items():
        assert [int(rung["step"]) for rung in rungs] == list(range(1, len(rungs) + 1)), family
        for lower, upper in pairwise(rungs):
            assert rank(lower["seniority"]) < rank(upper["seniority"]), family


def test_a_rung_spans_a_sensible_stretch_of_years() -> None:
    for row in rows("ladders.csv"):
        assert row["label"]
        assert 0 <= int(row["years_min"]) <= 30, row
        if row["years_max"]:
            assert int(row["years_min"]) < int(row["years_max"]), row


def test_every_title_has_two_to_five_next_titles_with_weights_below_one() -> None:
    weights: dict[str, list[float]] = defaultdict(list)
    for row in rows("steps.csv"):
        assert row["from"] != row["to"], row
        assert {row["from"], row["to"]} <= title_ids(), row
        weights[row["from"]].append(float(row["weight"]))
    assert set(weights) == title_ids()
    assert {len(found) for found in weights.values()} <= {2, 3, 4, 5}
    assert all(0 < weight <= 1 for found in weights.values() for weight in found)
    assert max(sum(found) for found in weights.values()) <= 1
    assert not repeated([f"{row['from']} {row['to']}" for row in rows("steps.csv")])


def test_a_step_does_not_fall_far_down() -> None:
    levels = {row["id"]: rank(row["level"]) for row in rows("titles.csv")}
    falls = [row for row in rows("steps.csv") if levels[row["to"]] < levels[row["from"]] - 3]
    assert falls == []


def test_most_steps_lead_upwards_or_sideways() -> None:
    levels = {row["id"]: rank(row["level"]) for row in rows("titles.csv")}
    level_or_up = [row for row in rows("steps.csv") if levels[row["to"]] >= levels[row["from"]]]
    assert len(level_or_up) > 0.95 * len(rows("steps.csv"))


def test_from_every_title_the_steps_lead_into_a_leading_role() -> None:
    """Nobody is walked in a circle: some way leads to a manager or higher, or to one's own firm."""
    onward: dict[str, set[str]] = defaultdict(set)
    for row in rows("steps.csv"):
        onward[row["from"]].add(row["to"])
    leading = {row["id"] for row in rows("titles.csv") if rank(row["level"]) >= rank("manager")}
    reaching = set(leading)
    while found := {title for title in title_ids() - reaching if onward[title] & reaching}:
        reaching |= found
    assert title_ids() - reaching == set()


def test_each_similar_pair_stands_once_and_every_title_has_two_to_six() -> None:
    pairs = [tuple(sorted((row["a"], row["b"]))) for row in rows("similar.csv")]
    assert len(set(pairs)) == len(pairs)
    assert all(a != b for a, b in pairs)
    assert all(0 < float(row["weight"]) <= 1 for row in rows("similar.csv"))
    neighbours = Counter(title for pair in pairs for title in pair)
    assert set(neighbours) == title_ids()
    assert set(neighbours.values()) <= {2, 3, 4, 5, 6}


def test_a_seniority_word_means_one_seniority() -> None:
    words = [row["word"].casefold() for row in rows("seniority_words.csv")]
    assert not repeated(words)
    assert {row["seniority"] for row in rows("seniority_words.csv")} == set(SENIORITIES)


@pytest.mark.parametrize(
    ("word", "seniority"),
    [
        ("Sr.", "senior"),
        ("Jr", "junior"),
        ("Apprentice", "intern"),
        ("Entry Level", "junior"),
        ("II", "mid"),
        ("III", "senior"),
        ("Principal", "principal"),
        ("Staff", "staff"),
    ],
)
def test_a_usual_seniority_word_is_known(word: str, seniority: str) -> None:
    known = {row["word"]: row["seniority"] for row in rows("seniority_words.csv")}
    assert known[word] == seniority


def test_the_hand_labels_name_titles_that_exist() -> None:
    with LABELS.open(encoding="utf-8", newline="") as file:
        labels = list(csv.DictReader(file, strict=True))
    assert len(labels) == 675
    assert not repeated([row["digest"] for row in labels])
    assert all(re.fullmatch(r"[0-9a-f]{12}", row["digest"]) for row in labels)
    assert {title for row in labels for title in listed(row["title"])} <= title_ids()
