"""A diagnosis is shown to people, written for programs, and drawn, whatever it holds."""

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from diagnosed_graphs import HeldFacts, grouped_facts, nodes_alone, trained_model
from rich.console import Console

from app.diagnosing import DiagnosisRequest, run_diagnosis
from app.diagnosis_plot import _smoothing, draw
from app.diagnosis_report import as_text, has_faults
from app.mistake import Mistake
from app.plot_style import house_style
from graph.diagnostics.diagnose import diagnose
from graph.diagnostics.diagnosis import Diagnosis
from graph.diagnostics.diagnosis_config import DiagnosisConfig

CONFIG = DiagnosisConfig(nodes=32, pairs=300, links=64)


def silent(_name: str, _done: int) -> None:
    """Take progress, and say nothing."""


@pytest.fixture(scope="module")
def diagnosis() -> Diagnosis:
    return diagnose(grouped_facts(), trained_model(), CONFIG)


def shown(diagnosis: Diagnosis) -> str:
    console = Console(width=200)
    with console.capture() as capture:
        console.print(as_text(diagnosis))
    return capture.get()


def test_a_person_reads_every_finding_and_its_remedy(diagnosis: Diagnosis) -> None:
    text = " ".join(shown(diagnosis).split())
    assert f"{sum(diagnosis.nodes.values()):,} nodes" in text
    for each in diagnosis.findings:
        assert each.where in text
        assert " ".join(each.meaning.split()[:4]) in text
    assert "Cosine of vectors with and without neighbours" in text
    assert "layer 2" in text


class OddlyNamed(HeldFacts):
    """Facts whose nodes have names that look like mark-up."""

    def ids(self, kind: str) -> Sequence[str]:
        return ["[red]a[/]"] * self.num_nodes(kind)


def test_brackets_in_a_name_are_no_mark_up() -> None:
    facts = OddlyNamed(nodes_alone(person=3).rows)
    facts.rows["person"][0, 0] = float("nan")
    assert "[red]a[/]" in shown(diagnose(facts))


def test_only_faults_are_faults(diagnosis: Diagnosis) -> None:
    assert not has_faults(diagnosis)
    assert has_faults(diagnose(nodes_alone(person=0)))


def test_the_plot_is_drawn_alike_every_time_and_has_words(diagnosis: Diagnosis) -> None:
    svg = draw(diagnosis)
    assert svg == draw(diagnosis)
    root = ElementTree.fromstring(svg)
    assert root.tag.endswith("svg")
    for words in ("how far nodes are apart", "links found", "vectors with", "more alike"):
        assert words in svg
    assert "Median cosine: person without acts" in svg


def test_no_curve_leaves_the_sheet_or_lies_behind_the_legend(diagnosis: Diagnosis) -> None:
    """Also where neighbours are farther apart than other nodes are."""
    layers = tuple(
        row._replace(distance=0.4, neighbour_distance=1.2) for row in diagnosis.tables.layers
    )
    far = replace(diagnosis, tables=replace(diagnosis.tables, layers=layers))
    with house_style():
        from matplotlib import pyplot as plt

        figure, axes = plt.subplots(figsize=(5.0, 3.7))
        _smoothing(far, axes)
        figure.canvas.draw()
        top = axes.transData.transform((0, 1.2))[1]
        legend = axes.get_legend()
        plt.close(figure)
    assert legend is not None
    assert top < legend.get_window_extent().y0


@pytest.mark.parametrize("people", [0, 1, 30])
def test_a_plot_without_figures_says_so(people: int) -> None:
    svg = draw(diagnose(nodes_alone(person=people)))
    assert "No states were looked at." in svg
    assert "Accuracy was not measured." in svg
    assert "No pairs were compared." in svg


def test_files_hold_what_was_found_and_are_private(tmp_path: Path) -> None:
    out, plot = tmp_path / "found.json", tmp_path / "found.svg"
    found = run_diagnosis(grouped_facts(), None, DiagnosisRequest(out, plot, CONFIG), silent)
    assert json.loads(out.read_text()) == json.loads(json.dumps(found.as_json()))
    assert plot.read_text() == draw(found)
    assert out.stat().st_mode & 0o077 == plot.stat().st_mode & 0o077 == 0
    assert sorted(tmp_path.iterdir()) == [out, plot]


def test_a_place_that_cannot_be_written_is_refused_before_any_work(tmp_path: Path) -> None:
    told: list[str] = []
    request = DiagnosisRequest(out=tmp_path / "missing" / "found.json")
    with pytest.raises(Mistake, match="there is no folder"):
        run_diagnosis(grouped_facts(), None, request, lambda name, _done: told.append(name))
    assert not told
