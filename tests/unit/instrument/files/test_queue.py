"""One file after the other, whatever the host says: asked for, kept, gone on with."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifcbgui.instrument.files.queue import MOST_JOBS
from ifcbgui.instrument.files.transfer import Limits
from ifcbgui.instrument.parser import MAX_NAMES
from tests.helpers.file_bench import FileBench, chunks_of
from tests.unit.instrument.files.test_spool import FullDisk

BIN = "D20260314T150512_IFCB207"
FILES = {
    f"{BIN}.hdr": b"humidity: 41.86\nFileComment: a:b\n",
    f"{BIN}.adc": b"",
    f"{BIN}.roi": bytes(range(256)),
}
ROI = f"{BIN}.roi"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[FileBench]:
    bench = FileBench(tmp_path / "files")
    yield bench
    bench.queue.close()


def test_a_bin_comes_file_by_file(bench: FileBench) -> None:
    bench.fetch(*FILES)
    assert bench.asked == [f"file:get:{BIN}.hdr"]
    bench.serve(FILES)
    assert bench.files == FILES
    assert bench.states == ["done"] * 3
    assert bench.asked == [f"file:get:{name}" for name in FILES]
    assert bench.queue.idle
    assert bench.view.unsolicited == 0


def test_the_list(bench: FileBench) -> None:
    bench.queue.ask_for_list(bench.now_ns)
    assert bench.asked == ["file:list"]
    assert bench.view.asking
    bench.say(f"file:list:{ROI}:../../etc/passwd")
    listing = bench.view.listing
    assert listing is not None
    assert [offer.name for offer in listing.offers] == [BIN]
    assert (listing.unsafe, bench.view.asking) == (1, False)


def test_of_a_list_without_end_the_rest_is_counted(bench: FileBench) -> None:
    bench.queue.ask_for_list(bench.now_ns)
    bench.say("file:list" + f":{ROI}" * (MAX_NAMES + 3))
    listing = bench.view.listing
    assert listing is not None
    assert (listing.told, listing.left_out) == (MAX_NAMES + 3, 3)
    assert listing.offers[0].files == (ROI,)


def test_no_list_comes(bench: FileBench) -> None:
    bench.queue.ask_for_list(bench.now_ns)
    bench.pass_time(32)
    assert not bench.view.asking
    assert "No list has come" in bench.view.words


def test_what_nobody_asked_for_is_counted_and_never_written(bench: FileBench) -> None:
    bench.say(*chunks_of(ROI, b"evil"), "file:list:x")
    assert bench.view.unsolicited == 4
    assert bench.view.listing is None
    assert not bench.folder.exists()


def test_unsafe_names_are_not_even_asked_for(bench: FileBench) -> None:
    bench.fetch("../x", "x:y", "a\nb", "")
    assert bench.asked == []
    assert "4 files were not queued" in bench.view.words


def test_a_file_of_another_client_goes_by(bench: FileBench) -> None:
    bench.fetch(ROI)
    for ours, other in zip(chunks_of(ROI, b"x" * 20), chunks_of("y.zip", b"y" * 20), strict=True):
        bench.say(other, ours)
    assert bench.files == {ROI: b"x" * 20}
    assert bench.view.unsolicited == 6


def test_a_silent_host_is_given_up_and_the_next_file_asked_for(bench: FileBench) -> None:
    bench.fetch(ROI, "b.zip")
    bench.say(*chunks_of(ROI, b"x" * 20)[:3])
    bench.pass_time(32)
    assert bench.states == ["failed", "asked for"]
    assert bench.asked == [f"file:get:{ROI}", "file:get:b.zip"]
    bench.say(*chunks_of("b.zip", b"b"))
    bench.queue.retry([1], bench.now_ns)
    bench.say(*chunks_of(ROI, b"x" * 20))
    assert bench.files == {ROI: b"x" * 20, "b.zip": b"b"}


def test_asking_again_goes_on_from_what_has_come(bench: FileBench) -> None:
    texts = chunks_of(ROI, bytes(range(100)))
    bench.fetch(ROI)
    bench.say(texts[0], *texts[5:9])
    bench.pass_time(32)
    kept = bench.files[f"{ROI}.part"]
    assert len(kept) == 20
    bench.queue.retry([1], bench.now_ns)
    bench.say(*texts[:8])
    assert bench.files[f"{ROI}.part"][:20] == kept
    bench.say(*texts[8:])
    assert bench.files == {ROI: bytes(range(100))}


def test_another_file_of_that_name_begins_anew_and_says_so(bench: FileBench) -> None:
    bench.fetch(ROI)
    bench.say(*chunks_of(ROI, b"x" * 20)[:3])
    bench.pass_time(32)
    bench.queue.retry([1], bench.now_ns)
    bench.say(chunks_of(ROI, b"y" * 30)[0])
    assert "begun anew" in bench.words
    bench.say(*chunks_of(ROI, b"y" * 30)[1:])
    assert bench.files == {ROI: b"y" * 30}


def test_a_lost_link_goes_on_by_itself(bench: FileBench) -> None:
    texts = chunks_of(ROI, bytes(range(100)))
    bench.fetch(ROI, "b.zip")
    bench.say(*texts[:4])
    bench.queue.link_lost(bench.now_ns)
    assert bench.states == ["waiting", "waiting"]
    bench.pass_time(100)
    assert len(bench.asked) == 1
    bench.queue.link_back(bench.now_ns)
    assert bench.asked == [f"file:get:{ROI}"] * 2
    bench.say(*texts)
    assert bench.files[ROI] == bytes(range(100))


def test_after_a_disconnect_nothing_is_asked_for_by_itself(bench: FileBench) -> None:
    bench.fetch(ROI, "b.zip")
    bench.queue.disconnected(bench.now_ns)
    bench.queue.link_back(bench.now_ns)
    assert bench.states == ["failed", "failed"]
    assert len(bench.asked) == 1
    bench.queue.retry([1, 2], bench.now_ns)
    assert len(bench.asked) == 2


def test_another_instrument_is_asked_for_nothing_of_the_first(bench: FileBench) -> None:
    bench.fetch(ROI, "b.zip")
    bench.say(*chunks_of(ROI, b"x" * 20)[:3])
    bench.queue.disconnected(bench.now_ns)
    bench.queue.forget_host(bench.now_ns)
    bench.queue.link_back(bench.now_ns)
    assert bench.states == ["cancelled", "cancelled"]
    assert len(bench.asked) == 1
    assert bench.files == {}


def test_a_command_that_does_not_get_through_fails_all_that_wait(bench: FileBench) -> None:
    bench.fetch(ROI, "b.zip")
    bench.queue.not_sent(f"file:get:{ROI}", "Observing only. Take control first.", bench.now_ns)
    assert bench.states == ["failed", "failed"]
    assert "Take control" in bench.words
    assert len(bench.asked) == 1


def test_a_list_command_that_does_not_get_through(bench: FileBench) -> None:
    bench.queue.ask_for_list(bench.now_ns)
    bench.queue.not_sent("file:list", "Refused.", bench.now_ns)
    assert (bench.view.asking, bench.view.words) == (False, "Refused.")


def test_a_cancelled_file_leaves_nothing_and_the_host_may_finish_it(bench: FileBench) -> None:
    texts = chunks_of(ROI, b"x" * 20)
    bench.fetch(ROI, "b.zip")
    bench.say(*texts[:3])
    bench.queue.cancel([1], bench.now_ns)
    assert bench.files == {}
    assert bench.view.finishing == ROI
    bench.say(*texts[3:-1])
    assert len(bench.asked) == 1, "the host serves one file at a time"
    bench.say(texts[-1])
    assert bench.asked[1:] == ["file:get:b.zip"]
    assert bench.states == ["cancelled", "asked for"]


def test_a_host_that_stops_sending_what_was_cancelled_is_asked_soon(bench: FileBench) -> None:
    bench.fetch(ROI, "b.zip")
    bench.queue.cancel([1], bench.now_ns)
    bench.pass_time(4)
    assert len(bench.asked) == 1
    bench.pass_time(3)
    assert len(bench.asked) == 2


def test_a_file_that_cannot_be_taken_is_not_mixed_with_the_next(bench: FileBench) -> None:
    texts = chunks_of(ROI, b"x" * 20)
    bench.fetch(ROI, "b.zip")
    bench.say(texts[0], f"file:chunk:{ROI}:99:AAAA")
    assert bench.states == ["failed", "waiting"]
    assert bench.files == {}
    bench.say(*texts[1:])
    assert bench.states == ["failed", "asked for"]
    assert bench.files == {}


def test_a_full_disk(tmp_path: Path) -> None:
    disk = FullDisk(12)
    bench = FileBench(tmp_path / "files", open_file=disk)
    texts = chunks_of(ROI, b"x" * 20)
    bench.fetch(ROI)
    bench.say(*texts)
    assert bench.states == ["failed"]
    assert "is full" in bench.words
    assert list(bench.files) == [f"{ROI}.part"]
    disk.room = 100
    bench.queue.retry([1], bench.now_ns)
    bench.say(*texts)
    assert bench.files == {ROI: b"x" * 20}


def test_files_too_large_are_not_kept(tmp_path: Path) -> None:
    bench = FileBench(tmp_path / "files", Limits(file_bytes=12))
    bench.fetch(ROI)
    bench.say(*chunks_of(ROI, b"x" * 20))
    assert bench.states == ["failed"]
    assert bench.files == {}


def test_a_flood_of_chunks_takes_no_room(bench: FileBench) -> None:
    texts = chunks_of(ROI, b"x" * 20)
    bench.fetch(ROI)
    bench.say(texts[0])
    for _ in range(2000):
        bench.say(texts[1], texts[2], f"file:chunk:other:{random.randrange(9)}:AAAA")
    assert len(bench.files[f"{ROI}.part"]) == 10
    bench.pass_time(32)
    assert bench.states == ["failed"]
    assert bench.view.unsolicited > 5000


def test_what_was_left_out_is_said(bench: FileBench) -> None:
    texts = chunks_of(ROI, b"x" * 20)
    bench.fetch(ROI)
    bench.queue.left_out += 2
    bench.say(texts[0], texts[2], texts[-1])
    assert "too slow to write all that came (2 messages)" in bench.words


def test_what_was_kept_and_is_gone_comes_again(bench: FileBench) -> None:
    texts = chunks_of(ROI, b"x" * 20)
    bench.fetch(ROI)
    bench.say(*texts[:3])
    bench.pass_time(32)
    for path in bench.folder.iterdir():
        path.unlink()
    bench.queue.retry([1], bench.now_ns)
    bench.say(*texts)
    assert bench.files == {ROI: b"x" * 20}


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="Nobody counts open files here.")
def test_unfinished_files_are_not_held_open(bench: FileBench) -> None:
    def held() -> int:
        places = list(Path("/proc/self/fd").iterdir())
        return sum(it.is_symlink() and it.readlink().suffix == ".part" for it in places)

    bench.fetch(ROI, "b.zip")
    bench.say(*chunks_of(ROI, b"x" * 20)[:3])
    assert held() == 1
    bench.pass_time(32)
    assert bench.states == ["failed", "asked for"]
    assert held() == 0


def test_a_file_under_way_is_not_queued_twice(bench: FileBench) -> None:
    bench.fetch(ROI)
    bench.fetch(ROI)
    assert bench.states == ["asked for"]


def test_speed_and_time_left(bench: FileBench) -> None:
    texts = chunks_of(ROI, b"x" * 100, size=10)
    bench.fetch(ROI)
    bench.say(texts[0])
    for text in texts[1:6]:
        bench.pass_time(1)
        bench.say(text)
    (job,) = bench.view.jobs
    assert (job.chunks, job.count, job.size) == (5, 10, 50)
    assert job.speed == pytest.approx(12.5)
    assert job.remaining_s == pytest.approx(4.0)
    assert (job.expected, job.words) == (100, "")
    bench.pass_time(6)
    assert bench.view.jobs[0].speed == 0
    assert bench.view.jobs[0].remaining_s is None
    assert "Nothing new comes" in bench.view.jobs[0].words


def test_what_was_there_with_the_same_content_is_told_from_what_was_fetched(
    bench: FileBench,
) -> None:
    for _ in range(2):
        bench.fetch(ROI)
        bench.say(*chunks_of(ROI, b"x" * 100))
    assert [job.was_there for job in bench.view.jobs] == [False, True]


def test_the_queue_is_bounded_and_what_has_ended_makes_room(bench: FileBench) -> None:
    bench.fetch(*(f"{number}.zip" for number in range(MOST_JOBS + 5)))
    assert len(bench.view.jobs) == MOST_JOBS
    assert "5 files were not queued" in bench.view.words
    bench.say(*chunks_of("0.zip", b"x"))
    bench.fetch("new.zip")
    assert bench.view.jobs[-1].name == "new.zip"


def test_clearing_leaves_what_is_under_way(bench: FileBench) -> None:
    bench.fetch(ROI, "b.zip")
    bench.say(*chunks_of(ROI, b"x"))
    bench.queue.clear()
    assert [job.name for job in bench.view.jobs] == ["b.zip"]
    assert bench.files == {ROI: b"x"}


def test_at_the_end_no_unfinished_file_is_left(bench: FileBench) -> None:
    bench.fetch(ROI)
    bench.say(*chunks_of(ROI, b"x" * 20)[:3])
    bench.queue.close()
    assert bench.files == {}


# --- whatever a host says -----------------------------------------------------------------------

GOOD = {"a.roi": b"0123456789", "b.hdr": b"humidity: 1\n"}
SAID = [text for name, data in GOOD.items() for text in chunks_of(name, data)]
NAMES = st.sampled_from([*GOOD, "A.roi", "c.zip", "../a.roi", "/etc/x", "", "a.roi\0"])
HOSTILE = st.one_of(
    st.builds(
        "file:start:{}:{}:{}".format,
        NAMES,
        st.integers(-2, 5),
        st.sampled_from(["octet/stream", "text/plain", "x"]),
    ),
    st.builds(
        "file:chunk:{}:{}:{}".format,
        NAMES,
        st.integers(-2, 5),
        st.sampled_from(["MDEyMzQ=", "AAAA", "", "?", "\ud800"]),
    ),
    st.builds("file:end:{}".format, NAMES),
    st.builds("file:list:{}:{}".format, NAMES, NAMES),
    st.text(max_size=20).map("file:".__add__),
)
STEPS = st.one_of(
    st.sampled_from(SAID),
    HOSTILE,
    st.sampled_from(["tick", "cancel", "retry", "fetch", "lost", "back", "clear", "list"]),
)


def do(bench: FileBench, step: str) -> None:
    queue, now_ns = bench.queue, bench.now_ns
    match step:
        case "tick":
            bench.pass_time(16)
        case "cancel":
            queue.cancel([1], now_ns)
        case "retry":
            queue.retry([1, 2], now_ns)
        case "fetch":
            bench.fetch(*GOOD)
        case "lost":
            queue.link_lost(now_ns)
        case "back":
            queue.link_back(now_ns)
        case "clear":
            queue.clear()
        case "list":
            queue.ask_for_list(now_ns)
        case _:
            bench.say(step)


@given(st.lists(STEPS, max_size=60))
def test_in_any_order_nothing_is_raised_and_no_half_file_has_a_name(steps: list[str]) -> None:
    with tempfile.TemporaryDirectory() as place:
        bench = FileBench(Path(place) / "files")
        bench.fetch(*GOOD)
        whole: set[str] = set()
        for step in steps:
            do(bench, step)
            done = [job for job in bench.view.jobs if job.state == "done"]
            assert all(job.chunks == job.count for job in done)
            whole |= {job.path.name for job in done if job.path}
            assert {name for name in bench.files if not name.endswith(".part")} <= whole
        bench.queue.close()
        assert set(bench.files) == whole
        assert [path.name for path in Path(place).iterdir()] in ([], ["files"])


@given(st.permutations(chunks_of("a.roi", b"0123456789abc", size=2)[1:-1]), st.data())
def test_chunks_in_any_order_make_the_same_file(chunks: list[str], data: st.DataObject) -> None:
    start, *_, end = chunks_of("a.roi", b"0123456789abc", size=2)
    repeated = data.draw(st.lists(st.sampled_from(chunks), max_size=5))
    with tempfile.TemporaryDirectory() as place:
        bench = FileBench(Path(place))
        bench.fetch("a.roi")
        bench.say(start, *chunks[:3], *(text for text in repeated if text in chunks[:3]))
        assert "a.roi" not in bench.files
        bench.say(*chunks[3:], *repeated)
        assert "a.roi" not in bench.files
        bench.say(end)
        assert bench.files == {"a.roi": b"0123456789abc"}
