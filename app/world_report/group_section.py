"""Writes the section on groups: what was planted, what was found, and how far to trust it."""

from collections.abc import Mapping
from math import isinf, isnan

from app.world_report.group_counts import QUALIFIED, Measure
from app.world_report.groups import (
    COVERAGE,
    EXPOSURE_BIAS,
    HIRING_BIAS,
    Audit,
    Bias,
    Expected,
    GroupAudits,
)
from app.world_report.markdown_table import table_of
from retrieval.fairness import Contrast, FourFifths, Verdict, four_fifths


def group_section(groups: GroupAudits, pictures: Mapping[str, str]) -> str:
    """Return the section, without its heading."""
    worlds = [bias.value for bias in Bias]
    compared = [
        (measure.value, *(_compared(audit) for audit in groups.of(measure))) for measure in Measure
    ]
    rates = [
        (measure.value, *(_rates(audit) for audit in groups.of(measure))) for measure in Measure
    ]
    return "\n\n".join(
        [
            _worlds(groups),
            pictures["groups"],
            table_of(("group B beside group A", *worlds), compared),
            _told(groups),
            f"Groups drawn by lot do not differ: in {groups.lots:,} draws over what was counted in "
            f"the world without bias a measure found a difference {groups.false_alarms:.1%} of "
            f"the time, where {1 - COVERAGE:.0%} is what the intervals allow.",
            "The rates themselves, of group A and of group B:",
            table_of(("", *worlds), rates),
            _four_fifths(groups),
        ]
    )


def _worlds(groups: GroupAudits) -> str:
    config = groups.config
    return (
        "Everybody belongs to group A or B, by lot: the group is in a table of its own, for "
        "audits alone, and no feature of anything. Three worlds of "
        f"{config.people:,} people and {config.jobs:,} jobs, seed {config.seed}, large enough for "
        "a bias to show in interviews, which are rare: one without bias; one in which the lists "
        f"drop {EXPOSURE_BIAS:.0%} of the draws of a job that pays more than a person of group B "
        "expects (a job that is drawn twice for a list may still get on it); one in which "
        f"interviewers take {HIRING_BIAS} logits from group B. The measures "
        "see what the tables hold and no more: jobs shown, with their pay where it is stated, "
        "applications, interviews, hires, skills as listed, and the group. A job is better paid "
        "if it pays more than the median of those shown to people of the same title; qualified "
        f"is who lists at least {QUALIFIED:.0%} of the skills that the job lists. Ratios are of "
        "B's rate to A's; the last row, which asks for equal opportunity, has the difference. "
        f"Intervals are of {COVERAGE:.0%}, as many verdicts are given at once, and count people as "
        "independent, not what one person did. A difference is found when its interval leaves "
        "out what would be if both groups fared alike."
    )


def _told(groups: GroupAudits) -> str:
    found, missed = (groups.told(Expected.FOUND, verdict) for verdict in Verdict)
    false, silent = (groups.told(Expected.SILENT, verdict) for verdict in Verdict)
    followed, unclear = (groups.told(Expected.OPEN, verdict) for verdict in Verdict)
    return (
        f"What was planted is found by {found} of the {found + missed} measures that are about it. "
        f"Where nothing is planted before what they count, {silent} of {silent + false} are silent"
        + (f", and {false} found what is not there, by chance. " if false else ". ")
        + f"The remaining {followed + unclear} come after the lists in a world in which these are "
        "biased: whoever is shown other jobs applies to others, and may be invited more or less "
        f"often. Of these, {followed} found a difference. Silence is no proof of fairness: it says "
        "that no difference shows among so many."
    )


def _four_fifths(groups: GroupAudits) -> str:
    held = [(audit, four_fifths(audit.ratio)) for audit in groups.audits]

    def named(wanted: FourFifths) -> str:
        names = [f"{audit.measure} ({audit.bias})" for audit, found in held if found is wanted]
        return "; ".join(names) or "none"

    return (
        "The four-fifths rule asks that the group that fares worse has four fifths of the other's "
        f"rate. Whole intervals within it: {named(FourFifths.KEPT)}. Whole intervals beyond it: "
        f"{named(FourFifths.BROKEN)}. The other intervals reach to both sides."
    )


def _compared(audit: Audit) -> str:
    verdict = audit.verdict.value
    if audit.verdict is Verdict.FOUND:
        verdict = f"**{verdict}**"
    return f"{_interval(audit.contrast, audit.is_difference)} {verdict}"


def _interval(contrast: Contrast, is_difference: bool) -> str:
    if is_difference:
        value = _or_dash(contrast.value, "+.3f")
        return f"{value} ({contrast.low:+.3f} to {contrast.high:+.3f})"
    high = "∞" if isinf(contrast.high) else f"{contrast.high:.2f}"
    return f"{_or_dash(contrast.value, '.2f')} ({contrast.low:.2f}–{high})"


def _rates(audit: Audit) -> str:
    return "; ".join(f"{_or_dash(rate.value, '.2%')} of {rate.trials:,}" for rate in audit.rates)


def _or_dash(value: float, form: str) -> str:
    """Return a number, or a dash where there was nothing to compute it from."""
    return "–" if isnan(value) else format(value, form)
