"""Gives a job posting the same id wherever it is met: in a search, a saved list, an application."""

import re
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from graph.importers.clean_text import clean_line, text_key

_LINKEDIN_PATH = re.compile(r"/jobs/view/(?:[^/]*-)?(\d{1,20})(?:/|$)", re.ASCII)
_LINKEDIN_NUMBER = re.compile(r"\d{1,20}", re.ASCII)
_INDEED_KEY = re.compile(r"[0-9a-z]{1,40}", re.ASCII)
_LINKEDIN_ID = re.compile(r"li-(\d{1,20})", re.ASCII)  # as JobSpy writes them
_INDEED_ID = re.compile(r"in-([0-9a-f]{4,40})", re.ASCII)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.ASCII | re.IGNORECASE)
_WWW = re.compile(r"^www\d?\.", re.ASCII)
# Only names that never tell two postings apart: a `ref` may be a reference number.
_TRACKING = re.compile(
    r"utm_.*|refid|trackingid|trk|trkinfo|lipi|ebp|gclid|fbclid|msclkid|mc_[ce]id|gh_src|_hs.*",
    re.ASCII | re.IGNORECASE,
)


class _Address(NamedTuple):
    host: str  # with the port where it says one
    path: str
    query: list[tuple[str, str]]
    route: str  # a fragment that names a page: "#/jobs/12"


def job_id(url: str | None, fallback: str) -> str:
    """Return the id of a posting from its address, or from other words when it has none.

    Args:
        url: As it was found: with or without a scheme, with tracking parameters or without.
        fallback: What else tells this posting from others: a job board's own id (JobSpy's `li-`
            and `in-` ids name the same posting as the address), or title, company and place.
    """
    address = clean_line(url) if url else None
    known = _known_board(address) if address else None
    if known:
        return known
    fallback = fallback.strip()
    if match := _LINKEDIN_ID.fullmatch(fallback):
        return f"linkedin-job:{match[1]}"
    if match := _INDEED_ID.fullmatch(fallback):
        return f"indeed-job:{match[1]}"
    return f"job:{_digest(canonical_url(address) if address else text_key(fallback))}"


def canonical_url(url: str) -> str:
    """Return what the addresses of one page have in common: no scheme, no tracking."""
    address = _split(url)
    kept = sorted(pair for pair in address.query if not _TRACKING.fullmatch(pair[0]))
    path = quote(unquote(address.path), "/:@!$&'()*+,;=~", errors="replace").rstrip("/")
    query = urlencode(kept, errors="replace")
    return address.host + path + (f"?{query}" if query else "") + address.route


def _known_board(url: str) -> str | None:
    address = _split(url)
    query = dict(address.query)
    if _is_of(address.host, "linkedin.com"):
        in_path = _LINKEDIN_PATH.search(address.path)
        number = in_path[1] if in_path else query.get("currentJobId", "")
        return f"linkedin-job:{number}" if _LINKEDIN_NUMBER.fullmatch(number) else None
    if _is_of(address.host, "indeed.com"):
        key = (query.get("jk") or query.get("vjk") or "").lower()
        return f"indeed-job:{key}" if _INDEED_KEY.fullmatch(key) else None
    return None


def _split(url: str) -> _Address:
    try:
        parts = urlsplit(url if _SCHEME.match(url) else f"//{url.lstrip('/')}")
        host = _WWW.sub("", (parts.hostname or "").rstrip("."))
        if parts.port not in {None, 80, 443}:
            host = f"{host}:{parts.port}"
    except ValueError:  # an unclosed bracket, a port that is no number
        return _Address("", url, [], "")
    route = f"#{parts.fragment}" if parts.fragment.startswith(("/", "!/")) else ""
    return _Address(host, parts.path, parse_qsl(parts.query), route)


def _is_of(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", errors="replace")).hexdigest()[:16]
