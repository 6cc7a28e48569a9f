"""The window on a simulated instrument, in Qt's and asyncio's one loop; leaks fail the test."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
import qasync
from PySide6.QtCore import QCoreApplication, QEvent, QPoint
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication

from ifcbgui.settings import SIMULATOR, CommandHistory, Settings
from ifcbgui.ui.bridge import Bridge
from ifcbgui.ui.shell.connector import Connector
from ifcbgui.ui.shell.main_window import MainWindow

TIMEOUT_S = 20.0
SPEED = 120.0
_AWAY = QPoint(-1000, -1000)

Until = Callable[[Callable[[], object]], Awaitable[None]]


def _qasync_loop() -> asyncio.AbstractEventLoop:
    app = QApplication.instance() or QApplication(["test"])
    assert isinstance(app, QApplication)
    app.setQuitOnLastWindowClosed(False)
    loop: asyncio.AbstractEventLoop = qasync.QEventLoop(app)
    return loop


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Run the coroutine tests of this folder in Qt's loop."""
    return {"qasync": _qasync_loop}


@pytest.fixture(autouse=True)
def nothing_left(qapp: QApplication) -> Iterator[None]:
    """Fail the test that leaves a window or a thread behind; take the mouse away from the next."""
    QCursor.setPos(_AWAY)
    windows = set(qapp.topLevelWidgets())
    threads = set(threading.enumerate())
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    left = [widget for widget in qapp.topLevelWidgets() if widget not in windows]
    assert not left, f"The test left windows behind: {left}"
    deadline = time.monotonic() + 2.0
    while (running := _threads() - threads) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not running, f"The test left threads behind: {running}"


def _threads() -> set[threading.Thread]:
    """Return the threads that keep a program alive, but for the executor's own pool."""
    return {
        thread
        for thread in threading.enumerate()
        if not thread.daemon and not thread.name.startswith(("asyncio_", "ThreadPoolExecutor"))
    }


@pytest.fixture
def until() -> Until:
    """Wait, without blocking Qt, until something has happened."""

    async def wait(happened: Callable[[], object]) -> None:
        async with asyncio.timeout(TIMEOUT_S):
            while not happened():
                await asyncio.sleep(0.01)

    return wait


@dataclass
class Desk:
    """A window with what stands behind it.

    Attributes:
        window: The window, shown.
        connector: Its connector.
        bridge: Its bridge.
        settings: Its settings.
    """

    window: MainWindow
    connector: Connector
    bridge: Bridge
    settings: Settings

    def connect_simulator(self) -> None:
        """Connect to the built-in simulated instrument."""
        self.window.connection.connect_to(SIMULATOR)


@pytest_asyncio.fixture
async def desk(tmp_path: Path, qapp: QApplication) -> AsyncIterator[Desk]:
    """Make a window that is not connected yet."""
    bridge = Bridge()
    connector = Connector(bridge, tmp_path / "sessions", simulator_speed=SPEED, parent=bridge)
    settings = Settings()
    window = MainWindow(bridge, connector, settings, CommandHistory(tmp_path / "history"))
    window.show()
    yield Desk(window, connector, bridge, settings)
    await connector.stop()
    await window.files.shut()
    window.hide()
    window.deleteLater()
    bridge.deleteLater()
    await asyncio.sleep(0.05)
