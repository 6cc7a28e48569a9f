"""A filter that was understood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from ifcbgui.session.filters.parser import parse
from ifcbgui.session.filters.rows import FilterRow
from ifcbgui.session.filters.terms import AllOf, Not, OfKind, Term


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """A filter that was understood.

    Attributes:
        text: As it was typed.
        term: What it says.
    """

    text: str
    term: Term

    @classmethod
    def parse(cls, text: str) -> Self:
        """Understand a filter; a blank one lets everything through.

        Raises:
            FilterError: If it cannot be understood.
        """
        return cls(text, parse(text))

    def matches(self, group: str, direction: str, text: str) -> bool:
        """Return True if a message of this kind, direction and text is let through.

        The kind of what we sent is ``command``, whatever ``group`` says.
        """
        return self.term.matches(FilterRow(direction, text, group))

    def matches_row(self, row: FilterRow) -> bool:
        """Return True if a message is let through; ``row.now_ns`` is what it counts back from."""
        return self.term.matches(row)

    def excludes(self, kind: str) -> bool:
        """Return True if a term says by name that a kind is not wanted."""
        terms = self.term.terms if isinstance(self.term, AllOf) else (self.term,)
        negated = (term.term for term in terms if isinstance(term, Not))
        return any(isinstance(term, OfKind) and kind in term.kinds for term in negated)
