"""Folds away how a text is written (case, width, punctuation) and keeps what it says.

Diacritics are letters: Škoda is neither Skoda nor Koda.
"""

import re
import unicodedata

Words = tuple[str, ...]  # of a folded text, in order

I_WITH_DOT = "i\u0307"
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f"
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # controls, lone surrogates
_APOSTROPHE = re.compile("['`´ʼ‘’＇]")
_SPELT_WITH_DOTS = re.compile(r"(?<![^\W_])(?:[^\W\d_]\.)+[^\W\d_](?![^\W_])\.?")
_SIGN_APART = re.compile(r"\b([acfj])\s+(?=(?:\+\+|#)(?!\w))")
_DOT_NET = re.compile(r"\.net\b")
_DOT_JS = re.compile(r"\.js\b")
_WORD = re.compile(r"[^\s+#]+(?:[+#]+(?![^\s+#]))?")
_ASCII_SEPARATOR = re.compile(r"[^a-z0-9+#]")
_NO_PLURAL = frozenset({"news", "sales", "gas", "bus", "arts", "customs", "securities"})


def word_set(text: str) -> frozenset[str]:
    """Give the words of a text that are separated by spaces; for constants."""
    return frozenset(text.split())


def shown(text: str) -> str:
    """Make a text fit to show: one line, composed, without hidden characters."""
    if not (text.isascii() and text.isprintable()):
        text = unicodedata.normalize("NFC", _HIDDEN.sub(" ", _INVISIBLE.sub("", text)))
    return " ".join(text.split())


def fold(text: str) -> str:
    """Fold case, width, composition, hidden characters and white space."""
    text = shown(text)
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFD", text).casefold()
    text = unicodedata.normalize("NFKC", text).casefold()
    # Lower-casing the Turkish I leaves a dot behind that nobody typed.
    text = unicodedata.normalize("NFKC", text).replace(I_WITH_DOT, "i")
    return shown(unicodedata.normalize("NFKC", text))


def words(folded: str) -> tuple[str, ...]:
    """Split a folded text into words; "C++", "C#" and ".NET" are words, "U.S." is "us"."""
    text = _APOSTROPHE.sub("", folded).replace("&", " and ")
    if "." in text:
        text = _SPELT_WITH_DOTS.sub(lambda found: found.group().replace(".", ""), text)
        text = _DOT_JS.sub("js", _DOT_NET.sub(" dotnet", text))
    if "+" in text or "#" in text:
        text = _SIGN_APART.sub(r"\1", text)
    if text.isascii():
        text = _ASCII_SEPARATOR.sub(" ", text)
    else:
        text = "".join(c if c in "+#" or unicodedata.category(c)[0] in "LMN" else " " for c in text)
    return tuple(_WORD.findall(text))


def singular(word: str) -> str:
    """Fold a plural into its singular, so that both spellings of a name compare equal."""
    if len(word) < 4 or word[-1] != "s" or word[-2] in "suij" or word in _NO_PLURAL:
        return word
    if word.endswith("ies"):
        return word[:-3] + "y" if len(word) > 4 else word[:-1]
    if word.endswith(("ches", "shes", "xes", "sses", "zes")):
        return word[:-2]
    return word[:-1]
