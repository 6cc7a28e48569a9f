"""Secrets that people write into addresses, found and left out."""

from __future__ import annotations

import re

_SECRET = re.compile("token|key|pass|pwd|secret|auth|sig|cred|code", re.IGNORECASE)


def without_secrets(address: str) -> str:
    """Return an address without user, password, and what in its query may be a secret."""
    head, _, query = address.partition("#")[0].partition("?")
    scheme, separator, rest = head.rpartition("://")
    authority, slash, way = rest.partition("/")
    address = f"{scheme}{separator}{authority.rpartition('@')[2]}{slash}{way}"
    kept = [part for part in query.split("&") if not _SECRET.search(part.partition("=")[0])]
    return f"{address}?{'&'.join(kept)}" if any(kept) else address
