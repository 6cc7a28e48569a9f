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
        self._offer_noted = False
        self._back = 0  # 0: what is typed; 1: the newest fitting entry; ...
        self.textEdited.connect(self._start_over)

    @Slot(str)
    def _start_over(self, text: str) -> None:
        self._typed, self._back = text, 0
        self._offer_noted = False

    @Slot()
    def reset(self) -> None:
        """Empty the line, put the offers away and stand behind the newest entry."""
        if (offers := self.completer().popup()) is not None:
            offers.hide()
        self.clear()
        self._start_over("")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk the history; let Return take a chosen offer before it sends anything."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._offer_chosen():
            event.ignore()  # left to the list of offers: what it writes here is read, then sent
        elif event.key() == Qt.Key.Key_Up:
            self._walk(1)
        elif event.key() == Qt.Key.Key_Down:
            self._walk(-1)
        else:
            super().keyPressEvent(event)

    @Slot()
    def note_offer(self) -> None:
        """Remember that the operator went to an offer in the list."""
        self._offer_noted = True

    def _offer_chosen(self) -> bool:
        offers = self.completer().popup()
        return self._offer_noted and offers is not None and offers.isVisible()

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
        completer.highlighted.connect(self.edit.note_offer)
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

    @Slot()
    def focus(self) -> None:
        """Put the keyboard into the line."""
        self.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def clear_outcome(self) -> None:
        """Forget what was said of a command that is gone."""
        self.show_outcome("")

    def show_outcome(self, text: str, token: str = "muted") -> None:
        """Show what became of a command, in the colour of a token."""
        self.outcome.show_text(text, token)

    @Slot(str)
    def _offer(self, text: str) -> None:
        if not text.strip():
            self.clear_outcome()
        found = COMMANDS.complete(text.strip(), MOST_OFFERED) if text.strip() else []
        self._offers.setStringList([command.text for command in found])

    @Slot()
    def _judge(self) -> None:
        text = self.edit.text().strip()
        if not text:
            self.send.setEnabled(False)
            return
        objection, words, token = self._verdict_on(text)
        # Set once: a button that is disabled in passing lets go of the mouse that presses it.
        self.send.setEnabled(not objection)
        self.show_outcome(words, token)

    def _verdict_on(self, text: str) -> tuple[bool, str, str]:
        """Return whether it cannot be sent, what to say of it, and in which colour."""
        if self._examine is None:
            return True, "Not connected: nothing can be sent.", "muted"
        verdict = self._examine(text)
        if verdict.objection is not None:
            return True, verdict.objection, "warn"
        if verdict.command is None:
            return False, "Not in the catalogue. Return sends it as typed.", "warn"
        known = "unverified" if verdict.unverified else "confirmed command"
        return (
            False,
            f"{verdict.command.title} · {known}",
            "warn" if verdict.unverified else "muted",
        )

    @Slot()
    def _submit(self) -> None:
        text = self.edit.text().strip()
        if not text or not self.send.isEnabled():
            return
        self._history.add(text)
        self.submitted.emit(text)
        # An open list of offers writes its choice into the line once this returns.
        QTimer.singleShot(0, self.edit.reset)
