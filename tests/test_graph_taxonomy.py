from pathlib import Path

import pytest
from tiny_taxonomy import FILES, write_taxonomy

from graph.schema import Seniority
from graph.taxonomy import Taxonomy
from graph.taxonomy_rows import PlaceKind, RelationKind, SkillKind


def changed(folder: Path, name: str, old: str, new: str) -> Taxonomy:
    assert old in FILES[name]
    return Taxonomy.load(write_taxonomy(folder, **{name: FILES[name].replace(old, new)}))


def test_rows_come_typed_and_in_the_order_of_the_file(tmp_path: Path) -> None:
    taxonomy = Taxonomy.load(write_taxonomy(tmp_path))
    taxonomy.check()
    backend = taxonomy.titles[1]
    assert backend.id == "backend-engineer"
    assert backend.level is Seniority.MID
    assert backend.onet == ("15-1252.00",)
    assert backend.aliases == ("Back-End Dev", "Software Engineer, Backend")
    assert taxonomy.skills[0].kind is SkillKind.LANGUAGE
    assert taxonomy.relations[0].kind is RelationKind.RELATED
    assert taxonomy.title_skills[0] == ("backend-engineer", "python", 0.8)
    assert taxonomy.places[0].kind is PlaceKind.COUNTRY
    assert taxonomy.ladders[1].years_max is None
    assert taxonomy.skill_groups[0].parent is None


def test_only_the_files_that_are_asked_for_are_read(tmp_path: Path) -> None:
    taxonomy = Taxonomy.load(write_taxonomy(tmp_path, titles="not,a,taxonomy\n"))
    assert len(taxonomy.countries) == 7
    with pytest.raises(ValueError, match=r"titles\.csv: the header is"):
        taxonomy.check()


def test_a_missing_folder_and_a_missing_file_are_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no taxonomy folder at .*nowhere"):
        Taxonomy.load(tmp_path / "nowhere")
    with pytest.raises(ValueError, match=r"families\.csv is missing"):
        _ = Taxonomy.load(tmp_path).titles


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("titles", "accountant,Acc", "Accountant,Acc", r"titles.csv row 9: id 'Accountant' is not"),
        ("titles", "Designer,office", "Designer,arts", r"titles.csv row 16: family 'arts' does"),
        ("titles", ",mid,15-1243.00", ",mids,15-1243.00", r"row 5: level 'mids' is not one of"),
        ("titles", "15-1243.00", "15-1243", r"row 5: onet '15-1243' is not an O\*NET-SOC code"),
        ("titles", "registered-nurse,Registered Nurse", "registered-nurse,", "row 14: name is emp"),
        ("titles", "RN\n", "swe\n", r"titles.csv row 14: 'swe' stands in row 1 already"),
        ("titles", "data-analyst,Da", "designer,Da", r"row 16: 'designer' stands in row 6"),
        ("steps", "0.2", "1.2", r"steps.csv row 1: weight 1.2 is not between 0 and 1"),
        ("steps", "0.2", "much", r"steps.csv row 1: weight 'much' is not a number"),
        ("steps", "-manager,0.2", "-manger,0.2", r"steps.csv row 1: to 'engineering-manger' does"),
        ("similar", "software-engineer,", "backend-engineer,", r"row 1: a and b are both 'backend"),
        ("similar", "0.9\n", "0.9\nsoftware-engineer,backend-engineer,1\n", "row 2: 'backend-eng"),
        ("skill_groups", ",technology\n", ",tech\n", r"skill_groups.csv row 2: parent 'tech' is"),
        ("title_skills", "python", "pithon", r"title_skills.csv row 1: skill 'pithon' does not"),
        ("places", "52.52", "152.52", r"places.csv row 9: latitude 152.52 is not between -90"),
        ("countries", "FR,France,", "FR,France", r"countries.csv row 2: 2 cells, not 3"),
        ("placeholders", "title,Ret", "titel,Ret", r"placeholders.csv row 5: kind 'titel' is not"),
    ],
)
def test_a_fault_names_file_row_and_value(
    tmp_path: Path, name: str, old: str, new: str, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        changed(tmp_path, name, old, new).check()


def test_a_title_may_repeat_its_own_name_in_another_case(tmp_path: Path) -> None:
    taxonomy = changed(tmp_path, "titles", "RN\n", "RN;rn;registered nurse\n")
    assert taxonomy.titles[13].aliases == ("RN", "rn", "registered nurse")
