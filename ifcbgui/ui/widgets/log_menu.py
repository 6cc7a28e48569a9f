"""The menu of a row of the message log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from ifcbgui.session.filters.terms import Not
from ifcbgui.ui.models.log_narrowing import Narrowing

Entry = tuple[str, Callable[[], object]]
"""Words, with a key behind a tab, and what is done."""


class LogMenu(QMenu):
    """Made anew for each row, and gone when it is closed.

    Args:
        narrowings: What the row can be told apart by.
        groups: Further entries in groups, above the narrowings and below.
        parent: Qt parent.

    Signals:
        narrowed: A `Term` for the filter.
    """

    narrowed = Signal(object)

    def __init__(
        self,
        narrowings: Sequence[Narrowing],
        groups: tuple[Sequence[Entry], Sequence[Sequence[Entry]]],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        above, below = groups
        self._add(above)
        self.addSeparator()
        only, out = self.addMenu("Show &only"), self.addMenu("Filter &out")
        for words, term in narrowings:
            text = words.replace("&", "&&")
            only.addAction(text, partial(self.narrowed.emit, term))
            out.addAction(text, partial(self.narrowed.emit, Not(term)))
        for group in below:
            self.addSeparator()
            self._add(group)

    def _add(self, entries: Sequence[Entry]) -> None:
        for words, act in entries:
            self.addAction(words, act)
