"""Saves what the trends show: as a picture, a drawing, or as values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from ifcbgui.session.history import History
from ifcbgui.settings import Settings
from ifcbgui.ui.models.trend_files import Excerpt, csv_text, excerpt
from ifcbgui.ui.models.trend_rows import Rows
from ifcbgui.ui.panels.keeping import Keeping

if TYPE_CHECKING:
    from ifcbgui.ui.widgets.plots.steered_stack import SteeredStack


class TrendsKeeping(Keeping):
    """Takes down what the plots show before somebody chooses a file for it.

    Args:
        history: Has the values.
        settings: Remember the folder.
        parent: The panel.
    """

    def __init__(self, history: History, settings: Settings, parent: QWidget) -> None:
        super().__init__(settings, parent)
        self._history = history

    def ask(self, what: str, stack: SteeredStack, rows: Rows) -> None:
        """Let somebody choose the file; what is seen is taken down before they do."""
        make = self.take_down(what, stack, rows)
        stamp = datetime.fromtimestamp(stack.seen[1] / 1e9, UTC).strftime("%Y%m%dT%H%M%SZ")
        self.ask_for_file("Save trends", f"trends_{stamp}", what.removesuffix("-all"), make)

    def take_down(self, what: str, stack: SteeredStack, rows: Rows) -> Callable[[], bytes]:
        """Take down what is to be saved; what is returned makes the file of it, in any thread."""
        from ifcbgui.ui.widgets.plots.plot_picture import picture_of, png_of, svg_of

        if what in ("png", "svg"):
            stack.set_cursor(None)
            if what == "png":
                return partial(png_of, picture_of(stack))
            drawing = svg_of(stack, "Trends")
            return lambda: drawing
        start_ns, stop_ns = stack.seen if what == "csv" else (None, None)
        names = dict.fromkeys(name for row in rows for name in row)
        found = (self._history.find(name) for name in names)
        return partial(_csv, [excerpt(series, start_ns, stop_ns) for series in found if series])


def _csv(excerpts: list[Excerpt]) -> bytes:
    return "".join(csv_text(excerpts)).encode()
