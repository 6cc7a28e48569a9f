"""Which rows of the log are shown."""

from __future__ import annotations

from dataclasses import dataclass

from ifcbgui.instrument.entry import Direction
from ifcbgui.session.filters import LINK_KIND, EntryFilter, Term
from ifcbgui.session.filters.terms import AllOf, AnyOf, Not, TimeCompare


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Which rows are shown. What is hidden stays in the store.

    A gap must not hide behind a filter for something else: events are shown whatever the
    directions and the typed words, unless their kind is hidden or excluded by its name.

    Attributes:
        directions: Directions shown.
        hidden_groups: Kinds not shown.
        text: The typed filter, or None.
    """

    directions: frozenset[Direction] = frozenset(Direction)
    hidden_groups: frozenset[str] = frozenset()
    text: EntryFilter | None = None

    @property
    def shows_events(self) -> bool:
        """Whether events are shown, which are so all together or not at all."""
        excluded = self.text is not None and self.text.excludes(LINK_KIND)
        return LINK_KIND not in self.hidden_groups and not excluded

    @property
    def moves(self) -> bool:
        """Whether what it shows changes as time goes on."""
        return self.text is not None and _moves(self.text.term)


def _moves(term: Term) -> bool:
    if isinstance(term, AllOf | AnyOf):
        return any(map(_moves, term.terms))
    if isinstance(term, Not):
        return _moves(term.term)
    return isinstance(term, TimeCompare) and term.base != "epoch"
