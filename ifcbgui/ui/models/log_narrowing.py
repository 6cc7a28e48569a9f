"""What a row of the log has that others can be shown, or hidden, by."""

from __future__ import annotations

from typing import Final, NamedTuple

from ifcbgui.instrument.entry import Direction, Entry
from ifcbgui.instrument.parser import parse_message
from ifcbgui.session.filters import Term, to_text
from ifcbgui.session.filters.fields import natures, test_for
from ifcbgui.session.filters.terms import Compare, Goes, OfKind
from ifcbgui.session.tally import Kind, term_for
from ifcbgui.ui.models.log_row import LogRow

_MOST_FIELDS: Final = 6
_LONGEST_VALUE: Final = 40


class Narrowing(NamedTuple):
    """One thing that rows can be told apart by.

    Attributes:
        words: What it is, for a menu.
        term: What those messages satisfy.
    """

    words: str
    term: Term


def narrowings(row: LogRow) -> list[Narrowing]:
    """Return what a row can be told apart by, from the most general to the most special."""
    found = [Narrowing(f"Kind “{row.group}”", OfKind(frozenset((row.group,))))]
    if row.event:
        return found
    way = "sent by this program" if row.direction is Direction.OUT else "from the instrument"
    found.append(Narrowing(f"Messages {way}", Goes(row.direction.value)))
    message = parse_message(row.text)
    form = term_for(Kind(message.key, Entry(message, row.direction, row.time_ns, 0)))
    if form is not None:
        found.append(Narrowing(f"Messages “{row.words.label or message.key}”", form))
    if row.direction is Direction.IN:
        found += _values(row)
    return found


def _values(row: LogRow) -> list[Narrowing]:
    message = parse_message(row.text)
    raw = row.text.split(":")
    found = []
    for spec in message.form.fields[:_MOST_FIELDS] if message.form else ():
        if spec.position >= len(raw) or spec.type in ("items", "names", "json", "stamp"):
            continue
        value = raw[spec.position].casefold().strip()
        able = value and any(test_for(nature, "=", value) for nature in _natures(spec.name))
        if able and len(value) <= _LONGEST_VALUE:
            term = Compare(spec.name, "=", value)
            unit = f" {spec.unit}" if spec.unit else ""
            found.append(Narrowing(f"{to_text(term)}{unit}", term))
    return found


def _natures(name: str) -> frozenset[str]:
    try:
        return natures(name)
    except KeyError:
        return frozenset()
