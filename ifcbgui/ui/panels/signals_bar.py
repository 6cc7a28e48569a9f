"""The row of choices above the plots of signals."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from ifcbgui.ui.icons import icon
from ifcbgui.ui.models.signals import PAIRS, USUAL_WINDOW, WINDOWS, Pair, Window
from ifcbgui.ui.theme import SPACE_S, SPACE_XS

_KINDS: Final = {
    "png": "picture (PNG)",
    "svg": "drawing (SVG)",
    "csv": "values of what is shown (CSV)",
}
_FEWEST_CHARACTERS: Final = 12


class SignalsBar(QWidget):
    """What is plotted, of how many triggers, and on which axes.

    Signals:
        changed: Another pair or window was chosen.
        log_changed: True for logarithmic axes, False for linear ones.
        fit_wanted: All points are to be seen.
        message_wanted: The message behind the chosen point is to be shown.
        save_wanted: ``signals`` or ``positions``, as ``png``, ``svg`` or ``csv``.
    """

    changed = Signal()
    log_changed = Signal(bool)
    fit_wanted = Signal()
    message_wanted = Signal()
    save_wanted = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chosen_pair: Pair | None = None
        self.pairs = _chooser("Signals shown", [pair.title for pair in PAIRS], self)
        self.windows = _chooser("Triggers shown", [window.title for window in WINDOWS], self)
        self.pairs.setMinimumWidth(self.fontMetrics().averageCharWidth() * _FEWEST_CHARACTERS)
        self.windows.setCurrentIndex(WINDOWS.index(USUAL_WINDOW))
        self.log = QCheckBox("Log", self)
        self.log.setToolTip("Logarithmic axes of the signals; off: linear ones")
        self.log.setChecked(True)
        self.fit = self._button("Fit", "Show all points and the whole frame (double click)")
        self.message = self._button("", "Show the message behind the chosen point in the log")
        self.message.setIcon(icon("show_in_log"))
        self.message.setAutoRaise(True)
        self.save = self._button("", "Save as a picture, a drawing, or as values")
        self.save.setIcon(icon("save"))
        self.save.setAutoRaise(True)
        self.save.setMenu(self._save_menu())
        self.save.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._lay_out()
        self.pairs.activated.connect(self._on_pair_chosen)
        self.windows.currentIndexChanged.connect(self.changed)
        self.log.toggled.connect(self.log_changed)
        self.fit.clicked.connect(self.fit_wanted)
        self.message.clicked.connect(self.message_wanted)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_S, SPACE_XS, SPACE_S, SPACE_XS)
        row.setSpacing(SPACE_S)
        for widget in (self.pairs, self.windows, self.log, self.fit):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.message)
        row.addWidget(self.save)

    def _save_menu(self) -> QMenu:
        menu = QMenu(self)
        for which in ("signals", "positions"):
            for kind, words in _KINDS.items():
                action = menu.addAction(f"{which.capitalize()}: {words}…")
                action.setData((which, kind))
            menu.addSeparator()
        menu.triggered.connect(self._on_save_chosen)
        return menu

    def _button(self, text: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        return button

    @property
    def shown(self) -> Window:
        """Which triggers are shown."""
        return WINDOWS[self.windows.currentIndex()]

    def show_pair(self, pair: Pair) -> None:
        """Say which pair is shown, chosen or not."""
        self.pairs.setCurrentIndex(PAIRS.index(pair))

    def set_message_known(self, known: bool) -> None:
        """Offer the log once there is a message to be shown in it."""
        self.message.setEnabled(known)

    @Slot(QAction)
    def _on_save_chosen(self, action: QAction) -> None:
        self.save_wanted.emit(*action.data())

    @Slot(int)
    def _on_pair_chosen(self, index: int) -> None:
        self.chosen_pair = PAIRS[index]
        self.changed.emit()


def _chooser(name: str, titles: list[str], parent: QWidget) -> QComboBox:
    chooser = QComboBox(parent)
    chooser.addItems(titles)
    chooser.setAccessibleName(name)
    chooser.setToolTip(name)
    chooser.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    chooser.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    chooser.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return chooser
