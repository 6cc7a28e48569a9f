"""Saving the log: what was promised is what is written, and giving up leaves nothing behind."""

from __future__ import annotations

import asyncio
import errno
import os
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytest_asyncio
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from ifcbgui.session import Recorder, RecordingReader, SessionRow
from ifcbgui.ui.shell.save_log import SaveLogDialog
from tests.gui.conftest import Desk, Until
from tests.gui.test_main_window import recording
from tests.helpers.recorded import entry

MESSAGES = 2500


class GatedReader(RecordingReader):
    """Gives out the first page and a half, then waits to be let through.

    Attributes:
        waiting: Set once it waits.
        failure: What to fail with when it is let through.
    """

    def __init__(self, inner: RecordingReader, gate: threading.Event) -> None:
        self.__dict__.update(inner.__dict__)
        self._gate = gate
        self.waiting = threading.Event()
        self.failure: OSError | None = None

    def rows(
        self, start_id: int = 1, stop_id: int | None = None, ids: Iterable[int] | None = None
    ) -> Iterator[SessionRow]:
        for number, row in enumerate(super().rows(start_id, stop_id, ids)):
            if number == 1500:
                self.waiting.set()
                assert self._gate.wait(10.0)
                if self.failure:
                    raise self.failure
            yield row


class GatedRecorder(Recorder):
    """A recorder whose reader can be held up in the middle.

    Attributes:
        gate: Lets the reader through.
    """

    gate: threading.Event

    def reader(self) -> RecordingReader:
        self.last_reader = GatedReader(super().reader(), self.gate)
        return self.last_reader


class Bench:
    """A dialog on a recording of `MESSAGES` messages, of which the filter shows 10 and 20.

    Attributes:
        recorder: The recording.
        folder: The folder that the dialog offers, empty.
        tasks: What the dialog had run.
        errors: What went wrong in the loop.
    """

    def __init__(self, tmp_path: Path) -> None:
        self.folder = tmp_path / "out"
        self.folder.mkdir()
        self.recorder = GatedRecorder(tmp_path / "sessions", instrument="1", server="ws://x/y")
        self.recorder.gate = threading.Event()
        self.recorder.gate.set()
        self.recorder.start()
        for number in range(1, MESSAGES + 1):
            self.recorder.record(entry(f"reportevent:{number}"))
        self.shown: list[int] = [10, 20]
        self.selected: list[int] = []
        self.tasks: list[asyncio.Task[None]] = []
        self.errors: list[dict[str, Any]] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, error: self.errors.append(error))

    def shown_ids(self) -> NDArray[np.int64]:
        return np.array(self.shown, np.int64)

    def spawn(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(coroutine)
        self.tasks.append(task)
        return task

    def open(self) -> SaveLogDialog:
        dialog = SaveLogDialog(
            self.recorder,
            self.shown_ids,
            self.spawn,
            self.folder,
            selected_ids=lambda: np.array(self.selected, np.int64),
        )
        dialog.show()
        return dialog

    async def save_and_hold(self, until: Until, dialog: SaveLogDialog) -> None:
        """Save, and return when the writing is held up in the middle."""
        self.recorder.gate.clear()
        press(dialog)
        await until(self.recorder.last_reader.waiting.is_set)

    async def let_go(self, until: Until) -> None:
        """Let the writing go on, and wait until nothing is left of it."""
        self.recorder.gate.set()
        await until(lambda: all(task.done() for task in self.tasks))
        await until(lambda: not list(self.folder.glob(".*.part")))


@pytest_asyncio.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    bench = Bench(tmp_path)
    assert bench.recorder.flush()
    yield bench
    bench.recorder.gate.set()
    bench.recorder.close()
    await asyncio.sleep(0.05)
    assert not bench.errors
    for task in bench.tasks:
        assert task.cancelled() or task.exception() is None


def press(dialog: SaveLogDialog) -> None:
    QTest.mouseClick(dialog.save, Qt.MouseButton.LeftButton)


def gone(dialog: SaveLogDialog) -> Callable[[], object]:
    """Return what tells that a dialog is deleted."""
    happened: list[bool] = []
    dialog.destroyed.connect(lambda: happened.append(True))
    return lambda: happened


async def test_what_was_shown_at_the_opening_is_saved(
    bench: Bench, until: Until, tmp_path: Path
) -> None:
    dialog = bench.open()
    assert dialog.shown.text().endswith("(2)")
    bench.shown = [1, 2, 3]  # of another session, perhaps
    dialog.path.setText(str(bench.folder / "log.txt"))
    dialog.shown.setChecked(True)
    deleted = gone(dialog)
    press(dialog)
    await until(deleted)
    lines = (bench.folder / "log.txt").read_text().splitlines()
    assert [line.rsplit(":")[-1] for line in lines] == ["10", "20"]


async def test_what_was_selected_is_saved(bench: Bench, until: Until) -> None:
    bench.selected = [7, 2500]
    dialog = bench.open()
    assert dialog.selected.text().endswith("(2)")
    dialog.path.setText(str(bench.folder / "log.txt"))
    dialog.selected.setChecked(True)
    deleted = gone(dialog)
    press(dialog)
    await until(deleted)
    lines = (bench.folder / "log.txt").read_text().splitlines()
    assert [line.rsplit(":")[-1] for line in lines] == ["7", "2500"]


async def test_where_nothing_is_selected_there_is_nothing_to_choose(
    bench: Bench, until: Until
) -> None:
    dialog = bench.open()
    assert not dialog.selected.isEnabled()
    dialog.path.setText("")
    press(dialog)
    await until(lambda: dialog.message.text() != "")
    assert not dialog.selected.isEnabled()
    dialog.reject()


async def test_a_range_of_time_is_saved(bench: Bench, until: Until) -> None:
    dialog = bench.open()
    dialog.start.setText("-0s")
    told: list[str] = []
    dialog.saved.connect(lambda _, what: told.append(what))
    press(dialog)
    await until(lambda: told)
    [path] = bench.folder.iterdir()
    lines = path.read_text().splitlines()
    assert 0 < len(lines) < MESSAGES
    assert lines[-1].endswith(f":{MESSAGES}")
    assert told == [f"{len(lines):,} messages"]


async def test_what_is_no_time_is_explained(bench: Bench, until: Until) -> None:
    dialog = bench.open()
    dialog.stop.setText("soon")
    press(dialog)
    assert "'soon' is no time" in dialog.message.text()
    assert list(bench.folder.iterdir()) == []
    dialog.stop.setText("")
    assert dialog.message.text() == ""
    dialog.reject()


async def test_images_go_into_a_new_folder(bench: Bench, until: Until) -> None:
    dialog = bench.open()
    before = dialog.path.text()
    dialog.format.setCurrentText("Images")
    assert dialog.path.text() == before.removesuffix(".txt")
    assert dialog.path_label.text() == "&Folder"
    told: list[str] = []
    dialog.saved.connect(lambda _, what: told.append(what))
    press(dialog)
    await until(lambda: told)
    assert told == ["0 images"]
    [folder] = bench.folder.iterdir()
    assert [path.name for path in folder.iterdir()] == ["index.csv"]

    second = bench.open()
    second.format.setCurrentText("Images")
    second.path.setText(str(folder))
    press(second)
    await until(lambda: "is not empty" in second.message.text())
    second.reject()


async def test_the_ending_of_a_name_chooses_the_format(bench: Bench) -> None:
    dialog = bench.open()
    dialog.format.setCurrentText("Images")
    dialog.path.clear()
    QTest.keyClicks(dialog.path, str(bench.folder / "a.mcap"))
    assert dialog.format.currentText() == "MCAP"
    assert dialog.path_label.text() == "&File"
    dialog.reject()


async def test_what_of_a_damaged_session_was_left_out_is_told(bench: Bench, until: Until) -> None:
    path = bench.recorder.status.path
    assert path is not None
    bench.recorder.close()
    content = bytearray(path.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 4096] = b"\xff" * 4096
    path.write_bytes(content)
    dialog = bench.open()
    told: list[str] = []
    dialog.saved.connect(lambda _, what: told.append(what))
    press(dialog)
    await until(lambda: told)
    await until(lambda: "could not be read" in dialog.message.text())
    assert dialog.isVisible()
    assert dialog.message.text().startswith(told[0])
    assert dialog.cancel.text() == "Close"
    assert not dialog.save.isVisible()
    deleted = gone(dialog)
    QTest.mouseClick(dialog.cancel, Qt.MouseButton.LeftButton)
    await until(deleted)


async def test_as_many_are_saved_as_the_dialog_says(bench: Bench, until: Until) -> None:
    dialog = bench.open()
    assert dialog.everything.text().endswith(f"({MESSAGES:,})")
    bench.recorder.record(entry("reportevent:later"))
    assert bench.recorder.flush()
    told: list[str] = []
    dialog.saved.connect(lambda _, what: told.append(what))
    press(dialog)
    await until(lambda: told)
    assert told == [f"{MESSAGES:,} messages"]


async def test_a_dialog_left_open_saves_its_own_session(
    desk: Desk, until: Until, tmp_path: Path
) -> None:
    await recording(desk, until)
    desk.window.log.filter_bar.set_text("dir:out")
    await until(lambda: len(desk.window.log.shown_ids()) == 2)
    first = desk.connector.recorder
    assert first is not None
    sent = [row.text for row in first.reader().rows() if row.direction == "out"]
    desk.window.actions_by_id["save_log"].trigger()
    dialog = desk.window.findChild(SaveLogDialog)
    assert dialog is not None
    await desk.connector.stop()
    await recording(desk, until)
    desk.window.log.filter_bar.set_text("dir:in")
    await until(lambda: len(desk.window.log.shown_ids()) > 0)
    path = tmp_path / "log.txt"
    dialog.path.setText(str(path))
    dialog.shown.setChecked(True)
    press(dialog)
    await until(path.exists)
    assert [line.split(maxsplit=2)[2] for line in path.read_text().splitlines()] == sent


async def test_progress_is_seen(bench: Bench, until: Until) -> None:
    dialog = bench.open()
    await bench.save_and_hold(until, dialog)
    assert dialog.progress.maximum() == MESSAGES
    await until(lambda: dialog.progress.value() == 1000)
    deleted = gone(dialog)
    await bench.let_go(until)
    await until(deleted)


async def test_cancel_leaves_nothing_behind_and_no_error(bench: Bench, until: Until) -> None:
    dialog = bench.open()
    await bench.save_and_hold(until, dialog)
    deleted = gone(dialog)
    QTest.mouseClick(dialog.cancel, Qt.MouseButton.LeftButton)
    await until(deleted)
    await bench.let_go(until)
    assert list(bench.folder.iterdir()) == []


async def test_a_failure_after_cancel_touches_nothing(bench: Bench, until: Until) -> None:
    dialog = bench.open()
    await bench.save_and_hold(until, dialog)
    deleted = gone(dialog)
    dialog.reject()
    await until(deleted)
    bench.recorder.last_reader.failure = OSError(errno.ENOSPC, "No space left on device")
    await bench.let_go(until)
    assert list(bench.folder.iterdir()) == []


async def test_quitting_ends_an_export_at_once(bench: Bench, until: Until) -> None:
    dialog = bench.open()
    await bench.save_and_hold(until, dialog)
    [task] = bench.tasks
    task.cancel()
    await asyncio.wait([task], timeout=1.0)
    assert task.cancelled()
    deleted = gone(dialog)
    dialog.deleteLater()
    await until(deleted)
    await bench.let_go(until)
    assert list(bench.folder.iterdir()) == []


async def test_an_export_can_be_given_up_from_outside(bench: Bench, until: Until) -> None:
    dialog = bench.open()
    dialog.cancel_export()
    await bench.save_and_hold(until, dialog)
    dialog.cancel_export()
    deleted = gone(dialog)
    dialog.deleteLater()
    await until(deleted)
    await bench.let_go(until)
    assert list(bench.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (" ", "Name a file"),
        ("~nobody-of-this-name/x.txt", "There is no user ~nobody-of-this-name"),
        ("x" * 300 + ".txt", "too long"),
        ("nul\0.txt", "characters"),
        ("missing/x.txt", "is not there"),
        (os.curdir, "is a folder"),
        (os.devnull, "is a device"),
    ],
)
async def test_a_name_that_cannot_be_is_explained(
    bench: Bench, until: Until, name: str, words: str
) -> None:
    dialog = bench.open()
    dialog.path.setText(name if name.startswith("~") else str(bench.folder / name))
    if not name.strip():
        dialog.path.setText(name)
    press(dialog)
    await until(lambda: words in dialog.message.text())
    assert dialog.save.isEnabled()
    assert dialog.message.text().startswith("Not saved: ")
    dialog.path.setText("other")
    assert dialog.message.text() == ""
    dialog.reject()


async def test_a_folder_that_may_not_be_read_is_explained(
    bench: Bench, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = bench.open()
    target, stat = Path(dialog.path.text()), Path.stat

    def forbid(path: Path, **options: bool) -> os.stat_result:  # chmod does not stop root
        if path == target:
            raise PermissionError(errno.EACCES, "Permission denied")
        return stat(path, **options)

    monkeypatch.setattr(Path, "stat", forbid)
    press(dialog)
    await until(lambda: "may not write" in dialog.message.text())
    dialog.reject()


async def test_a_question_holds_for_the_name_it_was_asked_about(bench: Bench, until: Until) -> None:
    dialog = bench.open()
    first, second = bench.folder / "a.txt", bench.folder / "b.txt"
    first.write_text("precious")
    second.write_text("precious")
    dialog.path.setText(str(first))
    press(dialog)
    assert dialog.save.text() == "&Replace"
    dialog.path.setText(str(second))
    assert dialog.save.text() == "&Save"
    press(dialog)
    dialog.save.setText("&Replace a file")  # another wording is no other answer
    assert second.read_text() == "precious"
    press(dialog)
    await until(lambda: second.read_text() != "precious")
    assert first.read_text() == "precious"
