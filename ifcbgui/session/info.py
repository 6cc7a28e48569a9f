"""What a session says of itself, and how it ended."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar

from ifcbgui.session.names import iso_time

_T = TypeVar("_T")

MISSING_AT_MOST_S = 0.1
"""Seconds of messages that can be missing where a recording broke off."""


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """What a session says of itself.

    Attributes:
        serial: Serial of the instrument.
        server: Its address, without secrets.
        start_ns: UTC of the start, nanoseconds since 1970.
        closed_ns: UTC of its proper end; None while it is written, or if that broke off.
        last_ns: UTC of the last message; of the start where there is none.
        broke_off: True if it has no proper end and nobody writes it any more.
        host_version: Version of the instrument's host, or "" where it never said.
        program_version: Version of the program that wrote it.
        python_version: Version of Python it ran on.
        schema: Version of the file's schema.
        continues: Name of the file that this one goes on from, or "".
        messages: How many messages it holds, counted at its proper end, else None.
        thinned: By form of image message how many were kept and how many were not, where the
            settings wanted only some of them.
        notes: What the operator noted, in order.
    """

    serial: str
    server: str
    start_ns: int
    closed_ns: int | None
    last_ns: int
    broke_off: bool
    host_version: str
    program_version: str
    python_version: str
    schema: int
    continues: str
    messages: int | None
    thinned: Mapping[str, tuple[int, int]]
    notes: tuple[str, ...]

    @property
    def loss(self) -> str:
        """One sentence: what may be missing at the end, or "" where nothing is."""
        if not self.broke_off:
            return ""
        return (
            f"The recording broke off: its last message is of {iso_time(self.last_ns)}, and up to "
            f"{MISSING_AT_MOST_S} s of messages after it may be missing "
            "(about a second if the power failed)."
        )


def info_from(
    meta: Mapping[str, Any], *, schema: int, last_ns: int | None, held: bool, notes: list[str]
) -> SessionInfo:
    """Return what a session says of itself.

    Args:
        meta: Its table ``meta``.
        schema: Version of its schema.
        last_ns: UTC of its last message, or None.
        held: True if it is being written now.
        notes: The operator's notes.
    """
    messages = meta.get("messages")
    start_ns, closed_ns = _said(meta, "start_time_ns", 0), _said(meta, "closed_time_ns", 0) or None
    return SessionInfo(
        serial=_said(meta, "serial", ""),
        server=_said(meta, "server", ""),
        start_ns=start_ns,
        closed_ns=closed_ns,
        last_ns=start_ns if last_ns is None else last_ns,
        broke_off=closed_ns is None and not held,
        host_version=_said(meta, "host_version", ""),
        program_version=_said(meta, "program_version", ""),
        python_version=_said(meta, "python_version", ""),
        schema=schema,
        continues=_said(meta, "continues", ""),
        messages=messages if isinstance(messages, int) else None,
        thinned=_thinned(_said(meta, "thinned", "{}")),
        notes=tuple(notes),
    )


def _said(meta: Mapping[str, Any], key: str, default: _T) -> _T:
    """Return what is said; the default where it is not, or damage has made something else of it."""
    value = meta.get(key)
    return value if isinstance(value, type(default)) else default


def _thinned(text: str) -> Mapping[str, tuple[int, int]]:
    try:
        counts = {form: (kept, left_out) for form, (kept, left_out) in json.loads(text).items()}
    except (TypeError, ValueError, AttributeError):  # a damaged file tells what it can
        counts = {}
    return MappingProxyType(counts)
