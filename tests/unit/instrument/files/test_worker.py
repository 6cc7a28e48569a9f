"""The queue beside the event loop: in order, bounded, and without a thread where none is needed."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ifcbgui.instrument.files import FileQueue, Files, FileWorker
from ifcbgui.instrument.files import worker as worker_module
from ifcbgui.instrument.parser import parse_message
from tests.helpers.file_bench import chunks_of, plain_name

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
        """Wait until there is nothing to do, and return what is told then."""
        views: list[Files] = []
        self.worker.do(lambda queue: views.append(queue.view(time.monotonic_ns())))
        wait_until(lambda: views and self.told and _settled(self.told[-1]) == _settled(views[0]))
        return self.told[-1]


def _settled(files: Files) -> tuple[object, ...]:
    return files.jobs, files.unsolicited, files.left_out


def wait_until(happened: Callable[[], object]) -> None:
    deadline = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.001)


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    watched = Watched(tmp_path)
    yield watched
    watched.worker.close()


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
    assert [plain_name(path) for path in watched.folder.iterdir()] == [f"{NAME}.part"]
    watched.worker.close()
    assert list(watched.folder.iterdir()) == []


def test_without_anything_to_do_there_is_no_thread(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "_LINGER_S", 0.01)
    watched.fetch()
    watched.say(*chunks_of(NAME, b"x"))
    watched.rest()
    wait_until(lambda: not any(it.name == "files" for it in threading.enumerate()))
    watched.worker.do(FileQueue.clear)
    wait_until(lambda: not watched.told[-1].jobs)


def test_it_tells_ten_times_a_second_at_most(watched: Watched) -> None:
    start = time.monotonic()
    watched.fetch()
    for text in chunks_of(NAME, bytes(200)):
        watched.say(text)
        time.sleep(0.005)
    watched.rest()
    assert len(watched.told) <= 2 + (time.monotonic() - start) / 0.1
