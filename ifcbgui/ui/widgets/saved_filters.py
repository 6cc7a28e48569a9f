"""A button with the filters that the operator gave names to."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QInputDialog, QMenu, QToolButton, QWidget

from ifcbgui.ui.icons import icon

_WIDEST = 60


class SavedFilters(QToolButton):
    """Offers filters by name, and takes in further ones.

    Args:
        saved: Filters by their names; changed in place.
        parent: Qt parent.

    Signals:
        chosen: The text of a filter to apply.
    """

    chosen = Signal(str)

    def __init__(self, saved: dict[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._saved = saved
        self._text = ""
        self.setIcon(icon("star", "muted"))
        self.setToolTip("Filters with names")
        self.setAccessibleName("Filters with names")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setAutoRaise(True)
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(self._fill)
        self.setMenu(menu)

    def set_text(self, text: str) -> None:
        """Tell what is typed now, which can be saved."""
        self._text = text.strip()

    def save(self, name: str) -> None:
        """Keep what is typed now under a name, in the place of what had it before."""
        if name.strip() and self._text:
            self._saved[name.strip()] = self._text

    @Slot()
    def _fill(self) -> None:
        menu = self.menu()
        menu.clear()
        for name, text in sorted(self._saved.items()):
            action = menu.addAction(name.replace("&", "&&"), partial(self.chosen.emit, text))
            action.setToolTip(text if len(text) <= _WIDEST else f"{text[:_WIDEST]}…")
        if self._saved:
            menu.addSeparator()
        menu.addAction("&Save the filter as…", self._ask_for_name).setEnabled(bool(self._text))
        remove = menu.addMenu("&Remove")
        remove.setEnabled(bool(self._saved))
        for name in sorted(self._saved):
            remove.addAction(name.replace("&", "&&"), partial(self._saved.pop, name, None))

    @Slot()
    def _ask_for_name(self) -> None:
        dialog = QInputDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("Save the filter")
        dialog.setLabelText(f"Name for the filter\n{self._text[:_WIDEST]}")
        dialog.setModal(False)
        dialog.textValueSelected.connect(self.save)
        dialog.show()
