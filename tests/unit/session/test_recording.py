from __future__ import annotations

from pathlib import Path

import pytest

from ifcbgui.session import RecordingReader
from tests.helpers.recorded import MakeSession, message


@pytest.fixture
def files(make_session: MakeSession) -> list[tuple[int, Path]]:
    parts = [range(1, 4), range(4, 8), range(8, 10)]
    return [(part[0], make_session([message(row_id) for row_id in part])) for part in parts]


def test_rows_written_since_it_was_made_come_once(files: list[tuple[int, Path]]) -> None:
    reader = RecordingReader(files, [message(4, "waiting"), message(5, "waiting")], last_id=5)

    assert [(row.id, row.text == "waiting") for row in reader.rows()] == [
        (1, False),
        (2, False),
        (3, False),
        (4, True),
        (5, True),
    ]


def test_stretches_and_ids_span_the_files(files: list[tuple[int, Path]]) -> None:
    reader = RecordingReader(files, [message(10), message(12)], last_id=12)

    assert [row.id for row in reader.rows()] == [*range(1, 11), 12]
    assert [row.id for row in reader.rows(3, 9)] == [3, 4, 5, 6, 7, 8]
    assert [row.id for row in reader.rows(12, 99)] == [12]
    assert [row.id for row in reader.rows(ids=[1, 4, 9, 11, 12, 13])] == [1, 4, 9, 12]
    assert reader.last_id() == 12
    assert reader.problem is None


def test_damage_and_loss_of_a_file_are_told(files: list[tuple[int, Path]]) -> None:
    files[0][1].unlink()
    damaged = files[1][1]
    damaged.write_bytes(damaged.read_bytes()[: 4096 * 3 // 2])
    reader = RecordingReader(files, [], last_id=9)

    assert [row.id for row in reader.rows()] == [8, 9]
    assert str(files[0][1]) in (reader.problem or "")
    assert "damaged" in (reader.problem or "")
    assert RecordingReader([], [], 0).problem is None
