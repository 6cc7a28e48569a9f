"""The line where commands are typed: history, completion from the catalogue, and a verdict."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QStringListModel, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from ifcbgui.instrument import COMMANDS
from ifcbgui.instrument.door import Verdict
from ifcbgui.settings import CommandHistory
from ifcbgui.ui.theme import SPACE_S, SPACE_XS, mono_font
from ifcbgui.ui.widgets.outcome_label import OutcomeLabel

MOST_OFFERED = 12


class _HistoryEdit(QLineEdit):
    """A line edit whose Up and Down walk the history by what was typed so far."""

    def __init__(self, history: CommandHistory, parent: QWidget) -> None:
        super().__init__(parent)
        self._history = history
        self._typed = ""
        self._back = 0  # 0: what is typed; 1: the newest fitting entry; ...
        self.textEdited.connect(self._start_over)

    @Slot(str)
    def _start_over(self, text: str) -> None:
        self._typed, self._back = text, 0

    @Slot()
    def reset(self) -> None:
        """Empty the line, put the offers away and stand behind the newest entry."""
        if (offers := self.completer().popup()) is not None:
            offers.hide()
        self.clear()
        self._start_over("")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk the history."""
        if event.key() == Qt.Key.Key_Up:
            self._walk(1)
        elif event.key() == Qt.Key.Key_Down:
            self._walk(-1)
        else:
            super().keyPressEvent(event)

    def _walk(self, step: int) -> None:
        fitting = [line for line in self._history.entries if line.startswith(self._typed)]
        self._back = max(0, min(len(fitting), self._back + step))
        self.setText(fitting[-self._back] if self._back else self._typed)


class CommandLine(QWidget):
    """Asks for a command to be sent; what becomes of it is shown beside it.

    Args:
        history: Commands of this and earlier runs of the program.
        parent: Qt parent.

    Signals:
        submitted: The text of the command.
    """

    submitted = Signal(str)

    def __init__(self, history: CommandHistory, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._history = history
        self._examine: Callable[[str], Verdict] | None = None
        self.edit = _HistoryEdit(history, self)
        self.edit.setFont(mono_font())
        self.edit.setClearButtonEnabled(True)
        self.edit.setPlaceholderText("Type a command, e.g. routine:runsample")
        self.edit.setAccessibleName("Command to the instrument")
        self.edit.setToolTip(
            "Return sends the command. Up and Down walk through earlier ones; "
            "what is offered below comes from the catalogue."
        )
        self._offers = QStringListModel(self)
        completer = QCompleter(self._offers, self)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setMaxVisibleItems(MOST_OFFERED)
        self.edit.setCompleter(completer)
        self.send = QPushButton("Send", self)
        self.send.setToolTip("Send the command.")
        self.outcome = OutcomeLabel(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_S, SPACE_XS, SPACE_S, SPACE_XS)
        row.setSpacing(SPACE_S)
        label = QLabel("Co&mmand", self)
        label.setBuddy(self.edit)
        row.addWidget(label)
        row.addWidget(self.edit, 3)
        row.addWidget(self.send)
        row.addWidget(self.outcome, 2)
        self.edit.textEdited.connect(self._offer)
        self.edit.textChanged.connect(self._judge)
        self.edit.returnPressed.connect(self._submit)
        self.send.clicked.connect(self._submit)
        self._judge()

    def set_examiner(self, examine: Callable[[str], Verdict] | None) -> None:
        """Take the door's judgement; None without a connection."""
        self._examine = examine
        self._judge()

    def refresh(self) -> None:
        """Judge what stands there again: the link, the lock or the state has changed."""
        if self.edit.text():
            self._judge()

    def show_outcome(self, text: str, token: str = "muted") -> None:
        """Show what became of a command, in the colour of a token."""
        self.outcome.show_text(text, token)

    @Slot(str)
    def _offer(self, text: str) -> None:
        found = COMMANDS.complete(text.strip(), MOST_OFFERED) if text.strip() else []
        self._offers.setStringList([command.text for command in found])

    @Slot()
    def _judge(self) -> None:
        text = self.edit.text().strip()
        self.send.setEnabled(False)
        if not text:
            return
        if self._examine is None:
            self.show_outcome("Not connected: nothing can be sent.")
            return
        verdict = self._examine(text)
        self.send.setEnabled(verdict.objection is None)
        if verdict.objection is not None:
            self.show_outcome(verdict.objection, "warn")
        elif verdict.command is None:
            self.show_outcome("Not in the catalogue: sent as it stands.", "warn")
        elif verdict.unverified:
            self.show_outcome(f"{verdict.command.title} · unverified", "warn")
        else:
            self.show_outcome(f"{verdict.command.title} · confirmed command", "muted")

    @Slot()
    def _submit(self) -> None:
        text = self.edit.text().strip()
        if not text or not self.send.isEnabled():
            return
        self._history.add(text)
        self.submitted.emit(text)
        # An open list of offers writes its choice into the line once this returns.
        QTimer.singleShot(0, self.edit.reset)
