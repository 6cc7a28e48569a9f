from __future__ import annotations

import csv
import errno
import io
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ifcbgui.instrument.entry import Direction
from ifcbgui.session import (
    EntryFilter,
    FilterError,
    SessionError,
    SessionReader,
    SessionRow,
    TimeRange,
    entry_json,
    entry_text,
    export,
)
from tests.helpers.recorded import FakeDisk, MakeRecorder, MakeSession, entry, message
from tests.helpers.texts import wire_texts

HEADER = ["id", "time_ns", "direction", "sender", "source", "seqno", "text", "time"]

rows_of_any_kind = st.lists(
    st.builds(
        SessionRow,
        id=st.just(0),
        time_ns=st.integers(-(2**63), 2**63 - 1),
        direction=st.sampled_from(Direction).map(str),
        sender=st.none() | wire_texts(),
        source=st.none() | st.integers(),
        seqno=st.none() | st.integers(-(2**63), 2**63 - 1),
        text=wire_texts() | wire_texts('",\r\n\\\0\ud800 a:'),
    ),
    max_size=8,
).map(lambda rows: [row._replace(id=number) for number, row in enumerate(rows, start=1)])


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder / "log"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(rows=rows_of_any_kind)
def test_the_file_holds_exactly_what_the_session_holds(
    make_session: MakeSession, out: Path, rows: list[SessionRow]
) -> None:
    with SessionReader(make_session(rows)) as reader:
        assert list(reader.rows()) == rows

        assert export(reader, out, "text") == len(rows)
        assert out.read_bytes().decode().splitlines() == list(map(entry_text, rows))

        assert export(reader, out, "jsonl") == len(rows)
        assert out.read_bytes() == b"".join(entry_json(row) + b"\n" for row in rows)
        read = [json.loads(line) for line in out.read_bytes().splitlines()]
        assert [tuple(line[name] for name in SessionRow._fields) for line in read] == rows

        assert export(reader, out, "csv") == len(rows)
        content = out.read_bytes().decode("utf-8", "surrogatepass")
        header, *lines = csv.reader(io.StringIO(content, newline=""))
        assert header == HEADER
        assert [line[:-1] for line in lines] == [
            ["" if value is None else str(value) for value in row] for row in rows
        ]


def test_csv_is_as_rfc_4180_has_it(make_session: MakeSession, out: Path) -> None:
    row = SessionRow(1, 1_500, "in", True, None, 1, 'a "b", c\nd')
    with SessionReader(make_session([row])) as reader:
        export(reader, out, "csv")

    assert out.read_bytes() == (
        b"id,time_ns,direction,sender,source,seqno,text,time\r\n"
        b'1,1500,in,true,,1,"a ""b"", c\nd",1970-01-01T00:00:00.000001Z\r\n'
    )


@pytest.mark.parametrize("format_", ["text", "csv", "jsonl", "mcap"])
def test_only_what_is_wanted(make_session: MakeSession, out: Path, format_: str) -> None:
    rows = [
        message(1, "valuechanged:pausestate:0"),
        message(2, "reportevent:Sample done"),
        message(3, "refresh", direction="out"),
        message(4, "reportevent:Sample saved"),
    ]
    with SessionReader(make_session(rows)) as reader:

        def exported(**choice: object) -> tuple[int, bytes]:
            return export(reader, out, format_, **choice), out.read_bytes()  # type: ignore[arg-type]

        assert exported(entry_filter=EntryFilter.parse("")) == exported()
        assert exported(entry_filter=EntryFilter.parse("kind:report")) == exported(ids=[2, 4])
        assert exported(entry_filter=EntryFilter.parse("dir:out")) == exported(ids=[3])
        assert exported(entry_filter=EntryFilter.parse("saved"), ids=[1, 2]) == exported(ids=[])
        assert exported()[0] == 4


def test_times_count_back_from_the_newest_message(make_session: MakeSession, out: Path) -> None:
    rows = [SessionRow(n, n * 60 * 10**9, "in", None, None, n, "client:reset") for n in range(1, 9)]
    with SessionReader(make_session(rows)) as reader:
        last = EntryFilter.parse("time>=-2m")
        assert export(reader, out, "text", entry_filter=last) == 3
        assert export(reader, out, "text", entry_filter=last, ids=[5, 6]) == 1


@pytest.mark.parametrize(
    ("start", "stop", "ids"),
    [
        ("", "", [1, 2, 3, 4, 5, 6, 7, 8]),
        ("-2m", "", [6, 7, 8]),
        ("", "-2m", [1, 2, 3, 4, 5]),
        ("00:03", "1970-01-01T00:05", [3, 4]),
        ("1970-01-01T00:07Z", " ", [7, 8]),
        ("-1m", "-1m", []),
    ],
)
def test_a_range_of_time_begins_there_and_ends_before(
    make_session: MakeSession, out: Path, start: str, stop: str, ids: list[int]
) -> None:
    rows = [SessionRow(n, n * 60 * 10**9, "in", None, None, n, "client:reset") for n in range(1, 9)]
    with SessionReader(make_session(rows)) as reader:
        export(reader, out, "jsonl", time_range=TimeRange.parse(start, stop))

    assert [json.loads(line)["id"] for line in out.read_bytes().splitlines()] == ids


def test_a_range_and_a_filter_both_hold(make_session: MakeSession, out: Path) -> None:
    rows = [SessionRow(n, n * 60 * 10**9, "in", None, None, n, f"reportevent:{n}") for n in (1, 2)]
    with SessionReader(make_session(rows)) as reader:
        since, wanted = TimeRange.parse("-30s"), EntryFilter.parse("1")
        assert export(reader, out, "text", time_range=since, entry_filter=wanted) == 0
        assert export(reader, out, "text", time_range=since, ids=[1]) == 0
        assert export(reader, out, "text", time_range=since) == 1


@pytest.mark.parametrize("text", ["soon", "25:00", "10m", "2026-22-11"])
def test_what_is_no_time_is_explained(text: str) -> None:
    with pytest.raises(FilterError, match="is no time"):
        TimeRange.parse(stop=text)


def test_progress_is_told(make_session: MakeSession, out: Path) -> None:
    told: list[int] = []
    rows = [message(row_id) for row_id in range(1, 2501)]
    with SessionReader(make_session(rows)) as reader:
        export(reader, out, "text", entry_filter=EntryFilter.parse("no such"), progress=told.append)

    assert told == [1000, 2000, 2500]


@pytest.mark.parametrize("format_", ["text", "csv", "jsonl", "mcap"])
def test_cancelling_leaves_what_was_there(
    make_session: MakeSession, out: Path, format_: str
) -> None:
    out.write_text("before")
    told: list[int] = []
    rows = [message(row_id) for row_id in range(1, 2501)]
    with SessionReader(make_session(rows)) as reader:
        count = export(reader, out, format_, progress=told.append, cancelled=lambda: told == [1000])

    assert count == 0
    assert told == [1000]
    assert out.read_text() == "before"
    assert list(out.parent.iterdir()) == [out]


def test_cancelling_leaves_no_folder(make_session: MakeSession, out: Path) -> None:
    rows = [message(row_id, "triggerimage:AAAA") for row_id in range(1, 1502)]
    told: list[int] = []
    with SessionReader(make_session(rows)) as reader:
        count = export(reader, out, "images", progress=told.append, cancelled=lambda: bool(told))

    assert count == 0
    assert list(out.parent.iterdir()) == []


def test_cancelling_at_the_last_moment_leaves_what_was_there(
    make_session: MakeSession, out: Path
) -> None:
    out.write_text("before")
    told: list[int] = []
    with SessionReader(make_session([message(1)])) as reader:
        count = export(reader, out, "text", progress=told.append, cancelled=lambda: bool(told))

    assert count == 0
    assert out.read_text() == "before"
    assert list(out.parent.iterdir()) == [out]


def test_a_session_that_grows_is_exported_as_it_was_at_the_start(
    make_recorder: MakeRecorder, out: Path
) -> None:
    recorder = make_recorder()
    recorder.start()
    for _ in range(2500):  # more than a page, so that more could be read after the first
        recorder.record(entry())
    assert recorder.flush()

    def grow(done: int) -> None:
        recorder.record(entry())
        assert recorder.flush()

    with SessionReader(recorder.status.path or Path()) as reader:
        assert export(reader, out, "jsonl", progress=grow) == 2500


def test_a_recording_in_trouble_can_be_exported(
    make_recorder: MakeRecorder, disk: FakeDisk, out: Path
) -> None:
    disk.fill()
    recorder = make_recorder()
    recorder.start()
    for _ in range(3):
        recorder.record(entry())

    assert export(recorder.reader(), out, "jsonl") == 3
    assert [json.loads(line)["id"] for line in out.read_bytes().splitlines()] == [1, 2, 3]


def test_the_session_itself_is_never_replaced(make_session: MakeSession) -> None:
    path = make_session([message(1)])
    before = path.read_bytes()
    with SessionReader(path) as reader, pytest.raises(SessionError, match="the session itself"):
        export(reader, path, "text")

    assert path.read_bytes() == before


def test_a_window_and_the_command_line_write_the_same(
    make_recorder: MakeRecorder, out: Path
) -> None:
    recorder = make_recorder()
    recorder.start()
    recorder.event("connected", "Connected.")
    for number in range(3):
        recorder.record(entry(f"reportevent:{number}", seqno=number))
    assert recorder.flush()
    for format_ in ("text", "csv", "jsonl", "mcap"):
        export(recorder.reader(), out, format_)
        written = out.read_bytes()
        with SessionReader(recorder.status.path or Path()) as reader:
            export(reader, out, format_)
        assert out.read_bytes() == written


def test_a_folder_that_is_not_there_is_told(make_session: MakeSession, tmp_path: Path) -> None:
    with SessionReader(make_session([])) as reader, pytest.raises(SessionError) as failure:
        export(reader, tmp_path / "none" / "log", "text")

    assert str(tmp_path / "none") in str(failure.value)
    assert failure.value.hint


def test_a_name_that_is_too_long_is_told(make_session: MakeSession, out: Path) -> None:
    with SessionReader(make_session([])) as reader, pytest.raises(SessionError, match="too long"):
        export(reader, out.with_name("x" * 250), "text")


def test_a_disk_that_fills_up_is_told_and_leaves_what_was_there(
    make_session: MakeSession, out: Path
) -> None:
    out.write_text("before")

    def fill(done: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with (
        SessionReader(make_session([message(1)])) as reader,
        pytest.raises(SessionError, match="is full") as failure,
    ):
        export(reader, out, "text", progress=fill)

    assert failure.value.hint
    assert out.read_text() == "before"
    assert list(out.parent.iterdir()) == [out]


def test_an_unknown_format_is_a_fault_of_the_caller(make_session: MakeSession, out: Path) -> None:
    with SessionReader(make_session([])) as reader, pytest.raises(ValueError, match="xlsx"):
        export(reader, out, "xlsx")
