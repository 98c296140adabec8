"""Writes headlines: one line about a person, in whatever shape people give it."""

from graph.world.person_texts.scribe import Scribe

EMPTY_SHARE = 0.06
JOKE_SHARE = 0.05
OPEN_SHARE = 0.85  # of those out of work say so


class HeadlineWriter:
    """Writes headlines with a scribe that knows the person."""

    def __init__(self, scribe: Scribe) -> None:
        self._scribe = scribe
        self._usual = scribe.section("person.headline")
        self._out = scribe.section("person.headline.out")
        self._jokes = scribe.section("person.headline.joke")

    def write(self, has_job: bool) -> str | None:
        """Write the headline of the person the scribe has met, or none."""
        scribe = self._scribe
        if scribe.chance(EMPTY_SHARE):
            return None
        if not has_job and scribe.chance(OPEN_SHARE):
            return scribe.tell(self._out)
        if has_job and scribe.chance(JOKE_SHARE):
            return scribe.tell(self._jokes)
        return scribe.tell(self._usual)
