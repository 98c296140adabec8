"""Reads the phrases that texts of a world are made of, and fills them in."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_SECTION = re.compile(r"\[([a-z_.]+)\]")


@dataclass(frozen=True)
class Phrases:
    r"""Phrases by section; a phrase may hold slots such as `{skill}`.

    The files are plain text: `[section]` on a line, then one phrase a line; `#` starts a remark,
    `\n` within a phrase is a line end.
    """

    sections: Mapping[str, tuple[str, ...]]

    @classmethod
    def load(cls, folder: Path) -> "Phrases":
        """Read every .txt file of a folder.

        Raises:
            ValueError: A phrase stands before any section, or a section in two files.
        """
        sections: dict[str, tuple[str, ...]] = {}
        for path in sorted(folder.glob("*.txt")):
            for name, phrases in _read(path).items():
                if name in sections:
                    raise ValueError(f"{path.name}: section [{name}] stands in another file too")
                sections[name] = tuple(phrases)
        if not sections:
            raise ValueError(f"there are no phrases in {folder}")
        return cls(sections)

    def of(self, section: str) -> Sequence[str]:
        """Return the phrases of a section.

        Raises:
            ValueError: There is no such section.
        """
        if section not in self.sections:
            raise ValueError(f"there is no section [{section}] among {sorted(self.sections)}")
        return self.sections[section]


def _read(path: Path) -> dict[str, list[str]]:
    sections: dict[str, list[str]] = {}
    phrases: list[str] | None = None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if found := _SECTION.fullmatch(text):
            phrases = sections.setdefault(found[1], [])
        elif phrases is None:
            raise ValueError(f"{path.name} line {number}: a phrase before any [section]")
        else:
            phrases.append(text.replace("\\n", "\n"))
    return sections
