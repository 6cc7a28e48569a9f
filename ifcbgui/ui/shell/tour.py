"""The guided tour: the main job done once with the real widgets, in pictures.

It connects, runs a sample, looks into every panel, pauses, resumes, types a command, filters and
saves the log, as an operator would with mouse and keyboard. Where there is no display it shows what
the program is.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QRadioButton, QWidget

from ifcbgui.instrument import LinkState, RunPhase
from ifcbgui.ui.shell.layouts import LAYOUTS
from ifcbgui.ui.shell.main_window import MainWindow
from ifcbgui.ui.shell.save_log import SaveLogDialog
from ifcbgui.ui.theme import apply_theme

# A sample of 24 minutes takes half a minute.
TOUR_SPEED = 48.0
STEP_TIMEOUT_S = 60.0
SIZES = (QSize(1280, 800), QSize(1920, 1080))


_ROIS = 40
_LOOK_S = 1.0  # what is decoded and plotted away from the window is there by then
_PANELS = {
    "camera": "what the camera sees, and how sharp it is",
    "rois": "every region of interest, as they come",
    "signals": "the signals of the triggers, and where ROIs lie in the frame",
    "trends": "how things went",
    "check": "the daily check",
    "files": "files on the instrument",
}


class TourError(Exception):
    """A step of the tour did not come about."""


async def take_tour(window: MainWindow, folder: Path) -> None:
    """Take the tour and leave pictures, the saved log and the session file in a folder.

    Raises:
        TourError: If something the tour waits for did not happen.
    """
    await _Tour(window, folder).take()


class _Tour:
    def __init__(self, window: MainWindow, folder: Path) -> None:
        self._window, self._folder = window, folder
        self._pictures = 0
        folder.mkdir(parents=True, exist_ok=True)
        window.resize(SIZES[0])

    async def take(self) -> None:
        window = self._window
        bridge = window.bridge
        await self._until("the link to be online", lambda: bridge.link.state is LinkState.ONLINE)
        await self._until("the state burst", lambda: bridge.state.value("hostversion") is not None)
        self._picture("connected", "connected to the simulated instrument; nothing runs")
        await self._click(window.controls.run_sample)
        await self._until("the sample to be drawn", lambda: _phase(window) is RunPhase.RUNNING)
        await self._until("triggers", lambda: (bridge.state.value("triggers_processed") or 0) > 20)
        await self._both_themes("running", "a sample runs: triggers are counted, the syringe moves")
        await self._panels()
        await self._click(window.controls.pause)
        await self._until("the pause", lambda: bridge.state.paused is True)
        self._picture("paused", "paused: the instrument said so")
        await self._click(window.controls.resume)
        await self._until("the resume", lambda: bridge.state.paused is False)
        before = bridge.state.reading("humidity")
        await self._type(window.command_line.edit, "daq:getenvironment")
        await self._until("its echo", lambda: bridge.state.reading("humidity") is not before)
        self._picture("command", "a typed command, confirmed by the instrument's echo")
        await self._until("the end", lambda: _phase(window) is RunPhase.FINISHED)
        self._picture("finished", "finished: the instrument reported it")
        await self._filter("kind:report")
        self._picture("filtered", "the log, filtered")
        await self._save_log()
        await self._disconnect()
        self._picture("disconnected", "disconnected: what was known is greyed, the log is kept")

    async def _panels(self) -> None:
        """Look into each panel, then at several side by side."""
        docking, seen = self._window.docking, self._window.imaging.history
        await self._until(
            "the first ROIs", lambda: len(seen.rois) >= _ROIS and len(seen.frames) > 0
        )
        for name, what in _PANELS.items():
            docking.bring(name)
            await asyncio.sleep(_LOOK_S)
            self._picture(name, what)
        for choice, size in zip(LAYOUTS[1:], SIZES, strict=True):
            self._window.resize(size)
            docking.arrange(choice.layout)
            await asyncio.sleep(_LOOK_S)
            self._picture(f"layout-{choice.title.lower().replace(' ', '-')}", choice.help)
        docking.reset()
        await asyncio.sleep(_LOOK_S)  # the window may be narrow again
        self._window.resize(SIZES[0])

    async def _filter(self, text: str) -> None:
        log = self._window.log
        log.focus_filter()
        field = log.filter_bar.findChild(QLineEdit)
        assert isinstance(field, QLineEdit)
        QTest.keyClicks(field, text)
        await self._until("the filter", lambda: 0 < len(log.shown_ids()) < len(log.model.store))

    async def _save_log(self) -> None:
        self._window.actions_by_id["save_log"].trigger()
        dialog = self._window.findChild(SaveLogDialog)
        if dialog is None:
            raise TourError("The dialog to save the log did not open.")
        target = self._folder / "filtered-log.csv"
        target.unlink(missing_ok=True)
        dialog.path.setText("")
        QTest.keyClicks(dialog.path, str(target))
        await self._click(dialog.shown)
        self._picture("save-log", "saving what the filter shows", dialog)
        await self._click(dialog.save)
        await self._until("the saved log", target.exists)
        _say(f"{target}: the saved log")

    async def _disconnect(self) -> None:
        recorder = self._window.connector.recorder
        await self._click_action("disconnect")
        await self._until("the end of the link", lambda: not self._window.connector.connected)
        path = recorder.status.path if recorder else None
        if path is None:
            raise TourError("There is no session file.")
        kept = self._folder / path.name
        shutil.copyfile(path, kept)
        _say(f"{kept}: the session, every message in both directions")

    async def _click(self, button: QWidget) -> None:
        await self._until(f"{button.accessibleName()!r} to be ready", button.isEnabled)
        at = button.rect().center()
        if isinstance(button, QRadioButton):
            at.setX(8)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
        await asyncio.sleep(0.05)

    async def _click_action(self, action_id: str) -> None:
        action = self._window.actions_by_id[action_id]
        await self._until(f"{action_id!r} to be ready", action.isEnabled)
        action.trigger()

    async def _type(self, edit: QWidget, text: str) -> None:
        QTest.keyClicks(edit, text)
        QTest.keyClick(edit, Qt.Key.Key_Escape)  # puts the offers away
        QTest.keyClick(edit, Qt.Key.Key_Return)
        await asyncio.sleep(0.05)

    async def _until(self, what: str, happened: Callable[[], bool]) -> None:
        deadline = time.monotonic() + STEP_TIMEOUT_S
        while not happened():
            if time.monotonic() > deadline:
                raise TourError(f"Waited {STEP_TIMEOUT_S:.0f} s for {what} in vain.")
            await asyncio.sleep(0.03)
        await asyncio.sleep(0.15)  # what has happened is painted with the next batch

    async def _both_themes(self, name: str, what: str) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        for theme in ("dark", "light"):
            apply_theme(app, theme)
            for size in SIZES:
                self._window.resize(size)
                await asyncio.sleep(0.2)  # a new palette and size reach every widget by events
                self._picture(f"{name}-{theme}-{size.width()}x{size.height()}", what)
        self._window.resize(SIZES[0])

    def _picture(self, name: str, what: str, widget: QWidget | None = None) -> None:
        self._pictures += 1
        path = self._folder / f"{self._pictures:02d}-{name}.png"
        if not (widget or self._window).grab().save(str(path)):
            raise TourError(f"No picture could be written to {path}.")
        _say(f"{path}: {what}")


def _phase(window: MainWindow) -> RunPhase | None:
    run = window.bridge.state.run
    return run.phase if run else None


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
