"""What an operator does by a click: run a sample, pause, resume, the other routines."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QGridLayout,
    QGroupBox,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ifcbgui.instrument import COMMANDS, Command, InstrumentState
from ifcbgui.instrument.door import Verdict
from ifcbgui.ui.icons import icon
from ifcbgui.ui.theme import SPACE_M, SPACE_S, scaled_font
from ifcbgui.ui.widgets.solid_button import SolidButton

# In the order of a day at the instrument: what is done most stands first.
ROUTINES = (
    "run_alt_sample",
    "debubble",
    "prime_sample_tube",
    "flush_sample_tube",
    "sample_to_cone",
    "beads",
    "biocide",
    "bleach",
    "cartridge_debubble",
    "initialize",
    "stop_sample",
)
OTHERS = ("start_acquisition", "stop_acquisition", "get_environment", "refresh")
UNVERIFIED_MARK = "◇"


class ControlsPanel(QWidget):
    """Buttons made from the command catalogue.

    A button shows what was asked for until the instrument's echo confirms it; whether it can
    be pressed, and if not why, is what the door says.

    Signals:
        requested: The text of a command that the operator wants sent.
    """

    requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._commands: dict[QPushButton, Command] = {}
        self._paused: bool | None = None
        self._pause_asked: bool | None = None
        self.run_sample = self._solid("run_sample", "Run sample", "run", "run_fill")
        self.pause = self._button("pause", "pause")
        self.resume = self._button("resume", "resume")
        body = QWidget(self)
        column = QVBoxLayout(body)
        column.setContentsMargins(SPACE_M, SPACE_M, SPACE_M, SPACE_M)
        column.setSpacing(SPACE_M)
        column.addWidget(self.run_sample)
        pair = QGridLayout()
        pair.setSpacing(SPACE_S)
        pair.addWidget(self.pause, 0, 0)
        pair.addWidget(self.resume, 0, 1)
        column.addLayout(pair)
        column.addWidget(self._group("Routines", ROUTINES))
        column.addWidget(self._group("Acquisition and state", OTHERS))
        legend = QLabel(
            f"{UNVERIFIED_MARK} unverified: no public source confirms the command. "
            "The Instrument menu allows these.",
            body,
        )
        legend.setWordWrap(True)
        legend.setFont(scaled_font(0.9))
        legend.setForegroundRole(legend.palette().ColorRole.PlaceholderText)
        column.addWidget(legend)
        column.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(body)
        scroll.setMinimumWidth(body.minimumSizeHint().width() + 14)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)

    def button(self, command_id: str) -> QPushButton:
        """Return the button of a command.

        Raises:
            KeyError: If there is none.
        """
        for button, command in self._commands.items():
            if command.id == command_id:
                return button
        raise KeyError(command_id)

    def refresh(
        self, examine: Callable[[str], Verdict] | None, why_not: str = "Not connected."
    ) -> None:
        """Enable what can be sent now and say of the rest why it cannot.

        Args:
            examine: The door's judgement of a command text; None without a door.
            why_not: Why there is none.
        """
        for button, command in self._commands.items():
            objection = examine(command.text).objection if examine else why_not
            if objection is None:
                objection = self._moot(command)
            button.setEnabled(objection is None)
            button.setToolTip(_tip(command, objection))

    def set_state(self, state: InstrumentState) -> None:
        """Show whether the instrument says that it is paused."""
        if state.paused is not self._paused:
            self._paused, self._pause_asked = state.paused, None
            self._show_pause()

    def forget_request(self) -> None:
        """Take back what was asked for: it was not sent, or nobody confirmed it."""
        self._pause_asked = None
        self._show_pause()

    def _moot(self, command: Command) -> str | None:
        if command.id == "pause" and self._paused is True:
            return "The instrument says that it is paused."
        if command.id == "resume" and self._paused is False:
            return "The instrument says that it is not paused."
        return None

    def _show_pause(self) -> None:
        asked = self._pause_asked
        self.pause.setText(_title(self._commands[self.pause], "Pausing…" if asked else ""))
        resuming = "Resuming…" if asked is False else ""
        self.resume.setText(_title(self._commands[self.resume], resuming))

    def _group(self, title: str, ids: tuple[str, ...]) -> QGroupBox:
        box = QGroupBox(title, self)
        grid = QGridLayout(box)
        grid.setContentsMargins(SPACE_S, SPACE_S, SPACE_S, SPACE_S)
        grid.setSpacing(SPACE_S)
        for number, command_id in enumerate(ids):
            grid.addWidget(self._button(command_id), number // 2, number % 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        return box

    def _button(self, command_id: str, picture: str = "") -> QPushButton:
        button = QPushButton(self)
        if picture:
            button.setIcon(icon(picture))
        return self._take(button, command_id)

    def _solid(self, command_id: str, text: str, picture: str, token: str) -> QPushButton:
        return self._take(SolidButton(text, picture, token, self), command_id)

    def _take(self, button: QPushButton, command_id: str) -> QPushButton:
        command = COMMANDS.get(command_id)
        self._commands[button] = command
        button.setText(_title(command))
        button.setAccessibleName(command.title)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.clicked.connect(self._clicked)
        return button

    @Slot()
    def _clicked(self) -> None:
        command = self._commands[self.sender()]  # type: ignore[index]
        if command.id in ("pause", "resume"):
            self._pause_asked = command.id == "pause"
            self._show_pause()
        self.requested.emit(command.text)


def _title(command: Command, doing: str = "") -> str:
    title = doing or command.title
    return title if command.status == "confirmed" else f"{title} {UNVERIFIED_MARK}"


def _tip(command: Command, objection: str | None) -> str:
    known = "Confirmed" if command.status == "confirmed" else "Unverified"
    lines = [command.help, f"Sends {command.text}", f"{known}: {command.source}"]
    if objection:
        lines.insert(0, objection)
    return "\n".join(lines)
