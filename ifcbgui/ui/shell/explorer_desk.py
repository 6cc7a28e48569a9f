"""Between the message explorer and the log: shows in the log what was chosen in the explorer."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Slot

from ifcbgui.session.filters import Term
from ifcbgui.ui.panels.explorer_panel import ExplorerPanel
from ifcbgui.ui.widgets.log_filter_bar import LogFilterBar


@dataclass(frozen=True, slots=True)
class _Narrowed:
    """A filter that was extended here: what it was, by what, and what became of it."""

    before: str
    term: Term
    after: str


class ExplorerDesk(QObject):
    """Extends the typed filter by a kind of message.

    Another kind takes the place of the first; the same one again takes it back. What was
    typed in between is the operator's, and is left alone.
    """

    def __init__(self, explorer: ExplorerPanel, bar: LogFilterBar, parent: QObject) -> None:
        super().__init__(parent)
        self._bar = bar
        self._narrowed: _Narrowed | None = None
        explorer.kind_chosen.connect(self._show_kind)

    @Slot(object)
    def _show_kind(self, term: Term) -> None:
        text, last = self._bar.text(), self._narrowed
        self._narrowed = None
        if last is not None and last.after == text:
            text = last.before
            self._bar.set_text(text)
            if last.term == term:
                return
        self._bar.narrow(term)
        self._narrowed = _Narrowed(text, term, self._bar.text())
