from __future__ import annotations

import json
import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ifcbgui.instrument.entry import Direction
from ifcbgui.session import (
    EntryFilter,
    Imported,
    SessionError,
    SessionReader,
    SessionRow,
    export,
    import_file,
)
from tests.helpers.recorded import MakeSession, message
from tests.helpers.texts import wire_texts

scalars = st.none() | st.booleans() | st.integers() | st.floats() | wire_texts()
times_ns = st.integers(-(2**63), 2**63 - 1)
rows_of_any_kind = st.lists(
    st.builds(
        SessionRow,
        id=st.integers(1, 5),
        time_ns=times_ns,
        direction=st.sampled_from(Direction).map(str),
        sender=scalars,
        source=scalars,
        seqno=st.none() | st.integers(),
        text=wire_texts() | wire_texts('",\r\n\\\0\ud800 a:\ufeff'),
    ),
    max_size=8,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "log.jsonl"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "sessions"


def imported(file: Path, folder: Path, *lines: Any) -> Imported:
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    done = import_file(file, folder)
    assert done is not None
    return done


def rows_of(path: Path) -> list[SessionRow]:
    with SessionReader(path) as reader:
        return list(reader.rows())


def with_rising_ids(rows: list[SessionRow]) -> list[SessionRow]:
    """Take the ids for steps."""
    last, result = 0, []
    for row in rows:
        last += row.id
        result.append(row._replace(id=last))
    return result


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(rows=rows_of_any_kind.map(with_rising_ids).filter(bool))
def test_json_lines_come_back_byte_for_byte(
    make_session: MakeSession, file: Path, folder: Path, rows: list[SessionRow]
) -> None:
    with SessionReader(make_session(rows)) as reader:
        assert export(reader, file, "jsonl") == len(rows)
    before = file.read_bytes()
    done = import_file(file, folder)
    assert done is not None
    with SessionReader(done.path) as reader:
        export(reader, file, "jsonl")

    assert file.read_bytes() == before
    assert (done.messages, done.problem, done.remark) == (len(rows), None, None)


def test_a_text_is_enough(file: Path, folder: Path) -> None:
    file.touch()
    os.utime(file, ns=(0, 5_000))
    done = imported(file, folder, {"text": "client:reset"}, {"text": "x", "more": [1]})
    changed_ns = file.stat().st_mtime_ns

    assert rows_of(done.path) == [
        SessionRow(1, changed_ns, "in", None, None, None, "client:reset"),
        SessionRow(2, changed_ns, "in", None, None, None, "x"),
    ]
    assert done.remark == "2 messages say no time: they have that of the one before."


def test_a_time_may_be_written_in_iso(file: Path, folder: Path) -> None:
    done = imported(
        file,
        folder,
        {"text": "a", "time": "2026-11-22T16:05:00.123456Z"},
        {"text": "b"},
        {"text": "c", "time": "2026-11-22T18:05:01+02:00"},
    )
    first_ns = 1_795_363_500_123_456_000
    assert [row.time_ns for row in rows_of(done.path)] == [
        first_ns,
        first_ns,
        1_795_363_501_000_000_000,
    ]
    assert done.path.name == "instrument_20261122T160500Z.ifcbsession"


def test_the_monotonic_clock_never_goes_back(file: Path, folder: Path) -> None:
    done = imported(file, folder, *({"text": "a", "time_ns": time_ns} for time_ns in (5, 9, 7, 8)))
    with SessionReader(done.path) as reader:
        clocks = [(entry.time_ns, entry.monotonic_ns) for _, entry in reader.entries()]
    assert clocks == [(5, 5), (9, 9), (7, 9), (8, 9)]


def test_ids_that_do_not_go_up_are_replaced(file: Path, folder: Path) -> None:
    ids = [7, 9, 9, 2, "x", None, 40, 10**30]
    done = imported(file, folder, *({"text": "a", "time_ns": 1, "id": given} for given in ids))

    assert [row.id for row in rows_of(done.path)] == [7, 9, 10, 11, 12, 13, 40, 41]
    assert done.remark == "4 messages had ids that did not go up: they have new ones."


BAD = {
    "no JSON": b"{",
    "no UTF-8": b'{"text":"\xff"}',
    "no object": b"[1]",
    "no text": b'{"id":1}',
    "a text that is none": b'{"text":5}',
    "a direction": b'{"text":"a","direction":"up"}',
    "a sender": b'{"text":"a","sender":[1]}',
    "a source": b'{"text":"a","source":{}}',
    "a seqno": b'{"text":"a","seqno":1.5}',
    "a switch for a seqno": b'{"text":"a","seqno":true}',
    "a time_ns": b'{"text":"a","time_ns":"now"}',
    "a time_ns far away": b'{"text":"a","time_ns":99999999999999999999}',
    "a time": b'{"text":"a","time":"soon"}',
    "a time far away": b'{"text":"a","time":"9999-01-01"}',
    "nested too deeply": b'{"text":"a","x":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "a number too long": b'{"text":"a","seqno":' + b"1" * 5000 + b"}",
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_a_bad_line_is_told_with_its_number(file: Path, folder: Path, bad: bytes) -> None:
    good = b'{"text":"good","time_ns":1}'
    file.write_bytes(b"\n".join([good, bad, b"  ", good, bad, bad]))
    done = import_file(file, folder)

    assert done is not None
    assert done.messages == 2
    assert done.problem is not None
    assert done.problem.startswith("3 lines are no messages (line 2 ")
    assert done.problem.endswith("): 2, 5 to 6.")
    with SessionReader(done.path) as reader:
        [event] = reader.events()
    assert event.kind == "problem"
    assert done.problem in event.text


def test_very_many_bad_lines_are_counted_and_named_as_far_as_anyone_reads(
    file: Path, folder: Path
) -> None:
    file.write_bytes(b'{"text":"good","time_ns":1}\n?\n' * 500)
    done = import_file(file, folder)
    assert done is not None
    assert done.problem is not None
    assert done.problem.startswith("500 lines are no messages")
    assert done.problem.endswith(" 198, 200, ....")


def test_a_file_with_no_message_is_refused(file: Path, folder: Path) -> None:
    for content in (b"", b"\n\n", b"nothing\n"):
        file.write_bytes(content)
        with pytest.raises(SessionError, match="holds no messages") as failure:
            import_file(file, folder)
        assert '"text"' in failure.value.hint
    assert not folder.exists()


def test_a_mark_of_byte_order_is_no_part_of_the_first_line(file: Path, folder: Path) -> None:
    file.write_bytes(b'\xef\xbb\xbf{"text":"a","time_ns":1}\r\n')
    done = import_file(file, folder)
    assert done is not None
    assert [row.text for row in rows_of(done.path)] == ["a"]


def test_the_session_says_where_it_came_from(file: Path, folder: Path) -> None:
    done = imported(file, folder, {"text": "routine:x", "direction": "out", "time_ns": 5})
    with sqlite3.connect(done.path) as session:
        meta = dict(session.execute("SELECT key, value FROM meta"))
        [kind] = session.execute("SELECT kind FROM entries").fetchone()
    session.close()
    assert meta["imported_from"] == "log.jsonl"
    assert meta["imported_by"].startswith("ifcbgui ")
    assert (meta["messages"], meta["start_time_ns"], meta["closed_time_ns"]) == (1, 5, 5)
    assert kind == "command"


def test_what_was_filtered_keeps_its_numbers(
    make_session: MakeSession, file: Path, folder: Path
) -> None:
    rows = [message(number, f"reportevent:{number}") for number in range(1, 10)]
    with SessionReader(make_session(rows)) as reader:
        export(reader, file, "jsonl", entry_filter=EntryFilter.parse("id>=4"))
    done = import_file(file, folder)
    assert done is not None
    assert rows_of(done.path) == rows[3:]
