"""From a click or a typed line to the door: what may be sent now, questions, outcomes."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton

from ifcbgui.instrument.ticket import Fate, Ticket
from ifcbgui.ui.bridge import Bridge
from ifcbgui.ui.models.fates import FATE_LOOKS
from ifcbgui.ui.panels.controls_panel import ControlsPanel
from ifcbgui.ui.shell.actions import ACTIONS, set_help
from ifcbgui.ui.shell.connector import Connector
from ifcbgui.ui.widgets.command_line import CommandLine
from ifcbgui.ui.widgets.notice import Choice, Level, NoticeArea

# Fates after which a control no longer shows what was asked for.
UNHEARD = (Fate.NOT_SENT, Fate.REFUSED, Fate.TIMED_OUT, Fate.UNKNOWN, Fate.NO_ECHO)
QUESTION_LASTS_MS = 20_000
LONGEST_SHOWN = 48
REPLAY = "This is a replay: nothing can be sent. Close the replay and connect first."


class CommandDesk(QObject):
    """Stands between the widgets that ask for commands and the connector that sends them.

    Args:
        bridge: What happens on the instrument.
        connector: Sends.
        controls: The buttons.
        command_line: The typed commands.
        notices: Where questions and failures are shown.
        parent: Qt parent.
    """

    def __init__(
        self,
        bridge: Bridge,
        connector: Connector,
        controls: ControlsPanel,
        command_line: CommandLine,
        notices: NoticeArea,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._bridge, self._connector = bridge, connector
        self._controls, self._command_line, self._notices = controls, command_line, notices
        self._asked = ""
        self._question_timer = QTimer(self)
        self._question_timer.setSingleShot(True)
        self._question_timer.setInterval(QUESTION_LASTS_MS)
        self._question_timer.timeout.connect(self._withdraw_question)
        controls.requested.connect(self.request)
        command_line.submitted.connect(self.request)
        connector.ticket_changed.connect(self._show_ticket)
        connector.connected_changed.connect(self._connection_changed)
        connector.lock_changed.connect(self._withdraw_question)
        connector.command_failed.connect(self._show_failure)

    # What may be sent now ----------------------------------------------------------------

    def refresh(self, actions: dict[str, QAction], stop_button: QPushButton) -> None:
        """Enable what can be sent now and say of the rest why it cannot."""
        door = self._connector.door
        examine = door.examine if door else None
        replaying = self._bridge.replaying
        self._controls.refresh(examine, REPLAY if replaying else "Not connected.")
        actions["type_command"].setEnabled(not replaying)
        self._command_line.set_examiner(examine)
        for info in ACTIONS:
            if info.command:
                button = self._controls.button(info.command)
                actions[info.id].setEnabled(button.isEnabled())
                set_help(actions[info.id], button.toolTip())
        why_not = self._why_not_stop()
        actions["stop"].setEnabled(why_not is None)
        stop_button.setEnabled(why_not is None)
        stop_button.setToolTip(
            why_not or "Stop what the instrument does, at once (F12). No question is asked."
        )

    def _why_not_stop(self) -> str | None:
        if self._bridge.replaying:
            return REPLAY
        if not self._bridge.link.online:
            return "Not connected: nothing can be stopped from here."
        if self._connector.observe:
            return "Observing only. Take control first (Ctrl+L)."
        return None

    # Sending -----------------------------------------------------------------------------

    @Slot(str)
    def request(self, text: str) -> None:
        """Send a command, after its question where there is one."""
        door = self._connector.door
        verdict = door.examine(text) if door else None
        if verdict is None or verdict.question is None:
            self._connector.send(text)
            return
        title = verdict.command.title if verdict.command else text
        self._asked = text
        choices = [
            Choice(f"Send {title}", self._send_asked),
            Choice("Cancel", self._withdraw_question),
        ]
        question = f"{title}: {verdict.question}"
        self._notices.notify("question", Level.WARNING, question, choices)
        self._question_timer.start()

    def _send_asked(self) -> None:
        self._question_timer.stop()
        self._connector.send(self._asked)

    @Slot(bool)
    def _connection_changed(self, connected: bool) -> None:
        """What was asked or told of another connection must not meet this one."""
        self._withdraw_question()
        self._command_line.clear_outcome()
        if connected:  # until then what befell a command can be read
            self._notices.dismiss("command")

    @Slot()
    def _withdraw_question(self) -> None:
        self._question_timer.stop()
        self._notices.dismiss("question")
        self._controls.forget_request()

    @Slot(object)
    def _show_ticket(self, ticket: Ticket) -> None:
        text = ticket.text
        if len(text) > LONGEST_SHOWN:
            text = text[:LONGEST_SHOWN] + "…"
        self._command_line.show_outcome(f"{text}: {ticket.fate}", FATE_LOOKS[ticket.fate].token)
        pausing = ticket.command is not None and ticket.command.id in ("pause", "resume")
        if pausing and ticket.fate in UNHEARD:
            self._controls.forget_request()

    @Slot(str, str)
    def _show_failure(self, _text: str, what: str) -> None:
        self._controls.forget_request()
        self._notices.notify("command", Level.ERROR, what)
