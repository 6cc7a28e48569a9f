"""The queue beside the event loop: in order, bounded, and without a thread where none is needed."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

import pytest

from ifcbgui.instrument.files import FileQueue, Files, FileWorker
from ifcbgui.instrument.files import worker as worker_module
from ifcbgui.instrument.parser import parse_message
from tests.helpers.file_bench import chunks_of

NAME = "D20260314T150512_IFCB207.roi"


class Watched:
    """A worker, and what it told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[str] = []
        self.told: list[Files] = []
        self.worker = FileWorker(FileQueue(self.asked.append), self.told.append)

    def say(self, *texts: str) -> None:
        for text in texts:
            self.worker.take(parse_message(text), time.monotonic_ns())

    def fetch(self) -> None:
        self.worker.do(lambda queue: queue.fetch([NAME], self.folder, time.monotonic_ns()))

    def rest(self) -> Files:
        """Wait until there is nothing to do, and return what was told last."""
        done = threading.Event()
        self.worker.do(lambda _: done.set())
        assert done.wait(10)
        deadline = time.monotonic() + 10
        while any(thread.name == "files" for thread in threading.enumerate()):
            assert time.monotonic() < deadline
            time.sleep(0.001)
        return self.told[-1]


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


def test_a_file_comes_in_the_order_of_its_messages(watched: Watched) -> None:
    watched.fetch()
    watched.say(*chunks_of(NAME, bytes(range(200))))
    (job,) = watched.rest().jobs
    assert job.state == "done"
    assert (watched.folder / NAME).read_bytes() == bytes(range(200))
    assert watched.asked == [f"file:get:{NAME}"]


def test_what_nobody_asked_for_needs_no_thread(watched: Watched) -> None:
    before = threading.active_count()
    watched.say(*chunks_of(NAME, b"x"))
    watched.worker.tick(time.monotonic_ns())
    assert threading.active_count() == before
    assert watched.rest().unsolicited == 3


def test_what_comes_quicker_than_it_can_be_written_is_bounded_and_counted(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = chunks_of(NAME, bytes(range(200)))
    monkeypatch.setattr(worker_module, "MOST_WAITING_BYTES", sum(map(len, texts[:11])))
    disk_hangs = threading.Event()
    watched.fetch()
    watched.worker.do(lambda _: disk_hangs.wait(10))
    watched.say(*texts[:11], texts[11])
    disk_hangs.set()
    assert watched.rest().left_out == 1
    monkeypatch.undo()
    watched.say(*texts[12:])
    told = watched.rest()
    assert told.jobs[0].state == "failed"
    assert "too slow" in told.jobs[0].words
    watched.worker.do(lambda queue: queue.retry([1], time.monotonic_ns()))
    watched.say(*texts)
    assert watched.rest().jobs[0].state == "done"


def test_short_messages_are_bounded_too(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "MOST_WAITING", 10)
    disk_hangs = threading.Event()
    watched.fetch()
    watched.worker.do(lambda _: disk_hangs.wait(10))
    watched.say(*["file:end:x"] * 100)
    disk_hangs.set()
    assert watched.rest().left_out >= 90
    watched.worker.close()


def test_a_step_that_fails_does_not_stop_the_others(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: FileQueue) -> None:
        raise RuntimeError("boom")

    with caplog.at_level(logging.CRITICAL):
        watched.worker.do(fail)
        watched.fetch()
        watched.say(*chunks_of(NAME, b"x"))
        assert watched.rest().jobs[0].state == "done"


def test_at_the_end_unfinished_files_are_taken_away(watched: Watched) -> None:
    watched.fetch()
    watched.say(*chunks_of(NAME, b"x" * 20)[:3])
    watched.rest()
    assert [path.name for path in watched.folder.iterdir()] == [f"{NAME}.part"]
    watched.worker.close()
    assert list(watched.folder.iterdir()) == []
