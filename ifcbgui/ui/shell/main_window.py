"""The window: puts the panels together and turns what the operator does into requests."""

from __future__ import annotations

import base64
from pathlib import Path

from msgspec import structs
from PySide6.QtCore import QByteArray, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent, QDesktopServices
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QMainWindow,
    QVBoxLayout,
    QWidget,
)

from ifcbgui.instrument import COMMANDS, Entry, InstrumentState, LinkState, LinkStatus
from ifcbgui.session import RecorderStatus
from ifcbgui.settings import SIMULATOR, CommandHistory, Profile, Settings
from ifcbgui.ui.bridge import Bridge
from ifcbgui.ui.icons import icon
from ifcbgui.ui.panels.controls_panel import ControlsPanel
from ifcbgui.ui.panels.log_panel import LogPanel
from ifcbgui.ui.panels.status_panel import StatusPanel
from ifcbgui.ui.shell import about
from ifcbgui.ui.shell.actions import MENUS, make_actions
from ifcbgui.ui.shell.command_desk import CommandDesk
from ifcbgui.ui.shell.connector import Connector
from ifcbgui.ui.shell.docking import Docking, Place
from ifcbgui.ui.shell.save_log import SaveLogDialog
from ifcbgui.ui.shell.top_bar import TopBar
from ifcbgui.ui.theme import SPACE_S, apply_theme
from ifcbgui.ui.widgets.command_line import CommandLine
from ifcbgui.ui.widgets.notice import Choice, Level
from ifcbgui.ui.widgets.recording_indicator import RecordingIndicator

THEMES = {"system": "&System", "light": "&Light", "dark": "&Dark"}


class MainWindow(QMainWindow):
    """The operator's window.

    Args:
        bridge: What happens on the instrument.
        connector: Connects, sends, records.
        settings: Changed as the operator changes things; saved by whoever owns it.
        history: Commands typed in this and earlier runs.

    Signals:
        closing: The operator wants to end the program, and has been asked where that matters.
    """

    closing = Signal()

    def __init__(
        self,
        bridge: Bridge,
        connector: Connector,
        settings: Settings,
        history: CommandHistory,
    ) -> None:
        super().__init__()
        self.bridge, self.connector, self.settings = bridge, connector, settings
        self.history = history
        self._close_confirmed = False
        self.setWindowTitle("ifcbgui")
        self.actions_by_id = make_actions(self)
        self.top = TopBar(self.actions_by_id, self)
        self.notices, self.connection_bar = self.top.notices, self.top.connection
        self.lock_button, self.stop_button = self.top.lock, self.top.stop
        self.setMenuWidget(self.top)
        self.controls = ControlsPanel(self)
        self.status = StatusPanel(self)
        self.log = LogPanel(self._text_of, utc=settings.utc_times, parent=self)
        self.command_line = CommandLine(history, self)
        self.recording = RecordingIndicator(self)
        self.desk = CommandDesk(
            bridge, connector, self.controls, self.command_line, self.notices, self
        )
        self._docking = Docking(self)
        self._make_menus()
        self._make_panels()
        self._make_status_bar()
        self._connect_signals()
        self._restore()
        self._refresh_everything()

    # Building ----------------------------------------------------------------------------

    def _make_menus(self) -> None:
        self._menus = {}
        for title, ids in MENUS.items():
            menu = self._menus[title] = self.top.menus.addMenu(title)
            menu.setToolTipsVisible(True)
            for action_id in ids:
                if action_id is None:
                    menu.addSeparator()
                else:
                    menu.addAction(self.actions_by_id[action_id])
        self._theme_group = QActionGroup(self)
        theme_menu = self._menus["&View"].addMenu(icon("theme"), "&Theme")
        for name, text in THEMES.items():
            action = QAction(text, self, checkable=True)
            action.setData(name)
            action.setChecked(name == self.settings.theme)
            self._theme_group.addAction(action)
            theme_menu.addAction(action)

    def _make_panels(self) -> None:
        """Put the log in the middle: what room there is to gain or lose is the log's."""
        centre = QWidget(self)
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.log, 1)
        column.addWidget(self.command_line)
        self.setCentralWidget(centre)
        self.setCorner(Qt.Corner.TopLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea)
        left = Place(Qt.DockWidgetArea.LeftDockWidgetArea, width=280)
        top = Place(Qt.DockWidgetArea.TopDockWidgetArea, height=444)
        before = self.actions_by_id["reset_layout"]
        for action in (
            self._docking.add("controls", "Controls", self.controls, left),
            self._docking.add("instrument", "Instrument", self.status, top),
        ):
            self._menus["&View"].insertAction(before, action)

    def _make_status_bar(self) -> None:
        bar = self.statusBar()
        bar.setSizeGripEnabled(False)
        bar.addWidget(self.recording, 1)
        self._rate = QLabel(self)
        self._rate.setAccessibleName("Message rate")
        self._rate.setToolTip("Messages received in the last second.")
        self._rate.setContentsMargins(SPACE_S, 0, SPACE_S, 0)
        self._rate.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._rate.setMinimumWidth(self.fontMetrics().horizontalAdvance("00,000 messages/s") + 16)
        bar.addPermanentWidget(self._rate)
        self._received = 0

    def _connect_signals(self) -> None:
        bridge, connector = self.bridge, self.connector
        bridge.entries_added.connect(self._entries_added)
        bridge.state_changed.connect(self._state_changed)
        bridge.link_changed.connect(self._link_changed)
        bridge.detached.connect(self._detached)
        bridge.tick.connect(self._tick)
        connector.connected_changed.connect(self._connected_changed)
        connector.lock_changed.connect(self._lock_changed)
        connector.refused.connect(self._refused)
        connector.recording_changed.connect(self._recording_changed)
        self.connection_bar.submitted.connect(self.on_connect)
        self.log.notice.connect(self._log_notice)
        self._theme_group.triggered.connect(self._theme_chosen)

    def _restore(self) -> None:
        self.connection_bar.set_profiles(self.settings.profiles, self.settings.last_profile)
        self.actions_by_id["utc"].setChecked(self.settings.utc_times)
        self.setMinimumWidth(self.top.minimumSizeHint().width())  # Stop is never out of sight
        self.resize(1280, 800)
        self._docking.reset()
        if self.settings.window_geometry:
            self.restoreGeometry(_blob(self.settings.window_geometry))
        if self.settings.window_state:
            self._docking.restore(_blob(self.settings.window_state))

    # What the instrument does ------------------------------------------------------------

    @Slot(list)
    def _entries_added(self, batch: list[tuple[int, Entry]]) -> None:
        self._received += len(batch)
        self.log.add_entries(batch)

    @Slot(object)
    def _state_changed(self, state: InstrumentState) -> None:
        self.status.set_state(state)
        self.controls.set_state(state)
        self._refresh_controls()

    @Slot(object)
    def _link_changed(self, status: LinkStatus) -> None:
        self.status.set_link(status)
        self._show_link(status)
        self._refresh_controls()
        if status.error and status.state in (LinkState.FAILED, LinkState.RECONNECTING):
            level = Level.ERROR if status.state is LinkState.FAILED else Level.WARNING
            self.notices.notify("link", level, f"{status.error} {status.hint or ''}".strip())
        elif status.state is LinkState.ONLINE:
            self.notices.dismiss("link")

    def _show_link(self, status: LinkStatus) -> None:
        now, heard = self.bridge.now_ns(), self.bridge.last_heard_ns
        self.connection_bar.set_link(status, heard, now)

    @Slot()
    def _detached(self) -> None:
        """What was shown is the past from now on; why it ended stays to be read."""
        off = LinkStatus()
        self.status.set_link(off)
        self._refresh_controls()

    @Slot()
    def _tick(self) -> None:
        if self.connector.connected:
            self._show_link(self.bridge.link)
        self.status.tick(self.bridge.now_ns())
        self._rate.setText(f"{self._received:,} messages/s")
        self._received = 0
        self._refresh_controls()

    @Slot(str)
    def _log_notice(self, text: str) -> None:
        self.notices.notify("log", Level.INFO, text)

    @Slot(str)
    def _refused(self, why: str) -> None:
        self.notices.notify("link", Level.ERROR, why)

    @Slot(object)
    def _recording_changed(self, status: RecorderStatus) -> None:
        self.recording.show_recording(status, running=self.connector.connected)
        self._refresh_actions()
        if status.problem:
            self.notices.notify("recording", Level.ERROR, status.problem)
        else:
            self.notices.dismiss("recording")

    @Slot(bool)
    def _connected_changed(self, connected: bool) -> None:
        self.connection_bar.set_connected(connected)
        if connected:
            self.log.clear()
            self.status.tick(self.bridge.now_ns())
            self.status.set_state(InstrumentState())
            self._show_link(self.bridge.link)
            profile = self.connector.profile
            self.setWindowTitle(f"{profile.name} · ifcbgui" if profile else "ifcbgui")
        else:
            recorder = self.connector.recorder
            if recorder is not None:
                self.recording.show_recording(recorder.status, running=False)
        self._refresh_everything()

    # What may be done now ----------------------------------------------------------------

    def _refresh_everything(self) -> None:
        self._lock_changed(self.connector.observe)
        self._refresh_controls()
        self._refresh_actions()

    def _refresh_controls(self) -> None:
        self.desk.refresh(self.actions_by_id, self.stop_button)

    def _refresh_actions(self) -> None:
        connected = self.connector.connected
        actions = self.actions_by_id
        actions["connect"].setEnabled(not connected)
        actions["disconnect"].setEnabled(connected)
        actions["control"].setEnabled(connected)
        actions["allow_unverified"].setEnabled(connected)
        door = self.connector.door
        actions["allow_unverified"].setChecked(bool(door and door.allow_unverified))
        recorder = self.connector.recorder
        actions["save_log"].setEnabled(bool(recorder and recorder.status.path))

    @Slot(bool)
    def _lock_changed(self, observe: bool) -> None:
        action = self.actions_by_id["control"]
        in_control = self.connector.connected and not observe
        action.setChecked(in_control)
        action.setIcon(icon("unlock" if in_control else "lock"))
        action.setIconText("In control" if in_control else "Observe only")
        self._refresh_controls()

    # The operator's actions: one slot for each entry of ACTIONS ---------------------------

    @Slot()
    def on_connect(self) -> None:
        """Connect to what stands in the bar."""
        profile = self.connection_bar.profile()
        if profile is None:
            self.notices.notify(
                "link", Level.WARNING, "Give the address of the hub and the serial number first."
            )
            return
        self.connect_to(profile)

    def connect_to(self, profile: Profile, *, observe: bool | None = None) -> None:
        """Connect to an instrument; all but the simulator start with the lock on."""
        self.notices.dismiss("link")
        if profile.name != SIMULATOR.name:
            self._remember(profile)
        else:
            self.settings.last_profile = profile.name
        locked = profile.name != SIMULATOR.name if observe is None else observe
        self.connector.start(profile, observe=locked)

    def _remember(self, profile: Profile) -> None:
        others = [known for known in self.settings.profiles if known.name != profile.name]
        self.settings.profiles = [*others, profile]
        self.settings.last_profile = profile.name
        self.connection_bar.set_profiles(self.settings.profiles, profile.name)

    @Slot()
    def on_disconnect(self) -> None:
        """End the connection."""
        self.connector.spawn(self.connector.stop())

    @Slot(bool)
    def on_control(self, in_control: bool) -> None:
        """Take control, or let go of it."""
        self.connector.set_observe(not in_control)

    @Slot(bool)
    def on_allow_unverified(self, allow: bool) -> None:
        """Open or close the gate before unverified commands, for this instrument."""
        self.connector.set_allow_unverified(allow)
        profile = self.connector.profile
        if profile is not None and profile.name != SIMULATOR.name:
            self._remember(structs.replace(profile, allow_unverified=allow))
        self._refresh_controls()

    @Slot()
    def on_run_sample(self) -> None:
        """Run one sample."""
        self.controls.run_sample.click()

    @Slot()
    def on_pause(self) -> None:
        """Pause the instrument."""
        self.controls.pause.click()

    @Slot()
    def on_resume(self) -> None:
        """Go on after a pause."""
        self.controls.resume.click()

    @Slot()
    def on_stop(self) -> None:
        """Stop, without a question."""
        self.connector.stop_routine()

    @Slot()
    def on_refresh(self) -> None:
        """Ask for the present state."""
        self.connector.send(COMMANDS.get("refresh").text)

    @Slot()
    def on_save_log(self) -> None:
        """Open the dialog that saves the log."""
        recorder = self.connector.recorder
        path = recorder.status.path if recorder else None
        if recorder is None or path is None:
            self.notices.notify("save", Level.INFO, "There is no session to save yet.")
            return
        dialog = SaveLogDialog(
            recorder,
            self.log.shown_ids,
            self.connector.spawn,
            Path(self.settings.export_dir or Path.home()),
            self,
        )
        dialog.saved.connect(self._log_saved)
        dialog.show()

    @Slot(str, int)
    def _log_saved(self, path: str, count: int) -> None:
        self.settings.export_dir = str(Path(path).parent)
        self.notices.notify("save", Level.OK, f"{count:,} messages saved to {path}")

    @Slot()
    def on_session_folder(self) -> None:
        """Show the folder of the session files, or name it where nothing can show it."""
        folder = self.connector.session_dir
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            self.notices.notify("folder", Level.INFO, f"The session files are in {folder}")

    @Slot()
    def on_quit(self) -> None:
        """Close the window."""
        self.close()

    @Slot()
    def on_find(self) -> None:
        """Go to the log's filter."""
        self.log.focus_filter()

    @Slot()
    def on_type_command(self) -> None:
        """Go to the command line."""
        self.command_line.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def on_follow(self) -> None:
        """Go to the newest message and follow."""
        self.log.follow()

    @Slot(bool)
    def on_utc(self, utc: bool) -> None:
        """Show UTC or local time."""
        self.settings.utc_times = utc
        self.log.set_utc(utc)

    @Slot(QAction)
    def _theme_chosen(self, action: QAction) -> None:
        self.settings.theme = action.data()
        application = QApplication.instance()
        if isinstance(application, QApplication):
            apply_theme(application, action.data())

    @Slot()
    def on_reset_layout(self) -> None:
        """Put all panels back."""
        self._docking.reset()

    @Slot()
    def on_shortcuts(self) -> None:
        """List the keys."""
        about.show_shortcuts(self)

    @Slot()
    def on_about(self) -> None:
        """Say what this program is."""
        about.show_about(self)

    # Closing -----------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask once while a routine runs; keep the layout; leave the rest to the owner."""
        busy = self.bridge.link.online and self.bridge.state.busy
        if busy and not self._close_confirmed:
            self._close_confirmed = True
            simulated = self._is_simulator()
            what = (
                "The simulated instrument ends with this window."
                if simulated
                else "The instrument goes on by itself when this window is closed."
            )
            self.notices.notify(
                "close",
                Level.WARNING,
                f"A routine is running. {what} The log is saved either way.",
                [Choice("Close the window", self.on_quit), Choice("Stay", self._stay)],
            )
            event.ignore()
            return
        self.settings.window_geometry = _text(self.saveGeometry())
        self.settings.window_state = _text(self._docking.save())
        event.accept()
        self.closing.emit()

    def _is_simulator(self) -> bool:
        profile = self.connector.profile
        return profile is not None and profile.name == SIMULATOR.name

    def _stay(self) -> None:
        self._close_confirmed = False

    def _text_of(self, row_id: int) -> str | None:
        recorder = self.connector.recorder
        return recorder.text(row_id) if recorder else None


def _blob(text: str) -> QByteArray:
    return QByteArray.fromBase64(QByteArray(text.encode("ascii", "ignore")))


def _text(blob: QByteArray) -> str:
    return base64.b64encode(blob.data()).decode("ascii")
