"""From a session file to a window that shows it, framed as what it is: not live."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from ifcbgui.instrument import Entry
from ifcbgui.session import SessionError, SessionEvent
from ifcbgui.session.finished import FinishedSession
from ifcbgui.session.landmarks import spans_of
from ifcbgui.session.player import Player, Position
from ifcbgui.session.replay import ReplaySession
from ifcbgui.ui.bridge import Bridge
from ifcbgui.ui.shell.connector import Connector
from ifcbgui.ui.shell.log_desk import LogDesk
from ifcbgui.ui.widgets.file_chooser import show_chooser
from ifcbgui.ui.widgets.notice import Level, NoticeArea
from ifcbgui.ui.widgets.replay_banner import ReplayBanner
from ifcbgui.ui.widgets.replay_frame import ReplayFrame
from ifcbgui.ui.widgets.timeline import clock_words
from ifcbgui.ui.widgets.transport_bar import TransportBar

_PAGE_ROWS = 300

Rows = Iterator[tuple[int, Entry | SessionEvent]]
End = tuple[int, int]  # of a loop: id of the message, and UTC in nanoseconds


class ReplayDesk(QObject):
    """Opens sessions, plays them and closes them; one at a time, and none beside a live link.

    There is neither door nor client behind a replay: nothing can be sent, whatever is pressed.

    Args:
        bridge: Shows the replay to the panels.
        connector: Must have no connection; its tasks do the work.
        log_desk: Shows all messages of the session.
        notices: Where trouble is told.
        window: Is framed.

    Attributes:
        banner: Says that nothing here is live.
        transport: Plays.

    Signals:
        changed: True when a replay has been opened, False when it is over.
    """

    changed = Signal(bool)

    def __init__(
        self,
        bridge: Bridge,
        connector: Connector,
        log_desk: LogDesk,
        notices: NoticeArea,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._bridge, self._connector, self._notices = bridge, connector, notices
        self._log_desk, self._log, self._window = log_desk, log_desk.log, window
        self._player: Player | None = None
        self._opening: asyncio.Task[None] | None = None
        self._loading: asyncio.Task[None] | None = None
        self._stepping: asyncio.Task[None] | None = None
        self._loop_start: End | None = None
        self._loop_stop: End | None = None
        self._cursor = 0
        self.banner = ReplayBanner(window)
        self.transport = TransportBar(window)
        self._frame = ReplayFrame(window)
        self.title = ""
        self._show_framed(False)
        self._connect()

    def _connect(self) -> None:
        transport = self.transport
        transport.play_toggled.connect(self.toggle_play)
        transport.stepped.connect(self._step)
        transport.ended.connect(self._go_to_end)
        transport.sought.connect(self.go_to_time)
        transport.speed_chosen.connect(self._set_speed)
        transport.loop_start.connect(self._begin_loop)
        transport.loop_stop.connect(self._end_loop)
        transport.loop_cleared.connect(self._clear_loop)
        self.banner.closed.connect(self.close)
        self._log.moment_requested.connect(self._go_to_message)
        self._connector.connected_changed.connect(self._connected_changed)

    @property
    def active(self) -> bool:
        """True while a session is shown."""
        return self._player is not None

    @property
    def height(self) -> int:
        """How much of the window's height a replay takes, pixels."""
        return self.banner.sizeHint().height() + self.transport.sizeHint().height()

    @property
    def loading(self) -> bool:
        """True while the log of the session is being filled."""
        return self._loading is not None and not self._loading.done()

    # Opening and closing -----------------------------------------------------------------

    @Slot()
    def choose(self) -> None:
        """Let the operator choose a session file."""
        chooser = QFileDialog(self._window, "Open session", str(self._connector.session_dir))
        chooser.setNameFilters(["Sessions (*.ifcbsession)", "All files (*)"])
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        chooser.fileSelected.connect(self._open_chosen)
        show_chooser(chooser)

    @Slot(str)
    def _open_chosen(self, name: str) -> None:
        self.open(Path(name))

    def open(self, path: Path, message_id: int = 0) -> None:
        """Show a session in the place of the one that is shown; not while there is a connection.

        Args:
            path: The file.
            message_id: The message to go to; 0 for the beginning.
        """
        if why_not := self._why_not():
            self._notices.notify("replay", Level.WARNING, why_not)
            return
        self._notices.dismiss("replay")
        if self._opening is not None:
            self._opening.cancel()
        self._opening = self._connector.spawn(self._open(path, message_id))

    def _why_not(self) -> str | None:
        if self._connector.connected:
            return "A session is opened only without a connection. Disconnect first."
        recorder = self._connector.recorder
        if recorder is not None and recorder.status.pending:
            return "Messages of the last connection are in memory only. Save the log first."
        return None

    async def _open(self, path: Path, message_id: int) -> None:
        await self.shut()
        try:
            loop = asyncio.get_running_loop()
            session = await loop.run_in_executor(None, FinishedSession, path)
            player = await Player.open(path)
        except SessionError as exc:
            self._notices.notify("replay", Level.ERROR, f"{exc} {exc.hint}".strip())
            return
        if self._connector.connected:
            await player.close()
            return
        self._show(player, session, path)
        if message_id:
            player.seek_soon(message_id)

    def _show(self, player: Player, session: FinishedSession, path: Path) -> None:
        self._player = player
        date = clock_words(player.first_ns)[:10]
        self.title = f"Replay: IFCB {player.serial} {date}"
        self._log_desk.begin(session)
        self.banner.show_session(f"IFCB {player.serial}", date, str(path))
        self.transport.set_session(player.first_ns, player.last_ns)
        self._clear_loop()
        self._show_framed(True)
        player.add_move_listener(self._moved)
        self._bridge.attach_replay(player)
        self.changed.emit(True)
        self._moved(player.position)
        self.transport.timeline.setFocus()
        self._loading = self._connector.spawn(self._load(path, player))

    @Slot()
    def close(self) -> None:
        """Leave the replay."""
        self._connector.spawn(self.shut())

    async def shut(self) -> None:
        """Leave the replay, if there is one, and close its file."""
        player = self._leave()
        loading, self._loading = self._loading, None
        if loading is not None:
            loading.cancel()
            await asyncio.wait([loading])
        if player is not None:
            await player.close()

    def _leave(self) -> Player | None:
        """Show the window without the replay; return the player, which is still to be closed."""
        player, self._player = self._player, None
        if player is None:
            return None
        if self._loading is not None:
            self._loading.cancel()
        if self._bridge.replaying:
            self._bridge.detach()
        self._show_framed(False)
        self._log.set_cursor(None)
        self._log_desk.begin(None)
        self.changed.emit(False)
        return player

    @Slot(bool)
    def _connected_changed(self, connected: bool) -> None:
        """A live instrument goes before a replay."""
        if connected and (player := self._leave()) is not None:
            self._connector.spawn(player.close())

    def _show_framed(self, framed: bool) -> None:
        for part in (self.banner, self.transport, self._frame):
            part.setVisible(framed)
        self._frame.raise_()

    # The log and the landmarks -----------------------------------------------------------

    async def _load(self, path: Path, player: Player) -> None:
        """Fill timeline and log, read in a thread of its own: neither window nor player waits."""
        worker = ThreadPoolExecutor(1, thread_name_prefix="replay log")
        loop = asyncio.get_running_loop()
        session: ReplaySession | None = None
        try:
            session = await loop.run_in_executor(worker, ReplaySession, path)
            self.transport.show_progress("Reading landmarks…")
            marks = await loop.run_in_executor(worker, session.marks)
            self.transport.timeline.set_landmarks(marks, spans_of(marks, player.last_ns))
            rows = session.log_rows()
            while page := await loop.run_in_executor(worker, _next_page, rows):
                self._take_page(page, player)
                await asyncio.sleep(0)  # let the window paint
            self._log.show_tickets(await loop.run_in_executor(worker, session.tickets))
        except SessionError as exc:
            self._notices.notify("replay", Level.ERROR, f"{exc} {exc.hint}".strip())
        finally:
            self.transport.show_progress("")
            if session is not None:
                worker.submit(session.close)
            worker.shutdown(wait=False)

    def _take_page(self, page: list[tuple[int, Entry | SessionEvent]], player: Player) -> None:
        self._log.add_rows(page)
        newest = max(row_id for row_id, _ in page)
        if self._cursor >= page[0][0]:  # where the clock stands, or on the way there
            self._log.set_cursor(self._cursor)
        done = (newest - player.first_id) / max(player.last_id - player.first_id, 1)
        self.transport.show_progress(f"Loading the log: {max(done, 0):.0%}")

    # The clock ---------------------------------------------------------------------------

    def _moved(self, position: Position) -> None:
        if self._player is None:
            return
        self.transport.show_position(position)
        if position.message_id != self._cursor:
            self._cursor = position.message_id
            self._log.set_cursor(position.message_id)

    @Slot()
    def toggle_play(self) -> None:
        """Play, or pause."""
        if self._player is None:
            return
        if self._player.position.playing:
            self._player.pause()
        else:
            self._player.play()

    @Slot(int)
    def _step(self, by: int) -> None:
        if self._player is not None and (self._stepping is None or self._stepping.done()):
            self._stepping = self._connector.spawn(self._player.step(by))

    @Slot(int)
    def _go_to_end(self, which: int) -> None:
        if self._player is not None:
            self._player.seek_soon(self._player.last_id if which > 0 else self._player.first_id)

    @Slot(object)
    def go_to_time(self, time_ns: int) -> None:
        """Let the clock jump to a time (UTC, nanoseconds), if a session is replayed."""
        if self._player is not None:
            self._player.seek_time_soon(time_ns)

    @Slot(object, object)
    def _go_to_message(self, row_id: int, time_ns: int) -> None:
        if self._player is None:
            return
        if row_id:
            self._player.seek_soon(row_id)
        else:  # what befell the link, which is no message
            self._player.seek_time_soon(time_ns)

    @Slot(float)
    def _set_speed(self, speed: float) -> None:
        if self._player is not None:
            self._player.set_speed(speed)

    # The loop ----------------------------------------------------------------------------

    @Slot()
    def _begin_loop(self) -> None:
        self._loop_start = self._here()
        if self._loop_start and self._loop_stop and self._loop_stop <= self._loop_start:
            self._loop_stop = None
        self._apply_loop()

    @Slot()
    def _end_loop(self) -> None:
        self._loop_stop = self._here()
        if self._loop_start and self._loop_stop and self._loop_stop <= self._loop_start:
            self._loop_start = None
        self._apply_loop()

    @Slot()
    def _clear_loop(self) -> None:
        self._loop_start = self._loop_stop = None
        self._apply_loop()

    def _here(self) -> End | None:
        if self._player is None:
            return None
        return self._player.position.message_id, self._player.position.time_ns

    def _apply_loop(self) -> None:
        start, stop = self._loop_start, self._loop_stop
        self.transport.show_loop(start and start[1], stop and stop[1])
        if self._player is not None:
            self._player.set_loop((start[0], stop[0]) if start and stop else None)


def _next_page(rows: Rows) -> list[tuple[int, Entry | SessionEvent]]:
    return list(islice(rows, _PAGE_ROWS))
