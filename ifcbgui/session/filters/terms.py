"""The terms of a filter: a tree of values, each of which can say whether a message satisfies it.

The tree is public so that a log of a million rows can go through it column by column.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from ifcbgui.instrument.entry import Direction
from ifcbgui.session.filters import fields
from ifcbgui.session.filters.fields import ROW_FIELDS
from ifcbgui.session.filters.patterns import TEXT_LIMIT
from ifcbgui.session.filters.rows import FilterRow

_OUT: Final = Direction.OUT.value
DAY_NS: Final = 86_400 * 1_000_000_000

Base = Literal["epoch", "now", "day"]


class Term(Protocol):
    """Part of a filter."""

    def matches(self, row: FilterRow) -> bool:
        """Return True if a message satisfies it."""


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every one of several terms; none at all lets everything through."""

    terms: tuple[Term, ...]

    def matches(self, row: FilterRow) -> bool:
        """Return True if a message satisfies every term."""
        for term in self.terms:  # noqa: SIM110 - a third quicker than all(), over every row
            if not term.matches(row):
                return False
        return True


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of several terms."""

    terms: tuple[Term, ...]

    def matches(self, row: FilterRow) -> bool:
        """Return True if a message satisfies a term."""
        for term in self.terms:  # noqa: SIM110 - as above
            if term.matches(row):
                return True
        return False


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a term."""

    term: Term

    def matches(self, row: FilterRow) -> bool:
        """Return True if a message does not satisfy the term."""
        return not self.term.matches(row)


@dataclass(frozen=True, slots=True)
class Contains:
    """The text contains something, whatever the case."""

    folded: str

    def matches(self, row: FilterRow) -> bool:
        """Return True if the text or the label of a message contains it."""
        return self.folded in row.folded


@dataclass(frozen=True, slots=True)
class Matches:
    """A regular expression is found in the beginning of the text."""

    pattern: re.Pattern[str]

    def matches(self, row: FilterRow) -> bool:
        """Return True if it is found in the text or in the label of a message."""
        search = self.pattern.search
        return bool(search(row.text, 0, TEXT_LIMIT) or (row.label and search(row.label)))


@dataclass(frozen=True, slots=True)
class OfKind:
    """The message is of one of these kinds."""

    kinds: frozenset[str]

    def matches(self, row: FilterRow) -> bool:
        """Return True if a message is of one of the kinds."""
        return row.kind in self.kinds


@dataclass(frozen=True, slots=True)
class Goes:
    """The message goes one way, ``in`` or ``out``."""

    direction: str

    def matches(self, row: FilterRow) -> bool:
        """Return True if a message goes this way."""
        return row.direction == self.direction


@dataclass(frozen=True, slots=True)
class Compare:
    """A field of the message, or of its envelope, compares so with a value.

    What we sent has no fields: it tells what is wanted, not what is.

    Attributes:
        name: One of `ROW_FIELDS`, or the name of a field (`forms_with` says who has it).
        operator: ``:`` (contains a text, equals a number), ``=``, ``!=``, ``<``, ``<=``, ``>``
            or ``>=``.
        value: Case-folded, without unit.
    """

    name: str
    operator: str
    value: str

    def matches(self, row: FilterRow) -> bool:
        """Return True if a message has the field and it compares so."""
        if self.name in ROW_FIELDS:
            return self._holds(getattr(row, self.name))
        if row.direction == _OUT:
            return False
        return fields.says(row.message, self.name, self.operator, self.value)

    def _holds(self, found: object) -> bool:
        if found is None:
            return False
        nature = ROW_FIELDS[self.name]
        test = fields.test_for(nature, self.operator, self.value)
        return test is not None and test(str(found) if nature == "text" else found)


@dataclass(frozen=True, slots=True)
class TimeCompare:
    """The message came or went before or after a moment.

    Attributes:
        operator: ``<``, ``<=``, ``>`` or ``>=``.
        base: From where the moment is counted: 1970, now, or the beginning of today, in UTC.
        offset_ns: Nanoseconds from there.
    """

    operator: str
    base: Base
    offset_ns: int

    def matches(self, row: FilterRow) -> bool:
        """Return True if the time of a message compares so."""
        if row.time_ns is None:
            return False
        test = fields.COMPARE[self.operator]
        return test(row.time_ns, self.limit_ns(row.now_ns))

    def limit_ns(self, now_ns: int) -> int:
        """Return the moment to compare with: UTC, nanoseconds since 1970."""
        if self.base == "epoch":
            return self.offset_ns
        return self.offset_ns + (now_ns if self.base == "now" else now_ns - now_ns % DAY_NS)
