"""Brings an instrument to the window and takes it away again: client, recorder, simulator."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from ifcbgui.instrument import (
    AccessDeniedError,
    AsyncIFCBClient,
    ConnectError,
    LinkState,
    LinkStatus,
)
from ifcbgui.instrument.door import CommandDoor, stop_commands
from ifcbgui.instrument.errors import IFCBError
from ifcbgui.session import Chronicle, Recorder, RecorderSettings, SnapshotKeeper
from ifcbgui.settings import Access, Profile
from ifcbgui.simulator import SimulatorThread
from ifcbgui.ui.bridge import Bridge

log = logging.getLogger(__name__)


class Connector(QObject):
    """Owns the one connection of the window, from Connect until it has ended.

    Every connection records into a session of its own, from before the first byte until it is
    closed; losses in between stay in the same session.

    Args:
        bridge: What the widgets listen to.
        session_dir: Folder for the session files.
        recorder_settings: Tells how the next connection is to be recorded.
        simulator_speed: How much faster than real time the built-in simulator runs.
        parent: Qt parent.

    Signals:
        connected_changed: True from Connect until the end of a Disconnect or a final failure.
        lock_changed: The lock or the gate has changed; True when no command may leave.
        refused: Why an address cannot be connected to at all.
        denied: Why the hub did not let us in; the connection ends.
        ticket_changed: A `Ticket` whose fate has changed.
        command_failed: A command's text and what happened to it.
        recording_changed: The recorder's `RecorderStatus`.
    """

    connected_changed = Signal(bool)
    lock_changed = Signal(bool)
    refused = Signal(str)
    denied = Signal(str)
    ticket_changed = Signal(object)
    command_failed = Signal(str, str)
    recording_changed = Signal(object)

    def __init__(
        self,
        bridge: Bridge,
        session_dir: Path,
        *,
        recorder_settings: Callable[[], RecorderSettings] = RecorderSettings,
        simulator_speed: float = 1.0,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.session_dir = session_dir
        self._recorder_settings = recorder_settings
        self._bridge = bridge
        self._simulator_speed = simulator_speed
        self._simulator: SimulatorThread | None = None
        self._client: AsyncIFCBClient | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._ending: asyncio.Task[None] | None = None
        self._observe = False
        self._tasks: set[asyncio.Task[None]] = set()
        self.door: CommandDoor | None = None
        self.recorder: Recorder | None = None
        self._keeper: SnapshotKeeper | None = None
        self._chronicle: Chronicle | None = None
        self.profile: Profile | None = None
        bridge.tick.connect(self._tick)

    @property
    def connected(self) -> bool:
        """True from Connect until the end of a Disconnect or a final failure."""
        return self._client is not None

    @property
    def observe(self) -> bool:
        """True when no command may leave."""
        return self._observe

    def set_observe(self, observe: bool) -> None:
        """Turn the observe-only lock on or off."""
        self._observe = observe
        if self._client is not None:
            self._client.observe = observe
        self.lock_changed.emit(observe)

    def set_allow_unverified(self, allow: bool) -> None:
        """Open or close the gate before commands that no public source confirms."""
        if self.door is not None:
            self.door.allow_unverified = allow
            self.lock_changed.emit(self._observe)

    # Connecting --------------------------------------------------------------------------

    def start(self, profile: Profile, *, observe: bool, access: Access | None = None) -> bool:
        """Begin to connect to an instrument; how it goes is seen in the bridge's link.

        Args:
            profile: The instrument.
            observe: True when no command may leave.
            access: What its hub wants to know.

        Returns:
            False if that cannot even be tried: `refused` says why, or there is a connection.
        """
        if self._client is not None:
            return False
        try:
            server, serial = self._address(profile)
            client = AsyncIFCBClient(
                server,
                serial,
                observe=observe,
                headers=access.headers if access else None,
                ssl_context=access.ssl_context if access else None,
                protocol=profile.protocol,
            )
        except ConnectError as exc:
            self.refused.emit(f"{exc} {exc.hint}".strip())
            return False
        except (OSError, TimeoutError) as exc:
            self.refused.emit(f"The built-in simulator does not start: {exc}")
            return False
        self._client, self.profile = client, profile
        self.recorder = Recorder(
            self.session_dir, instrument=serial, server=server, settings=self._recorder_settings()
        )
        self.recorder.add_status_listener(self.recording_changed.emit)  # from its own thread
        self.recorder.start()
        self._keeper = SnapshotKeeper(self.recorder, client)
        self._chronicle = chronicle = Chronicle(self.recorder)
        chronicle.follow(client)
        self.door = CommandDoor(
            client, allow_unverified=profile.allow_unverified or profile.simulated
        )
        self.door.add_listener(chronicle.command_changed)
        self.door.add_listener(self.ticket_changed.emit)
        self._bridge.attach(client, self.recorder, self.door, chronicle)
        client.add_link_listener(self._link_changed)
        self.set_observe(observe)
        self.connected_changed.emit(True)
        self._connecting = self.spawn(self._connect(client))
        return True

    def _address(self, profile: Profile) -> tuple[str, str]:
        if not profile.simulated:
            return profile.server, profile.serial
        simulator = SimulatorThread(
            serial=profile.serial, speed=self._simulator_speed, trigger_content=True
        )
        simulator.start()
        self._simulator = simulator
        return simulator.url, profile.serial

    async def _connect(self, client: AsyncIFCBClient) -> None:
        try:
            await client.connect()
        except ConnectError as exc:
            log.warning("Not connected: %s %s", exc, exc.hint)
            if isinstance(exc, AccessDeniedError):
                self.denied.emit(f"{exc} {exc.hint}".strip())

    def _link_changed(self, status: LinkStatus) -> None:
        if self.door is not None and not status.online:
            self.door.forget_awaited()
        if status.state is LinkState.FAILED:
            self._begin_end()

    def retry_now(self) -> None:
        """End the wait for the next attempt to connect."""
        if self._client is not None:
            self._client.retry_now()

    async def stop(self) -> None:
        """Disconnect, close the session and end the simulator; what is shown stays."""
        self._begin_end()
        if self._ending is not None:
            await asyncio.shield(self._ending)

    def _begin_end(self) -> None:
        if self._client is not None and self._ending is None:
            self._ending = self.spawn(self._end(self._client, self.recorder))

    async def _end(self, client: AsyncIFCBClient, recorder: Recorder | None) -> None:
        loop = asyncio.get_running_loop()
        try:
            if self._bridge.link.state is not LinkState.FAILED:
                await client.disconnect()
            if self._connecting is not None:
                await asyncio.wait([self._connecting])
            self.door = None
            self._bridge.detach()
            if self._keeper is not None:
                self._keeper.end()
            if recorder is not None:
                await loop.run_in_executor(None, recorder.close)
            if self._simulator is not None:
                simulator, self._simulator = self._simulator, None
                await loop.run_in_executor(None, simulator.stop)
        finally:
            self._client = self._ending = self._connecting = None
            if recorder is not None:
                self.recording_changed.emit(recorder.status)
            self.connected_changed.emit(False)

    def note(self, text: str) -> None:
        """Keep what the operator has to say in the session, and show it in the log."""
        if self._chronicle is not None:
            self._chronicle.note(text)

    # Commands ----------------------------------------------------------------------------

    def send(self, text: str) -> None:
        """Send a command; what becomes of it is told by the signals."""
        self.spawn(self._send(text))

    def stop_routine(self) -> None:
        """Send what stops the instrument, without a question."""
        for text in stop_commands(self._bridge.state):
            self.send(text)

    async def _send(self, text: str) -> None:
        if self.door is None:
            self.command_failed.emit(text, "Not sent: there is no connection.")
            return
        try:
            await self.door.send(text)
        except IFCBError as exc:
            self.command_failed.emit(text, f"{exc} {exc.hint}".strip())
            self._bridge.show_state()

    # Tasks -------------------------------------------------------------------------------

    def spawn(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run a coroutine as a task of the window; one that fails is logged and shown."""
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._task_done)
        return task

    async def close(self) -> None:
        """End the connection and whatever else is under way, for the end of the program."""
        await self.stop()
        tasks = self._tasks - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _task_done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (exc := task.exception()):
            task.get_loop().call_exception_handler(
                {"message": "A task of the window failed", "exception": exc, "task": task}
            )

    @Slot()
    def _tick(self) -> None:
        if self.door is not None:
            self.door.tick(self._bridge.now_ns())
        if self.recorder is not None:
            self.recording_changed.emit(self.recorder.status)
