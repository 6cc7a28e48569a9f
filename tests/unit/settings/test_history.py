from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifcbgui.settings import CommandHistory
from tests.helpers.texts import wire_texts


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "history.jsonl"


def test_commands_are_kept_between_runs(path: Path) -> None:
    history = CommandHistory(path)
    history.add("routine:runsample")
    history.add("refresh")

    assert history.entries == ["routine:runsample", "refresh"]
    assert CommandHistory(path).entries == ["routine:runsample", "refresh"]


def test_blanks_and_repetitions_are_left_out(path: Path) -> None:
    history = CommandHistory(path)
    for text in ("a", "a", "", "  ", "b", "a"):
        history.add(text)

    assert history.entries == ["a", "b", "a"]


@given(texts=st.lists(wire_texts(min_size=1).filter(str.strip), unique=True))
def test_any_text_survives(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    path = tmp_path_factory.mktemp("home") / "history.jsonl"
    history = CommandHistory(path)
    for text in texts:
        history.add(text)

    assert CommandHistory(path).entries == texts


def test_memory_and_file_are_capped(path: Path) -> None:
    history = CommandHistory(path, limit=10)
    for number in range(95):
        history.add(str(number))

    newest = [str(number) for number in range(85, 95)]
    assert history.entries == newest
    assert CommandHistory(path, limit=10).entries == newest
    assert len(path.read_text().splitlines()) <= 20


def test_bad_lines_are_dropped_and_a_torn_end_does_not_spoil_the_next(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b'"a"\nrubbish\n42\n\xff\xfe\n"b"\n"torn')
    history = CommandHistory(path)
    history.add("c")

    assert history.entries == ["a", "b", "c"]
    assert CommandHistory(path).entries == ["a", "b", "c"]


def test_two_windows_share_the_file(path: Path) -> None:
    first, second = CommandHistory(path), CommandHistory(path)
    first.add("a")
    second.add("b")

    assert CommandHistory(path).entries == ["a", "b"]


def test_trouble_with_the_file_stops_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    history = CommandHistory(tmp_path / "file" / "history.jsonl")
    history.add("a")
    CommandHistory(tmp_path)

    assert history.entries == ["a"]
    assert "could not be saved" in caplog.text
    assert "cannot be read" in caplog.text
