"""Diagnoses a graph and a model of it, and writes down what was found."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from app.atomic_file import check_writable, write_text
from app.diagnosis_plot import draw
from app.output import Step
from graph.diagnostics.diagnose import diagnose
from graph.diagnostics.diagnosis import Diagnosis
from graph.diagnostics.diagnosis_config import DiagnosisConfig
from graph.diagnostics.named_facts import NamedFacts
from graph.links.link_model import LinkModel


@dataclass(frozen=True)
class DiagnosisRequest:
    """Where to write what is found, and how much to look at."""

    out: Path | None = None  # JSON
    plot: Path | None = None  # SVG
    config: DiagnosisConfig = field(default_factory=DiagnosisConfig)


def run_diagnosis(
    facts: NamedFacts, model: LinkModel | None, request: DiagnosisRequest, step: Step
) -> Diagnosis:
    """Diagnose, and write the files that are asked for; both name nodes, and are private.

    Args:
        facts: The graph.
        model: Of it; None: the graph alone is looked at.
        request: What for.
        step: Told what is being looked at.

    Raises:
        Mistake: A file cannot be written where it should be.
        OSError: The disk does not take it; what was there before is still there.
    """
    for path in (request.out, request.plot):
        if path is not None:
            check_writable(path)
    found = diagnose(facts, model, request.config, step)
    if request.out is not None:
        told = json.dumps(found.as_json(), ensure_ascii=False, indent=1, allow_nan=False)
        write_text(request.out, told + "\n")
    if request.plot is not None:
        write_text(request.plot, draw(found))
    return found
