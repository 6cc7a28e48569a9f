"""The window: puts the panels together and turns what the operator does into requests."""

from __future__ import annotations

import base64
from pathlib import Path

from PySide6.QtCore import QByteArray, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QCloseEvent, QDesktopServices
from PySide6.QtWidgets import (
    QMainWindow,
    QVBoxLayout,
    QWidget,
)

from ifcbgui.instrument import Entry, InstrumentState, LinkStatus
from ifcbgui.session import RecorderStatus, SessionEvent
from ifcbgui.settings import CommandHistory, SecretStore, Settings
from ifcbgui.ui.bridge import Bridge
from ifcbgui.ui.panels.controls_panel import ControlsPanel
from ifcbgui.ui.panels.explorer_panel import ExplorerPanel
from ifcbgui.ui.panels.files_panel import FilesPanel
from ifcbgui.ui.panels.status_panel import StatusPanel
from ifcbgui.ui.shell import about
from ifcbgui.ui.shell.access_desk import AccessDesk
from ifcbgui.ui.shell.actions import connect_actions, make_actions
from ifcbgui.ui.shell.bin_window import BinDesk
from ifcbgui.ui.shell.closing import closing_question
from ifcbgui.ui.shell.command_desk import CommandDesk
from ifcbgui.ui.shell.connection_desk import ConnectionDesk
from ifcbgui.ui.shell.connector import Connector
from ifcbgui.ui.shell.docking import Docking
from ifcbgui.ui.shell.explorer_desk import ExplorerDesk
from ifcbgui.ui.shell.files_desk import FilesDesk
from ifcbgui.ui.shell.imaging_desk import ImagingDesk
from ifcbgui.ui.shell.keyring_desk import KeyringDesk
from ifcbgui.ui.shell.layouts import RUN
from ifcbgui.ui.shell.library_desk import LibraryDesk
from ifcbgui.ui.shell.log_desk import LogDesk
from ifcbgui.ui.shell.menus import LayoutMenu, ThemeMenu, make_menus
from ifcbgui.ui.shell.profile_desk import ProfileDesk
from ifcbgui.ui.shell.recording_desk import RecordingDesk
from ifcbgui.ui.shell.replay_desk import ReplayDesk
from ifcbgui.ui.shell.top_bar import TopBar
from ifcbgui.ui.widgets.command_line import CommandLine
from ifcbgui.ui.widgets.message_rate import MessageRate
from ifcbgui.ui.widgets.notice import Choice, Level, NoticeArea
from ifcbgui.ui.widgets.recording_indicator import RecordingIndicator
from ifcbgui.ui.widgets.secret_prompt import SecretPrompt


class MainWindow(QMainWindow):
    """The operator's window.

    Args:
        bridge: What happens on the instrument.
        connector: Connects, sends, records.
        settings: Changed as the operator changes things; saved by whoever owns it.
        history: Commands typed in this and earlier runs.
        secrets: Where tokens and passwords are kept; the system keyring by default.
        library_index: Where to remember what was read of earlier sessions; nowhere by default.

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
        secrets: SecretStore | None = None,
        library_index: Path | None = None,
    ) -> None:
        super().__init__()
        self.bridge, self.connector, self.settings = bridge, connector, settings
        self.history = history
        self._close_confirmed = False
        self.setWindowTitle("ifcbgui")
        self.actions_by_id = make_actions(self)
        self.top = TopBar(self.actions_by_id, self)
        self.connection_bar = self.top.connection
        self.lock_button, self.stop_button = self.top.lock, self.top.stop
        self.setMenuWidget(self.top)
        self.notices = NoticeArea(self)
        self.prompt = SecretPrompt(self)
        self.controls = ControlsPanel(self)
        self.status = StatusPanel(self)
        self.log_desk = LogDesk(
            connector, settings, self.notices, self.actions_by_id["save_log"], self
        )
        self.log = self.log_desk.log
        self.explorer = ExplorerPanel(bridge.now_ns, self)
        self._explorer_desk = ExplorerDesk(self.explorer, self.log.filter_bar, self)
        self.command_line = CommandLine(history, self)
        self.recording = RecordingIndicator(self)
        self._make_desks(secrets or SecretStore(), library_index)
        self.docking = Docking(self, RUN, self.top.minimumSizeHint().width())
        self.top.add_below(self.replay.banner)
        self.top.add_below(self.replay.transport)
        self._menus = make_menus(
            self.top.menus, self.actions_by_id, self.log.actions(), ThemeMenu(settings, self)
        )
        self.recording_desk = RecordingDesk(
            self._menus["&Session"],
            self.actions_by_id["quit"],
            connector,
            settings,
            self.notices,
            self,
        )
        self._make_panels()
        self._make_status_bar()
        self._connect_signals()
        self._restore()
        self._refresh()

    # Building ----------------------------------------------------------------------------

    def _make_desks(self, secrets: SecretStore, library_index: Path | None) -> None:
        """Make those that carry out what the operator wants."""
        bridge, connector, settings = self.bridge, self.connector, self.settings
        self.desk = CommandDesk(
            bridge, connector, self.controls, self.command_line, self.notices, self
        )
        self.keyring = KeyringDesk(secrets, self.notices, self)
        self.access = AccessDesk(bridge, connector, self.keyring, self.prompt, self.notices, self)
        self.profiles = ProfileDesk(
            connector, settings, self.access, self.keyring, self.connection_bar, self
        )
        self.connection = ConnectionDesk(
            bridge,
            connector,
            settings,
            self.access,
            self.top,
            self.notices,
            self.actions_by_id,
            self,
        )
        self.replay = ReplayDesk(bridge, connector, self.log_desk, self.notices, self)
        self.library = LibraryDesk(connector, settings, library_index, self)
        self.imaging = ImagingDesk(bridge, connector, self.log_desk, settings, self.notices, self)
        self.bins = BinDesk(settings, self)
        self.file_list = FilesPanel(self)
        self.files = FilesDesk(connector, bridge, settings, self.notices, self.file_list, self)

    def _make_panels(self) -> None:
        """Put the log in the middle: what room there is to gain or lose is the log's.

        The notices stand above it, so that none that comes moves a button.
        """
        centre = QWidget(self)
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notices)
        column.addWidget(self.prompt)
        column.addWidget(self.recording_desk.note_line)
        column.addWidget(self.log, 1)
        column.addWidget(self.command_line)
        self.setCentralWidget(centre)
        self.setCorner(Qt.Corner.TopLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea)
        self._add_panels(
            ("controls", "Controls", self.controls),
            ("instrument", "Instrument", self.status),
            ("camera", "Camera", self.imaging.camera),
            ("rois", "ROIs", self.imaging.rois),
            ("signals", "Signals", self.imaging.signals),
            ("trends", "Trends", self.imaging.trends),
            ("check", "Daily check", self.imaging.check),
            ("files", "Files", self.file_list),
            ("explorer", "Message explorer", self.explorer),
        )

    def _add_panels(self, *panels: tuple[str, str, QWidget]) -> None:
        """Dock panels; the menu brings each to the front, and so do Ctrl+1, Ctrl+2 and so on."""
        before = self.actions_by_id["reset_layout"]
        for number, (name, title, panel) in enumerate(panels):
            action = self.docking.add(name, title, panel)
            action.setShortcut(f"Ctrl+{number}")
            self._menus["&View"].insertAction(before, action)
        self._menus["&View"].insertSeparator(before)
        self._menus["&View"].insertMenu(before, LayoutMenu(self.docking, self.notices, self))

    def _make_status_bar(self) -> None:
        bar = self.statusBar()
        bar.setSizeGripEnabled(False)
        bar.addWidget(self.recording, 1)
        self._rate = MessageRate(self)
        bar.addPermanentWidget(self._rate)

    def _connect_signals(self) -> None:
        bridge, connector = self.bridge, self.connector
        bridge.rows_added.connect(self._rows_added)
        bridge.tickets_changed.connect(self.log.show_tickets)
        bridge.state_changed.connect(self._state_changed)
        bridge.link_changed.connect(self._link_changed)
        bridge.jumped.connect(self.explorer.clear)
        bridge.detached.connect(self._detached)
        bridge.tick.connect(self._tick)
        bridge.tick.connect(self._rate.tick)
        connector.connected_changed.connect(self._connected_changed)
        connector.lock_changed.connect(self._refresh)
        connector.recording_changed.connect(self._recording_changed)
        self.replay.changed.connect(self._replay_changed)
        self.library.open_requested.connect(self.open_session)
        self.file_list.bin_wanted.connect(lambda path: self.bins.open_paths([path]))
        self.imaging.message_wanted.connect(self.log.show_message)
        self.imaging.panel_wanted.connect(self.docking.bring)
        self.imaging.moment_wanted.connect(self.replay.go_to_time)
        self.imaging.profile_kept.connect(self.connection.remember)
        connect_actions(
            self.actions_by_id,
            {
                "connect": self.connection.connect_typed,
                "disconnect": self.connection.disconnect_now,
                "retry_now": self.connection.retry_now,
                "edit_instrument": self.profiles.edit,
                "new_instrument": self.profiles.new,
                "control": self.connection.set_control,
                "allow_unverified": self.connection.allow_unverified,
                "run_sample": self.controls.run_sample.click,
                "pause": self.controls.pause.click,
                "resume": self.controls.resume.click,
                "stop": connector.stop_routine,
                "refresh": self.controls.button("refresh").click,
                "sessions": self.library.show,
                "open_session": self.replay.choose,
                "close_replay": self.replay.close,
                "bins": self.bins.show,
                "save_log": self.log_desk.save,
                "session_folder": self._show_session_folder,
                "quit": self.close,
                "find": self.log.focus_filter,
                "type_command": self.command_line.focus,
                "follow": self.log.follow,
                "utc": self._show_utc,
                "reset_layout": self.docking.reset,
                "shortcuts": self._show_shortcuts,
                "about": self._show_about,
            },
        )

    def _restore(self) -> None:
        self.actions_by_id["utc"].setChecked(self.settings.utc_times)
        self.actions_by_id["close_replay"].setEnabled(False)
        self.setMinimumWidth(self.top.minimumSizeHint().width())  # Stop is never out of sight
        self.resize(1280, 800)
        self.docking.reset()
        if self.settings.window_geometry:
            self.restoreGeometry(_blob(self.settings.window_geometry))
        if self.settings.window_state:
            self.docking.restore(_blob(self.settings.window_state))

    # What the instrument does ------------------------------------------------------------

    @Slot(list)
    def _rows_added(self, batch: list[tuple[int, Entry | SessionEvent]]) -> None:
        entries = [item for _, item in batch if isinstance(item, Entry)]
        self._rate.count(len(entries))
        self.explorer.add_entries(entries)
        if not self.bridge.replaying:  # of a replay the log has all of it, from the beginning
            self.log.add_rows(batch)

    @Slot(object)
    def _state_changed(self, state: InstrumentState) -> None:
        if self.bridge.replaying:  # its clock jumps: ages go with the state
            self.status.tick(self.bridge.now_ns())
        self.status.set_state(state)
        self.controls.set_state(state)
        self._refresh()

    @Slot(object)
    def _link_changed(self, status: LinkStatus) -> None:
        self.status.set_link(status)
        self._refresh()

    @Slot()
    def _detached(self) -> None:
        """What is shown of the instrument is the past from now on."""
        self.status.set_link(LinkStatus())
        self.controls.forget_request()
        self._refresh()

    @Slot()
    def _tick(self) -> None:
        self.status.tick(self.bridge.now_ns())
        self._refresh()

    @Slot(object)
    def _recording_changed(self, status: RecorderStatus) -> None:
        if not self.replay.active:
            self.recording.show_recording(status, running=self.connector.connected)

    @Slot(bool)
    def _connected_changed(self, connected: bool) -> None:
        if connected:
            self.log_desk.begin(self.connector.recorder)
            self._show_nothing()
            profile = self.connector.profile
            self.setWindowTitle(f"{profile.name} · ifcbgui" if profile else "ifcbgui")
        self._refresh()

    @Slot(bool)
    def _replay_changed(self, replaying: bool) -> None:
        self.setWindowTitle(f"{self.replay.title} · ifcbgui" if replaying else "ifcbgui")
        self.actions_by_id["close_replay"].setEnabled(replaying)
        self.command_line.setVisible(not replaying)
        # The instrument's panel, and not the log, pays for what has come above them.
        self.docking.heighten("instrument", self.replay.height * (-1 if replaying else 1))
        if replaying:
            self.recording.show_recording(self.log_desk.status, running=False)
        if not replaying:
            self._show_nothing()
            self.recording.show_recording(None, running=False)
            self.connection_bar.indicator.show_link(LinkStatus(), None, 0)
        self._refresh()

    def _show_nothing(self) -> None:
        """Forget an instrument, before another one is shown."""
        self.explorer.clear()
        self.status.tick(self.bridge.now_ns())
        self.status.set_state(InstrumentState())
        self.controls.set_state(InstrumentState())

    @Slot()
    def _refresh(self) -> None:
        """Enable what may be done now."""
        self.desk.refresh(self.actions_by_id, self.stop_button)

    # What the operator wants -------------------------------------------------------------

    def open_session(self, path: Path, message_id: int = 0) -> None:
        """Replay a recorded session in this window; not while there is a connection.

        Args:
            path: The file.
            message_id: The message to go to; 0 for the beginning.
        """
        self.replay.open(path, message_id)

    @Slot()
    def _show_session_folder(self) -> None:
        """Show the folder of the session files, or name it where nothing can show it."""
        folder = self.connector.session_dir
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            self.notices.notify("folder", Level.INFO, f"The session files are in {folder}")

    @Slot(bool)
    def _show_utc(self, utc: bool) -> None:
        self.settings.utc_times = utc
        self.log.set_utc(utc)
        self.imaging.set_utc(utc)

    @Slot()
    def _show_shortcuts(self) -> None:
        about.show_shortcuts(self)

    @Slot()
    def _show_about(self) -> None:
        about.show_about(self)

    # Closing -----------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask where closing may be a slip; keep the layout; leave the rest to the owner."""
        question = closing_question(self.connector, self.bridge.state)
        asked = self.notices.notice("close") is not None
        if question and not asked and not self._close_confirmed:
            choices = [Choice("Close the window", self._close_for_sure), Choice("Stay")]
            self.notices.notify("close", Level.WARNING, question, choices)
            event.ignore()
            return
        self.keep_layout()
        event.accept()
        self.closing.emit()

    def keep_layout(self) -> None:
        """Put place, size and layout into the settings."""
        self.settings.window_geometry = _text(self.saveGeometry())
        self.settings.window_state = _text(self.docking.save())

    def _close_for_sure(self) -> None:
        self._close_confirmed = True
        self.close()


def _blob(text: str) -> QByteArray:
    return QByteArray.fromBase64(QByteArray(text.encode("ascii", "ignore")))


def _text(blob: QByteArray) -> str:
    return base64.b64encode(blob.data()).decode("ascii")
