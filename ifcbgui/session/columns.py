r"""What SQLite can hold of a row, and what it cannot.

SQLite has no true and false, no integers beyond 64 bits and no text that is not Unicode, such
as the half of a surrogate pair which a JSON escape can smuggle in. A row that needs one of these
has its sender, source, seqno and text once more in the column ``exact``, as JSON, so
nothing is lost; the view shows 1 and 0, the digits as text, and the escape ``\ud800``.
"""

from __future__ import annotations

import json
import math
from typing import Any

from ifcbgui.instrument.entry import Entry, JsonScalar

# A row on its way into the file: the columns of ``entries`` but the last. A plain tuple, for
# every message pays for making one.
StoredRow = tuple[int, int, int, str, str, JsonScalar, JsonScalar, int | None, str]


def stored_row(row_id: int, entry: Entry) -> StoredRow:
    """Return an entry as a row on its way into the file."""
    return (
        row_id,
        entry.time_ns,
        entry.monotonic_ns,
        entry.kind,
        entry.direction,
        entry.sender,
        entry.source,
        entry.seqno,
        entry.message.text,
    )


def columns(row: StoredRow) -> tuple[Any, ...]:
    """Return what goes into the columns of ``entries``."""
    row_id, time_ns, monotonic_ns, kind, direction, sender, source, seqno, text = row
    if _native(sender) and _native(source) and _fits(seqno) and _unicode(text):
        return (*row, None)
    return (
        row_id,
        time_ns,
        monotonic_ns,
        kind,
        direction,
        sender if _native(sender) else _nearest(sender),
        source if _native(source) else _nearest(source),
        seqno if _fits(seqno) else None,
        shown(text),
        json.dumps([sender, source, seqno, text], default=str),
    )


def _native(value: Any) -> bool:
    """Return True if SQLite gives the value back as it is."""
    kind = type(value)
    if kind is str:
        return _unicode(value)
    if kind is int:
        return _fits(value)
    return value is None or (kind is float and not math.isnan(value))


def _fits(value: int | None) -> bool:
    return value is None or -(2**63) <= value < 2**63


def _unicode(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _nearest(value: Any) -> int | str:
    return int(value) if isinstance(value, bool) else shown(str(value))


def shown(text: str) -> str:
    r"""Return a text with ``\ud800`` for what is not Unicode."""
    return text.encode(errors="backslashreplace").decode()


def exact_values(exact: str) -> tuple[JsonScalar, JsonScalar, int | None, str]:
    """Return sender, source, seqno and text from the column ``exact``."""
    sender, source, seqno, text = json.loads(exact)
    return sender, source, seqno, text
