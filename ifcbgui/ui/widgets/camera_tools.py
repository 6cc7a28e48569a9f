"""The buttons above the camera's frame."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from ifcbgui.ui.icons import icon
from ifcbgui.ui.theme import SPACE_S, SPACE_XS


class CameraTools(QWidget):
    """Knows nothing of frames.

    Signals:
        stepped: One frame on (1) or back (-1).
    """

    stepped = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fit = self._button("fit", "Show the whole frame (0)")
        self.actual = self._button("actual_size", "One pixel as one of the screen (1)")
        self.boxes = self._button("boxes", "Show where ROIs were found", checkable=True)
        self.band = self._button("band", "Show the band in which ROIs usually lie", checkable=True)
        self.back = self._button("step_back", "One frame back (Page Up)")
        self.freeze = self._button("pause", "Freeze: keep this frame (Space)", checkable=True)
        self.on = self._button("step_on", "One frame on (Page Down)")
        self.save = self._button("save", "Save the frame as PNG, as it came")
        self.copy = self._button("copy", "Copy the frame (Ctrl+C)")
        self.to_log = self._button("show_in_log", "Show the frame's message in the log")
        self.boxes.setChecked(True)
        self.fit.setCheckable(True)
        for step in (self.back, self.on):
            step.setAutoRepeat(True)
        self.back.clicked.connect(lambda: self.stepped.emit(-1))
        self.on.clicked.connect(lambda: self.stepped.emit(1))
        self.freeze.toggled.connect(self._name_freeze)
        self.freeze.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        for frozen in (False, True, False):
            self._name_freeze(frozen)
            self.freeze.setMinimumWidth(
                max(self.freeze.minimumWidth(), self.freeze.sizeHint().width())
            )
        self._lay_out()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_S, SPACE_XS, SPACE_S, SPACE_XS)
        row.setSpacing(2)
        groups = (
            (self.fit, self.actual, self.boxes, self.band),
            (self.back, self.freeze, self.on),
            (self.save, self.copy, self.to_log),
        )
        for number, group in enumerate(groups):
            if number:
                row.addWidget(self._divider())
            for button in group:
                row.addWidget(button)
        row.addStretch(1)

    def _divider(self) -> QFrame:
        line = QFrame(self)
        line.setFrameShape(QFrame.Shape.VLine)
        line.setFrameShadow(QFrame.Shadow.Plain)
        line.setForegroundRole(line.palette().ColorRole.Mid)
        line.setContentsMargins(SPACE_XS, 0, SPACE_XS, 0)
        line.setFixedWidth(1 + 2 * SPACE_XS)
        line.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        return line

    def _button(self, picture: str, help_text: str, *, checkable: bool = False) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon(picture))
        button.setIconSize(QSize(18, 18))
        button.setAutoRaise(True)
        button.setCheckable(checkable)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setToolTip(help_text)
        button.setAccessibleName(help_text.partition(" (")[0])
        return button

    @Slot(bool)
    def _name_freeze(self, frozen: bool) -> None:
        words = "Go on" if frozen else "Freeze"
        if self.freeze.text() != words:
            self.freeze.setText(words)
            self.freeze.setIcon(icon("run" if frozen else "pause"))
            self.freeze.setToolTip(
                "Show the newest frame again (Space)" if frozen else "Keep this frame (Space)"
            )

    def set_state(self, *, there: bool, frozen: bool, older: int, newer: int) -> None:
        """Enable what can be done.

        Args:
            there: There is a frame.
            frozen: It is kept.
            older: How many there are before it.
            newer: How many came after it.
        """
        for button in (self.fit, self.actual, self.save, self.copy, self.to_log, self.freeze):
            button.setEnabled(there)
        self.freeze.setChecked(frozen)
        self.back.setEnabled(there and older > 0)
        self.on.setEnabled(there and frozen and newer > 0)
