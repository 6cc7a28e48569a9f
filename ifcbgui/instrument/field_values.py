"""From the text of one field to its value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from math import isfinite
from typing import Any

import msgspec


class FieldError(ValueError):
    """A field cannot be converted; the message is the sentence to show."""


def read_int(text: str) -> int:
    """Accept 6, and 6.0 too: newer hosts have made floats of whole numbers."""
    if text.isdecimal() and len(text) <= 18:
        return int(text)
    if not _INT.fullmatch(text):
        raise FieldError(f"should be a whole number, but is {shown(text)}")
    return int(text.partition(".")[0])


def read_float(text: str) -> float:
    """Accept finite numbers only, written as a machine writes them."""
    try:
        value = float(text)
    except ValueError:
        pass
    else:
        if isfinite(value) and "_" not in text:
            return value
    raise FieldError(f"should be a number, but is {shown(text)}")


def read_bool(text: str) -> bool:
    """Accept 0, 1, and the words of either."""
    value = _BOOLS.get(text.lower())
    if value is None:
        raise FieldError(f"should be 0 or 1, but is {shown(text)}")
    return value


def read_json(text: str) -> Any:
    """Accept any JSON."""
    try:
        return msgspec.json.decode(text)
    except (ValueError, RecursionError):
        raise FieldError(f"should be JSON, but is {shown(text)}") from None


def read_base64(text: str) -> bytes:
    """Accept base64 with its padding and nothing else."""
    try:
        return msgspec.convert(text, bytes)  # three times as fast as binascii
    except ValueError:
        raise FieldError(f"should be base64, but is {shown(text)}") from None


@lru_cache(maxsize=4)  # all triggers of a minute bear the same
def read_stamp(text: str) -> datetime:
    """Accept a time to the minute, of no known zone."""
    found = _STAMP.fullmatch(text)
    try:
        if found:
            year, month, day, hour, minute = map(int, found.groups())
            return datetime(year, month, day, hour, minute)
    except ValueError:
        pass
    raise FieldError(f"should be a time like 2026-03-14|03-09, but is {shown(text)}")


def shown(text: str) -> str:
    """Return a text as a sentence may repeat it: quoted, and cut where it is long."""
    return repr(text if len(text) <= 40 else text[:40] + "…")


_INT = re.compile(r"[+-]?\d{1,18}(\.0*)?", re.ASCII)
_STAMP = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})\|(\d{1,2})-(\d{1,2})", re.ASCII)
_BOOLS = {"0": False, "1": True, "false": False, "true": True}

READERS: Mapping[str, Callable[[str], Any]] = {
    "text": str,
    "int": read_int,
    "float": read_float,
    "bool": read_bool,
    "json": read_json,
    "base64": read_base64,
    "stamp": read_stamp,
}
"""By the type the catalogue gives a field: function from its text to its value."""
