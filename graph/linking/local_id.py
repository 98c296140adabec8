"""Makes the id of a node that no taxonomy and no store knows yet."""

import hashlib
import re
import unicodedata

from graph.schema import LOCAL_PREFIX, NodeType

LONGEST_SLUG = 60
HASH_DIGITS = 10
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")


def local_id(kind: NodeType, key: str) -> str:
    """Turn a normalised key into an id: the same for the same key, different for any other.

    Where the slug cannot carry the whole key (letters beyond a-z, signs, great length), a short
    hash of the key follows after "~", a character that slugs never hold.
    """
    plain = unicodedata.normalize("NFKD", key)
    slug = _NOT_IN_SLUG.sub("-", "".join(c for c in plain if not unicodedata.combining(c)))
    slug = slug.strip("-")[:LONGEST_SLUG].strip("-")
    if slug.replace("-", " ") != key:
        digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:HASH_DIGITS]
        slug = f"{slug}~{digest}"
    return f"{LOCAL_PREFIX}{kind}-{slug}"
