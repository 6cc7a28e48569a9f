"""Rules that give messages colours, in sets with names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from ifcbgui.session.filters import EntryFilter, FilterError, FilterRow
from ifcbgui.ui.models.log_row import LogRow

COLOURS: Final = {"info": "Blue", "ok": "Green", "warn": "Amber", "alarm": "Red"}
"""Colours that a rule can give, by the token of the theme."""


class Rule(NamedTuple):
    """Gives a colour to what satisfies a filter.

    Attributes:
        colour: One of `COLOURS`.
        text: The filter, as it is typed.
    """

    colour: str
    text: str


class Highlights:
    """The rules in force; the first that fits a message gives it its colour."""

    def __init__(self, rules: Sequence[Rule] = ()) -> None:
        self._rules: list[tuple[str, EntryFilter]] = []
        for rule in rules:
            if problem_of(rule) is None and rule.text.strip():
                self._rules.append((rule.colour, EntryFilter.parse(rule.text)))

    def colour_of(self, row: LogRow) -> str:
        """Return the colour of a row by its token, or ""."""
        if not self._rules or row.event:
            return ""
        asked = filter_row(row)
        for colour, wanted in self._rules:
            if wanted.matches_row(asked):
                return colour
        return ""


def problem_of(rule: Rule) -> str | None:
    """Return why a rule cannot be used, or None."""
    if rule.colour not in COLOURS:
        return f"There is no colour {rule.colour}."
    try:
        EntryFilter.parse(rule.text)
    except FilterError as error:
        return str(error)
    return None


def filter_row(row: LogRow) -> FilterRow:
    """Return a row as filters look at it; what counts back from now counts from the row."""
    return FilterRow(
        row.direction,
        row.text,
        row.group,
        row.form.label,
        id=row.row_id,
        time_ns=row.time_ns,
        sender=row.sender,
        source=row.source,
        seqno=row.seqno,
        now_ns=row.time_ns,
    )
