"""The skill, skill-group, skill-relation and title-skill tables can be trusted."""

import csv
import re
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pytest

TAXONOMY = Path(__file__).parent.parent / "data" / "taxonomy"
KEBAB_CASE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
TWO_DECIMALS = re.compile(r"[01]\.\d\d")
KINDS = {
    "tool",
    "language",
    "framework",
    "method",
    "knowledge",
    "soft",
    "certification",
    "human-language",
}


@cache
def rows(name: str) -> list[dict[str, str]]:
    with (TAXONOMY / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


@cache
def skill_ids() -> frozenset[str]:
    return frozenset(row["id"] for row in rows("skills.csv"))


@cache
def skills_of_titles() -> dict[str, dict[str, float]]:
    found: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for row in rows("title_skills.csv"):
        found[row["title"]][row["skill"]] = float(row["importance"])
    return dict(found)


@cache
def broader() -> dict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows("skill_relations.csv"):
        if row["kind"] == "broader":
            found[row["a"]].add(row["b"])
    return dict(found)


def listed(cell: str) -> list[str]:
    return cell.split(";") if cell else []


def all_broader(skill: str) -> set[str]:
    """Everything broader than a skill, at any distance."""
    found: set[str] = set()
    waiting = [skill]
    while waiting:
        new = broader().get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found


def test_ids_are_unique_and_kebab_case() -> None:
    for name in ("skills.csv", "skill_groups.csv"):
        ids = [row["id"] for row in rows(name)]
        assert [value for value, count in Counter(ids).items() if count > 1] == []
        assert [value for value in ids if not KEBAB_CASE.fullmatch(value)] == []


def test_a_wording_belongs_to_one_skill_only() -> None:
    wordings = [
        wording.casefold()
        for row in rows("skills.csv")
        for wording in (row["name"], *listed(row["aliases"]))
    ]
    assert [wording for wording, count in Counter(wordings).items() if count > 1] == []


def test_no_cell_has_stray_blanks_or_empty_list_members() -> None:
    for name in ("skills", "skill_groups", "skill_relations", "title_skills"):
        for row in rows(f"{name}.csv"):
            for value in row.values():
                assert value == value.strip(), (name, row)
                assert all(part and part == part.strip() for part in listed(value)), (name, row)


def test_a_placeholder_is_no_skill() -> None:
    texts = {
        row["text"].casefold()
        for row in rows("placeholders.csv")
        if row["kind"] in {"any", "skill"}
    }
    wordings = {
        wording.casefold()
        for row in rows("skills.csv")
        for wording in (row["name"], *listed(row["aliases"]))
    }
    assert texts & wordings == set()


@pytest.mark.parametrize(
    ("wording", "expected"),
    [
        ("k8s", "kubernetes"),
        ("JS", "javascript"),
        ("GCP", "google-cloud-platform"),
        ("ML", "machine-learning"),
        ("Golang", "go"),
        ("C++", "c-plus-plus"),
        ("C#", "c-sharp"),
        ("C", "c"),
        ("R", "r"),
        (".NET", "dotnet"),
        ("Excel", "microsoft-excel"),
        ("PM (Project Management)", "project-management"),
        ("SEO", "search-engine-optimization"),
        ("Buchhaltung", "accounting"),
        ("Trabajo en equipo", "teamwork"),
        ("Deutsch", "german"),
        ("BLS", "cpr"),
    ],
)
def test_what_people_write_is_found(wording: str, expected: str) -> None:
    owners = [
        row["id"]
        for row in rows("skills.csv")
        if wording.casefold() in {one.casefold() for one in (row["name"], *listed(row["aliases"]))}
    ]
    assert owners == [expected]


def test_a_wording_of_many_meanings_has_no_owner() -> None:
    wordings = {
        wording.casefold()
        for row in rows("skills.csv")
        for wording in (row["name"], *listed(row["aliases"]))
    }
    assert {
        "networking",
        "pm",
        "sea",
        "far",
        "automation",
        "production",
        "chef",
    } & wordings == set()


def test_every_skill_has_a_known_group_and_kind() -> None:
    groups = {row["id"] for row in rows("skill_groups.csv")}
    for row in rows("skills.csv"):
        assert row["group"] in groups, row
        assert row["kind"] in KINDS, row
    assert {row["kind"] for row in rows("skills.csv")} == KINDS


def test_no_group_is_empty_and_a_parent_group_has_no_parent_itself() -> None:
    groups = {row["id"]: row["parent"] for row in rows("skill_groups.csv")}
    assert set(groups) - {row["group"] for row in rows("skills.csv")} == set()
    parents = {parent for parent in groups.values() if parent}
    assert parents <= set(groups)
    assert {parent for parent in parents if groups[parent]} == set()


def test_a_relation_joins_two_known_skills_once() -> None:
    pairs: set[frozenset[str]] = set()
    for row in rows("skill_relations.csv"):
        pair = frozenset((row["a"], row["b"]))
        assert len(pair) == 2, row
        assert pair <= skill_ids(), row
        assert pair not in pairs, row
        pairs.add(pair)
        assert row["kind"] in {"broader", "related"}, row
        assert TWO_DECIMALS.fullmatch(row["weight"]), row
        assert 0 < float(row["weight"]) <= 1, row


def test_every_skill_is_related_to_another() -> None:
    joined = {row[end] for row in rows("skill_relations.csv") for end in ("a", "b")}
    assert skill_ids() - joined == set()


def test_no_skill_is_broader_than_itself() -> None:
    assert [skill for skill in skill_ids() if skill in all_broader(skill)] == []


@pytest.mark.parametrize(
    ("skill", "wider"),
    [
        ("kubernetes", "information-technology"),
        ("pytorch", "artificial-intelligence"),
        ("react", "web-development"),
        ("tig-welding", "manufacturing"),
        ("iv-therapy", "healthcare"),
        ("accounts-payable", "finance"),
    ],
)
def test_a_broader_skill_is_reached_from_a_narrow_one(skill: str, wider: str) -> None:
    assert wider in all_broader(skill)
    assert skill not in all_broader(wider)


def test_a_title_needs_only_known_skills_each_once() -> None:
    titles = {row["id"] for row in rows("titles.csv")}
    seen: set[tuple[str, str]] = set()
    for row in rows("title_skills.csv"):
        assert row["title"] in titles, row
        assert row["skill"] in skill_ids(), row
        assert TWO_DECIMALS.fullmatch(row["importance"]), row
        assert 0 < float(row["importance"]) <= 1, row
        assert (row["title"], row["skill"]) not in seen, row
        seen.add((row["title"], row["skill"]))


def test_every_title_needs_eight_to_eighteen_skills_of_differing_importance() -> None:
    for title in (row["id"] for row in rows("titles.csv")):
        needed = skills_of_titles().get(title, {})
        assert 8 <= len(needed) <= 18, title
        assert max(needed.values()) >= 0.9, title
        assert min(needed.values()) <= 0.5, title


def test_soft_skills_never_outweigh_the_work_itself() -> None:
    soft = {row["id"] for row in rows("skills.csv") if row["kind"] == "soft"}
    for title, needed in skills_of_titles().items():
        weight = sum(importance for skill, importance in needed.items() if skill in soft)
        assert weight < sum(needed.values()) / 2, title


def test_no_two_titles_need_the_same_skills() -> None:
    needed = Counter(frozenset(skills) for skills in skills_of_titles().values())
    assert [set(skills) for skills, count in needed.items() if count > 1] == []


@pytest.mark.parametrize(
    ("title", "core", "minor"),
    [
        ("data-engineer", "sql", "docker"),
        ("registered-nurse", "patient-care", "teamwork"),
        ("electrician", "electrical-installation", "structured-cabling"),
        ("product-manager", "product-management", "sql"),
    ],
)
def test_a_core_skill_outranks_a_nice_to_have(title: str, core: str, minor: str) -> None:
    assert skills_of_titles()[title][core] >= 0.8
    assert skills_of_titles()[title][minor] <= 0.4


@pytest.mark.parametrize(
    ("title", "licence"),
    [
        ("registered-nurse", "rn-licence"),
        ("lawyer", "bar-admission"),
        ("truck-driver", "commercial-driving-licence"),
        ("pilot", "pilot-licence"),
    ],
)
def test_a_licence_that_the_work_demands_is_more_than_nice_to_have(
    title: str, licence: str
) -> None:
    assert skills_of_titles()[title][licence] >= 0.7


def test_the_tables_are_wide_enough() -> None:
    assert len(skill_ids()) >= 1300
    assert len(rows("skill_relations.csv")) >= 3000
    used = {row["skill"] for row in rows("title_skills.csv")}
    assert len(used) >= 0.7 * len(skill_ids())
