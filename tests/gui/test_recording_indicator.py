"""The line in the status bar that says how the recording stands."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from ifcbgui.session import DiskLevel, RecorderStatus
from ifcbgui.ui.widgets.recording_indicator import RecordingIndicator, recording_words

NAME = "111-111-111_20261122T160500Z.ifcbsession"
FINE = RecorderStatus(
    Path("/data") / NAME, 12_345, 3_400_000, 0, 0, None, 78_000_000_000, rate=12_345.0
)


@pytest.fixture
def indicator(qtbot: QtBot) -> RecordingIndicator:
    indicator = RecordingIndicator()
    qtbot.addWidget(indicator)
    indicator.resize(760, 24)
    return indicator


@pytest.mark.parametrize(
    ("status", "running", "words"),
    [
        (None, False, "Not recording"),
        (FINE, True, f"REC  {NAME}  ·  12,345 messages  ·  3.4 MB  ·  12.3 kB/s  ·  78.0 GB free"),
        (FINE, False, f"Saved  {NAME}  ·  12,345 messages  ·  3.4 MB"),
        (
            replace(FINE, thinned=9000),
            False,
            f"Saved  {NAME}  ·  12,345 messages  ·  9,000 images left out  ·  3.4 MB",
        ),
        (
            replace(FINE, free_bytes=4e9, seconds_left=7321.0, level=DiskLevel.WARN),
            True,
            f"REC  {NAME}  ·  12,345 messages  ·  3.4 MB  ·  12.3 kB/s  ·  "
            "ONLY 4.0 GB free for 2 h 2 min",
        ),
        (
            replace(FINE, problem="The disk is full.", pending=17, lost=2),
            True,
            "NOT ON DISK: 17 messages in memory, 2 lost",
        ),
    ],
)
def test_it_says_in_words_what_is_kept(
    status: RecorderStatus | None, running: bool, words: str
) -> None:
    assert str(recording_words(status, running)) == words


def test_months_of_room_are_not_counted(indicator: RecordingIndicator) -> None:
    indicator.show_recording(replace(FINE, seconds_left=1e7), running=True)
    assert indicator.words.endswith("78.0 GB free")


def test_where_there_is_little_room_the_name_gives_way_first(indicator: RecordingIndicator) -> None:
    indicator.show_recording(FINE, running=True)
    room = indicator.rect()
    full = indicator.fontMetrics().horizontalAdvance(indicator.words)
    room.setWidth(full + 10)
    assert indicator._fitted(room) == indicator.words
    room.setWidth(full - 100)
    cut = indicator._fitted(room)
    assert NAME not in cut
    assert cut.startswith("REC  1")
    rest = "12,345 messages  ·  3.4 MB  ·  12.3 kB/s  ·  78.0 GB free"
    assert cut.endswith(rest)
    room.setWidth(indicator.fontMetrics().horizontalAdvance(f"REC  MM  ·  {rest}"))
    assert indicator._fitted(room) == f"REC  ·  {rest}"


def test_a_warning_is_in_the_tool_tip(indicator: RecordingIndicator) -> None:
    indicator.show_recording(
        replace(FINE, level=DiskLevel.WARN, warning="Free some space."), running=True
    )
    assert indicator.toolTip() == f"Free some space.\n/data/{NAME}"
    indicator.show_recording(FINE, running=True)
    assert indicator.toolTip() == f"/data/{NAME}"
