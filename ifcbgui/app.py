"""The desktop program: builds what lives as long as the window, and runs it until it closes."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_API", "pyside6")
os.environ.setdefault("PYQTGRAPH_QT_LIB", "PySide6")

import qasync
from PySide6.QtCore import QObject, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication

from ifcbgui.cli.options import WindowOptions
from ifcbgui.cli.recording import recorder_settings
from ifcbgui.settings import (
    SIMULATOR,
    CommandHistory,
    Profile,
    SettingsError,
    SettingsStore,
    find_profile,
    history_path,
    home,
    library_path,
    profile_for,
    session_dir,
    settings_path,
)
from ifcbgui.ui.bridge import Bridge
from ifcbgui.ui.icons import app_icon
from ifcbgui.ui.shell.connector import Connector
from ifcbgui.ui.shell.crash import CrashHandler
from ifcbgui.ui.shell.main_window import MainWindow
from ifcbgui.ui.shell.tour import TOUR_SPEED, take_tour
from ifcbgui.ui.style import OutlinedFusion
from ifcbgui.ui.theme import apply_theme
from ifcbgui.ui.widgets.notice import Level

SAVE_SETTINGS_EVERY_MS = 60_000
# A burst of work in one thread must not hold the window's thread for longer than this.
SWITCH_INTERVAL_S = 0.001


def run(options: WindowOptions) -> int:
    """Run the desktop program until its window is closed.

    Returns:
        The exit code.
    """
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    app = QApplication.instance() or QApplication(["ifcbgui"])
    assert isinstance(app, QApplication)
    app.setApplicationName("ifcbgui")
    app.setDesktopFileName("ifcbgui")
    app.setWindowIcon(app_icon())
    app.setStyle(OutlinedFusion())
    # The window's closing begins the shutdown below; Qt must not end the loop under it.
    app.setQuitOnLastWindowClosed(False)
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    loop.set_default_executor(ThreadPoolExecutor(2, thread_name_prefix="work"))
    program = Program(app, options)
    program.crash_handler.install(loop)
    try:
        with loop:
            return int(loop.run_until_complete(program.run()))
    finally:
        program.crash_handler.remove()
        asyncio.set_event_loop(None)


class Program(QObject):
    """Everything that lives as long as the window.

    Args:
        app: The Qt application.
        options: What the command line asked for.
    """

    _failure = Signal(str)

    def __init__(self, app: QApplication, options: WindowOptions) -> None:
        super().__init__()
        self._options = options
        self._closed = asyncio.Event()
        self._exit_code = 0
        self.crash_handler = CrashHandler(home() / "logs", self._failure.emit)
        self._store = SettingsStore(settings_path())
        self.settings, complaint = self._store.load()
        apply_theme(app, options.theme or self.settings.theme)  # type: ignore[arg-type]
        self.bridge = Bridge(self)
        self.connector = Connector(
            self.bridge,
            options.session_dir or session_dir(self.settings),
            recorder_settings=lambda: recorder_settings(self.settings),
            simulator_speed=TOUR_SPEED if options.tour else 1.0,
            parent=self,
        )
        self.window = MainWindow(
            self.bridge,
            self.connector,
            self.settings,
            CommandHistory(history_path()),
            library_index=library_path(),
        )
        if options.size:
            self.window.resize(QSize(*options.size))
        self.window.closing.connect(self._close)
        self._failure.connect(self._show_failure, Qt.ConnectionType.QueuedConnection)
        self._save_timer = QTimer(self)
        self._save_timer.setInterval(SAVE_SETTINGS_EVERY_MS)
        self._save_timer.timeout.connect(self._save_settings)
        if complaint:
            self.window.notices.notify("settings", Level.WARNING, complaint)

    async def run(self) -> int:
        """Show the window, do what was asked for, and clean up once it is closed."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._closed.set)
        self.window.show()
        self._save_timer.start()
        self._connect_at_once()
        jobs = [asyncio.create_task(job) for job in self._jobs()]
        try:
            await self._closed.wait()
        finally:
            for job in jobs:
                job.cancel()
            await asyncio.gather(*jobs, return_exceptions=True)
            await self.window.replay.shut()
            await self.window.files.shut()
            await self.connector.close()
            self._save_timer.stop()
            self.window.keep_layout()
            self._save_settings()
            self.window.hide()
        return self._exit_code

    def _jobs(self) -> list[Coroutine[Any, Any, None]]:
        options = self._options
        jobs: list[Coroutine[Any, Any, None]] = []
        if options.tour:
            jobs.append(self._tour(options.tour))
        if options.screenshot or options.quit_after is not None:
            jobs.append(self._picture_and_quit())
        return jobs

    def _connect_at_once(self) -> None:
        options = self._options
        observe = True if options.observe else None
        if options.connect and options.serial:
            profile = self._profile(options.connect, options.serial)
            self.window.connection.connect_to(profile, observe=observe)
        elif options.simulate:
            self.window.connection.connect_to(SIMULATOR, observe=observe)

    def _profile(self, server: str, serial: str) -> Profile:
        known = find_profile(self.settings.profiles, server, serial)
        return known or profile_for(server, serial)

    async def _tour(self, folder: Path) -> None:
        try:
            await take_tour(self.window, folder)
        except Exception as exc:  # noqa: BLE001 - whatever it was, the caller must hear of it
            print(f"ifcbgui: the tour failed: {exc!r}", file=sys.stderr)  # noqa: T201
            self._exit_code = 1
        self._closed.set()

    async def _picture_and_quit(self) -> None:
        await asyncio.sleep(self._options.quit_after or 3.0)
        if self._options.screenshot and not self.window.grab().save(str(self._options.screenshot)):
            print(  # noqa: T201
                f"ifcbgui: no picture could be written to {self._options.screenshot}. "
                "Name a .png file in a folder that can be written to.",
                file=sys.stderr,
            )
            self._exit_code = 1
        self._closed.set()

    @Slot()
    def _close(self) -> None:
        self._closed.set()

    @Slot()
    def _save_settings(self) -> None:
        try:
            self._store.save(self.settings)
        except SettingsError as exc:
            self.window.notices.notify("settings", Level.WARNING, str(exc))

    @Slot(str)
    def _show_failure(self, text: str) -> None:
        self.window.notices.notify("failure", Level.ERROR, text)
