"""Cleans text that comes from outside: no hidden, reordering or control characters remain."""

import re
import unicodedata

# Characters no career text needs, but that hide, reorder or smuggle text.
_UNWANTED = re.compile(
    "["
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # C0 and C1 controls except tab and line ends
    "\u00ad\u034f\u061c\u180b-\u180e"  # soft hyphen, grapheme joiner, marks, Mongolian selectors
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"  # zero width space, bidi controls, joiners
    "\u3164\ufeff\uffa0\ufff9-\ufffb"  # Hangul fillers, byte order mark, annotations
    "\ud800-\udfff"  # lone surrogates: cannot be written as UTF-8
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # shorthand and musical format controls
    "\U000e0000-\U000e0fff"  # tags and supplementary variation selectors
    "]"
)
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTEXTUAL = re.compile("[\u200c\u200d\ufe00-\ufe0f]")

# Zero width (non-)joiners are spelling in these scripts: Arabic and its neighbours, the Indic
# scripts from Devanagari to Sinhala, Tibetan, Myanmar, Khmer, Mongolian, Tai Tham.
_JOINING_LETTER = re.compile(
    "[\u0600-\u08ff\u0900-\u0dff\u0f00-\u0fff\u1000-\u109f\u1780-\u18af\u1a20-\u1aaf"
    "\ua840-\ua8ff\ufb50-\ufdff\ufe70-\ufefc\U00011000-\U00011fff]"
)
_EMOJI = re.compile(
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u25fe"
    "\u2600-\u27bf\u2934\u2935\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
)
_EMOJI_OR_KEYCAP = re.compile(f"{_EMOJI.pattern}|[#*0-9](?=[\ufe0e\ufe0f]\u20e3)")
_JOINERS = "\u200c\u200d"
_EMOJI_STYLES = "\ufe0e\ufe0f"


def clean(text: str) -> str:
    """Return `text` in NFC without hidden characters and without outer white space.

    Line ends become a newline; newlines and tabs inside stay. Joiners stay only between
    letters of a script that spells with them and inside an emoji; emoji keep their style.
    """
    if text.isascii():
        if text.isprintable():
            return text.strip()
        return _UNWANTED.sub("", _LINE_ENDS.sub("\n", text)).strip()
    text = _UNWANTED.sub("", _LINE_ENDS.sub("\n", text))
    if _CONTEXTUAL.search(text):
        text = _without_stray_joiners(text)
    return unicodedata.normalize("NFC", text).strip()


def clean_line(text: str) -> str | None:
    """Return cleaned `text` on one line with single spaces, or None when nothing is left."""
    return " ".join(clean(text).split()) or None


def text_key(text: str) -> str:
    """Return the form of `text` by which two texts are compared.

    Case, width, composition and white space make no difference; diacritics do.
    """
    text = " ".join(clean(text).split())
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(clean(unicodedata.normalize("NFKC", folded)).split())


def _without_stray_joiners(text: str) -> str:
    kept: list[str] = []
    for position, character in enumerate(text):
        if _CONTEXTUAL.match(character) and not _belongs(character, kept, text, position):
            continue
        kept.append(character)
    return "".join(kept)


def _belongs(character: str, kept: list[str], text: str, position: int) -> bool:
    before = kept[-1] if kept else ""
    if character in _EMOJI_STYLES:
        return bool(_EMOJI_OR_KEYCAP.match(before + text[position : position + 2]))
    if character not in _JOINERS:
        return False
    after = text[position + 1 : position + 2]
    if _JOINING_LETTER.match(before):
        return bool(_JOINING_LETTER.match(after))
    if before in _EMOJI_STYLES and len(kept) > 1:
        before = kept[-2]
    return character == "\u200d" and bool(_EMOJI.match(before) and _EMOJI.match(after))
