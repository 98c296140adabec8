"""Writes what people did in a position: prose, bullets, or a few words."""

from collections.abc import Sequence

from graph.world.person_texts.facts import Post
from graph.world.person_texts.scribe import Scribe
from graph.world.person_texts.wording import Section

SHORT_SHARE, BULLET_SHARE = 0.1, 0.3  # the rest is prose
SUBJECT_SHARE = 0.45  # of prose that says "I"
MARKERS = ("- ", "• ", "* ", "– ", "> ")
LONGER_FROM_MONTHS = 10  # results take time


class DescriptionWriter:
    """Describes positions with a scribe that knows the position."""

    def __init__(self, scribe: Scribe, groups: Sequence[str]) -> None:
        self._scribe = scribe
        parts = ("context", "lead", "skill", "soft", "proof", "short", "close", "close.held")
        self._parts = {part: scribe.section(f"person.work.{part}") for part in parts}
        self._tasks = {group: scribe.section(f"person.work.task.{group}") for group in groups}
        self._results = {group: scribe.section(f"person.work.result.{group}") for group in groups}

    def write(self, group: str, post: Post) -> str | None:
        """Describe the position that the scribe knows; None if there is nothing to say."""
        scribe = self._scribe
        style = scribe.roll()
        if style < SHORT_SHARE:
            scribe.speak(post.is_held, with_subject=False)
            return scribe.tell(self._parts["short"])
        if style < SHORT_SHARE + BULLET_SHARE:
            scribe.speak(post.is_held, with_subject=False)
            return self._bullets(group, post)
        scribe.speak(post.is_held, with_subject=scribe.chance(SUBJECT_SHARE))
        return self._prose(group, post)

    def _prose(self, group: str, post: Post) -> str | None:
        scribe = self._scribe
        parts = [self._maybe(0.35, self._parts["context"]), self._maybe(0.5, self._parts["lead"])]
        parts += self._core(group, post)
        if scribe.chance(0.12):
            parts.append(scribe.tell(self._parts["close.held" if post.is_held else "close"]))
        text = " ".join(part for part in parts if part)
        return text or None

    def _core(self, group: str, post: Post) -> list[str | None]:
        scribe, parts = self._scribe, self._parts
        told = [scribe.tell(parts["skill"])]
        told.append(self._maybe(0.5, parts["skill"]))
        told.append(self._maybe(0.5, self._tasks[group]))
        told.append(self._maybe(0.1, parts["soft"]))
        told.append(self._maybe(0.12, parts["proof"]))
        if post.months >= LONGER_FROM_MONTHS:
            told.append(self._maybe(0.45, self._results[group]))
        return told

    def _bullets(self, group: str, post: Post) -> str | None:
        scribe = self._scribe
        sections = [self._parts["skill"], self._tasks[group], self._parts["skill"]]
        if post.months >= LONGER_FROM_MONTHS:
            sections += [self._results[group]] * (1 + scribe.chance(0.4))
        told = [self._maybe(0.6, self._parts["lead"])]
        told += [scribe.tell(section) for section in sections]
        told.append(self._maybe(0.4, self._tasks[group]))
        marker, has_stops = scribe.pick(MARKERS), scribe.chance(0.5)
        points = [point if has_stops else point.rstrip(".") for point in told if point]
        return "\n".join(marker + point for point in points) or None

    def _maybe(self, share: float, section: Section) -> str | None:
        return self._scribe.tell(section) if self._scribe.chance(share) else None
