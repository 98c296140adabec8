"""Goes through the messages beforehand: who first wrote when in which thread, how often."""

from collections import Counter
from collections.abc import Iterable

from graph.importers.linkedin.dates import Dates
from graph.importers.linkedin.envelope import Envelope

MOST_VOICES_KEPT = 1_000_000


class Conversations:
    """What one message cannot tell of its thread; holds people and moments, no text."""

    def __init__(self) -> None:
        self.appearances: Counter[str] = Counter()  # slug -> messages sent or received
        self.names: dict[str, Counter[str]] = {}  # slug -> names it wrote under
        self.messages = 0
        self.is_complete = True  # False: some threads were not noted, to bound memory
        self._first_words: dict[str, dict[str, int]] = {}  # thread -> slug -> first moment
        self._voices = 0

    def note(self, envelopes: Iterable[Envelope], dates: Dates) -> None:
        """Take note of messages, in whichever order they come."""
        for envelope in envelopes:
            self.messages += 1
            self.appearances.update((envelope.sender, *envelope.recipients))
            if envelope.sender_name:
                names = self.names.setdefault(envelope.sender, Counter())
                names[envelope.sender_name] += 1
            sent = dates.moment(envelope.sent)
            if sent is not None:
                self._note_voice(envelope.conversation, envelope.sender, sent)

    def is_reply(self, conversation: str, recipient: str, sent: int) -> bool:
        """Say whether the recipient had written in this thread before."""
        first_word = self._first_words.get(conversation, {}).get(recipient)
        return first_word is not None and first_word < sent

    def others(self, conversation: str, sender: str) -> list[str]:
        """Return the slugs of those who wrote in a thread, without `sender`."""
        return [slug for slug in self._first_words.get(conversation, {}) if slug != sender]

    def _note_voice(self, conversation: str, sender: str, sent: int) -> None:
        voices = self._first_words.get(conversation, {})
        if sender not in voices:
            if self._voices >= MOST_VOICES_KEPT:
                self.is_complete = False
                return
            self._voices += 1
            self._first_words[conversation] = voices
        voices[sender] = min(sent, voices.get(sender, sent))
