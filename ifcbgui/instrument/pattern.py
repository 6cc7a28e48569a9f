"""Patterns: which messages somebody waits for, by their first fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ifcbgui.instrument.messages import Message

Pattern = tuple[str | None, ...]


def parse_pattern(text: str) -> Pattern:
    """Return the fields of a pattern; ``*`` stands for any field and becomes None.

    >>> parse_pattern("triggerchanged:*:saved")
    ('triggerchanged', None, 'saved')
    """
    return tuple(None if field == "*" else field for field in text.split(":"))


def matches(pattern: Pattern, message: Message) -> bool:
    """Tell whether a message begins with a pattern, compared as text.

    White space at the end of a field is no difference: reports end in a line end.
    """
    fields = message.text.split(":", len(pattern))
    return len(fields) >= len(pattern) and all(
        want is None or want == field or want == field.rstrip()
        for want, field in zip(pattern, fields, strict=False)
    )


def matches_fields(pattern: Sequence[Any], fields: Sequence[Any]) -> bool:
    """Tell whether converted fields begin with a pattern; None in it matches any value.

    A pattern longer than the fields does not match.
    """
    if len(pattern) > len(fields):
        return False
    for want, field in zip(pattern, fields):  # noqa: B905, SIM110 - a keyword and all() cost
        if want is not None and want != field:
            return False
    return True
