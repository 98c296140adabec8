"""Lists the ways in which postings are laid out."""

from dataclasses import dataclass
from enum import IntEnum, auto


class Block(IntEnum):
    """A part of a posting."""

    INTRO = 0
    ABOUT = auto()
    CULTURE = auto()
    WORK = auto()
    NEED = auto()
    NICE = auto()
    OFFER = auto()
    TERMS = auto()
    EQUAL = auto()
    APPLY = auto()


# Parts under a heading of their own; their headings are the sections `job.head.*` of the phrases.
HEADED = (
    *(Block.ABOUT, Block.CULTURE, Block.WORK, Block.NEED),
    *(Block.NICE, Block.OFFER, Block.APPLY),
)
LISTED = (Block.WORK, Block.NEED, Block.NICE, Block.OFFER)
NAMING_SKILLS = (Block.WORK, Block.NEED, Block.NICE)


@dataclass(frozen=True)
class Layout:
    """How a posting looks: which parts in which order, and with which signs."""

    blocks: tuple[Block, ...]
    heading: str = "%s"  # "": parts have no headings
    shouts: bool = False  # headings in capitals
    bullet: str = "- "  # "": lists are told as sentences; "1": they are numbered
    between_items: str = "\n"
    between_blocks: str = "\n\n"
    is_short: bool = False  # a few lines in all
    is_html: bool = False  # with remains of a web page


_B = Block
_CLASSIC = (
    *(_B.INTRO, _B.ABOUT, _B.WORK, _B.NEED, _B.NICE),
    *(_B.CULTURE, _B.OFFER, _B.TERMS, _B.EQUAL, _B.APPLY),
)
_ABOUT_LAST = (
    *(_B.INTRO, _B.TERMS, _B.WORK, _B.NEED, _B.NICE),
    *(_B.OFFER, _B.APPLY, _B.ABOUT, _B.CULTURE, _B.EQUAL),
)
_ABOUT_FIRST = (
    *(_B.ABOUT, _B.CULTURE, _B.INTRO, _B.WORK, _B.NEED),
    *(_B.NICE, _B.TERMS, _B.OFFER, _B.APPLY, _B.EQUAL),
)
_PLAIN = (_B.INTRO, _B.CULTURE, _B.WORK, _B.NEED, _B.NICE, _B.TERMS, _B.APPLY)
_TOLD = (_B.ABOUT, _B.INTRO, _B.WORK, _B.NEED, _B.NICE, _B.CULTURE, _B.TERMS, _B.APPLY)
_PROFILE_FIRST = (_B.INTRO, _B.NEED, _B.NICE, _B.WORK, _B.ABOUT, _B.CULTURE, _B.OFFER, _B.TERMS)
_SHORT = (_B.INTRO, _B.TERMS, _B.WORK, _B.NEED, _B.NICE, _B.CULTURE, _B.APPLY)

LAYOUTS = (
    Layout(_CLASSIC),
    Layout(_CLASSIC, heading="%s:", bullet="• "),
    Layout(_ABOUT_LAST, heading="%s:", bullet="* "),
    Layout(_ABOUT_FIRST, heading="## %s"),
    Layout(_PROFILE_FIRST, heading="**%s**", bullet="* "),
    Layout(_CLASSIC, shouts=True),
    Layout(_ABOUT_LAST, heading="%s:", shouts=True, bullet="• ", between_blocks="\n"),
    Layout(_TOLD, heading="", bullet=""),
    Layout(_TOLD, heading="", bullet="", between_blocks=" "),
    Layout(_PLAIN, heading="", bullet="", between_blocks=" "),
    Layout(_ABOUT_FIRST, bullet=""),
    Layout(_SHORT, heading="", bullet="", between_blocks="\n", is_short=True),
    Layout(_SHORT, heading="%s:", between_blocks="\n", is_short=True),
    Layout(_CLASSIC, heading="%s:", bullet="• ", between_items=" ", is_html=True),
    Layout(_ABOUT_FIRST, bullet="&bull; ", between_blocks="\n", is_html=True),
    Layout(_ABOUT_LAST, bullet="1"),
    Layout(_PLAIN, heading="=== %s ===", bullet="– "),
    Layout(_PROFILE_FIRST, heading="► %s", bullet="✓ "),
    Layout(_PLAIN, heading="%s:", bullet="· ", between_blocks="\n"),
)
