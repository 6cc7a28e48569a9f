"""Plays a replay: buttons, speed, clock, loop, and the timeline below them."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ifcbgui.session.player import Position
from ifcbgui.ui.icons import icon
from ifcbgui.ui.theme import SPACE_L, SPACE_S, SPACE_XS, scaled_font
from ifcbgui.ui.widgets.timeline import Timeline, clock_words
from ifcbgui.ui.widgets.timeline_legend import TimelineLegend

SPEEDS = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
_S = 1_000_000_000


class TransportBar(QWidget):
    """Knows nothing of how a session is played; shows positions and asks for others.

    Signals:
        play_toggled: Play or pause.
        stepped: One message on (1) or back (-1).
        ended: To the first message (-1) or the last (1).
        sought: UTC in nanoseconds that the clock shall stand at.
        speed_chosen: How many times faster than it happened.
        loop_start: Play over and over from here.
        loop_stop: Play over and over up to here.
        loop_cleared: Play on to the end again.
    """

    play_toggled = Signal()
    stepped = Signal(int)
    ended = Signal(int)
    sought = Signal(object)
    speed_chosen = Signal(float)
    loop_start = Signal()
    loop_stop = Signal()
    loop_cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.timeline = Timeline(self)
        self.legend = TimelineLegend(self)
        self._first_ns = self._last_ns = 0
        self._to_start = self._button("to_start", "To the first message (Home)")
        self._back = self._button("step_back", "One message back (Left)")
        self.play = self._button("run", "Play (Space)")
        self._on = self._button("step_on", "One message on (Right)")
        self._to_end = self._button("to_end", "To the last message (End)")
        self._loop_in = self._button("loop_in", "Loop from here")
        self._loop_out = self._button("loop_out", "Loop up to here")
        self._loop_off = self._button("clear", "No loop")
        self.speed = QComboBox(self)
        self.speed.setAccessibleName("Speed of the replay")
        self.speed.setToolTip("How many times faster than it happened.")
        self.speed.addItems([f"{speed:g}x" for speed in SPEEDS])
        self.clock = QLabel(self)
        self.clock.setFont(scaled_font(1.15, bold=True))
        self.elapsed = QLabel(self)
        self.elapsed.setFont(scaled_font(0.95))
        self.elapsed.setForegroundRole(self.elapsed.palette().ColorRole.PlaceholderText)
        self.progress = QLabel(self)
        self.progress.setFont(scaled_font(0.95))
        self._lay_out()
        self._connect()
        self._loop_off.setEnabled(False)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(SPACE_XS)
        for button in (self._to_start, self._back, self.play, self._on, self._to_end):
            row.addWidget(button)
        row.addSpacing(SPACE_S)
        row.addWidget(self.speed)
        row.addSpacing(SPACE_L)
        row.addWidget(self.clock)
        row.addSpacing(SPACE_S)
        row.addWidget(self.elapsed)
        row.addStretch(1)
        row.addWidget(self.progress)
        row.addSpacing(SPACE_S)
        row.addWidget(QLabel("Loop", self))
        for button in (self._loop_in, self._loop_out, self._loop_off):
            row.addWidget(button)
        line = QFrame(self)
        line.setFrameShape(QFrame.Shape.HLine)
        line.setFrameShadow(QFrame.Shadow.Plain)
        line.setForegroundRole(line.palette().ColorRole.Mid)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, SPACE_XS)
        column.setSpacing(SPACE_XS)
        column.addWidget(line)
        for part in (row, self.timeline, self.legend):
            inset = QHBoxLayout()
            inset.setContentsMargins(SPACE_S, 0, SPACE_S, 0)
            if isinstance(part, QHBoxLayout):
                inset.addLayout(part)
            else:
                inset.addWidget(part)
            column.addLayout(inset)

    def _connect(self) -> None:
        self.play.clicked.connect(self.play_toggled)
        self._back.clicked.connect(lambda: self.stepped.emit(-1))
        self._on.clicked.connect(lambda: self.stepped.emit(1))
        self._to_start.clicked.connect(lambda: self.ended.emit(-1))
        self._to_end.clicked.connect(lambda: self.ended.emit(1))
        self._loop_in.clicked.connect(self.loop_start)
        self._loop_out.clicked.connect(self.loop_stop)
        self._loop_off.clicked.connect(self.loop_cleared)
        self.speed.activated.connect(self._choose_speed)
        timeline = self.timeline
        timeline.play_toggled.connect(self.play_toggled)
        timeline.stepped.connect(self.stepped)
        timeline.ended.connect(self.ended)
        timeline.sought.connect(self.sought)

    def _button(self, picture: str, help_text: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon(picture))
        button.setIconSize(QSize(18, 18))
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setToolTip(help_text)
        button.setAccessibleName(help_text.partition(" (")[0])
        if picture == "step_back" or picture == "step_on":
            button.setAutoRepeat(True)
        return button

    def set_session(self, first_ns: int, last_ns: int) -> None:
        """Take the two ends (UTC, nanoseconds since 1970)."""
        self._first_ns, self._last_ns = first_ns, last_ns
        self.timeline.set_session(first_ns, last_ns)
        self.clock.setMinimumWidth(self.clock.fontMetrics().horizontalAdvance(_clock(first_ns)))
        longest = f"{_length(last_ns - first_ns)} of {_length(last_ns - first_ns)}"
        self.elapsed.setMinimumWidth(self.elapsed.fontMetrics().horizontalAdvance(longest))
        self.show_loop(None, None)

    def show_position(self, position: Position) -> None:
        """Show where the player stands."""
        self.timeline.set_now(position.time_ns)
        self.clock.setText(_clock(position.time_ns))
        elapsed_ns = max(position.time_ns - self._first_ns, 0)
        self.elapsed.setText(f"{_length(elapsed_ns)} of {_length(self._last_ns - self._first_ns)}")
        nearest = min(range(len(SPEEDS)), key=lambda n: abs(SPEEDS[n] - position.speed))
        self.speed.setCurrentIndex(nearest)
        words = "Pause (Space)" if position.playing else "Play (Space)"
        if self.play.toolTip() != words:
            self.play.setToolTip(words)
            self.play.setAccessibleName(words.partition(" ")[0])
            self.play.setIcon(icon("pause" if position.playing else "run"))

    def show_loop(self, start_ns: int | None, stop_ns: int | None) -> None:
        """Show the range that is played over and over, or the end of it that is known."""
        self.timeline.set_loop(start_ns, stop_ns)
        self._loop_off.setEnabled(start_ns is not None or stop_ns is not None)

    def show_progress(self, text: str) -> None:
        """Say what is still under way, or nothing."""
        self.progress.setText(text)

    @Slot(int)
    def _choose_speed(self, index: int) -> None:
        self.speed_chosen.emit(SPEEDS[index])


def _clock(time_ns: int) -> str:
    words = clock_words(time_ns)
    return f"{words[:19]}.{time_ns // 1_000_000 % 1000:03d} UTC"


def _length(length_ns: int) -> str:
    minutes, seconds = divmod(length_ns // _S, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}"
