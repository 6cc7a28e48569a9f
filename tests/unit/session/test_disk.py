from __future__ import annotations

from pathlib import Path

import pytest

from ifcbgui.session import DiskLevel, RecorderLimits
from ifcbgui.session.disk import DiskWatch, bytes_text, free_space

GB = 1_000_000_000
FOLDER = Path("/data/sessions")


@pytest.fixture
def watch() -> DiskWatch:
    return DiskWatch(RecorderLimits())


def look(watch: DiskWatch, free: int | None, *, at: float = 0.0, written: int = 0) -> DiskLevel:
    watch.look(at, written, free, FOLDER)
    return watch.level


def test_the_usual_limits_are_those_that_operators_were_promised() -> None:
    limits = RecorderLimits()
    assert limits.batch_s <= 0.1
    assert (limits.warn_free_bytes, limits.stop_free_bytes) == (5 * GB, GB // 2)
    assert limits.warn_left_s == 3600


@pytest.mark.parametrize(
    ("free", "level"),
    [(5 * GB, "ok"), (5 * GB - 1, "warn"), (GB // 2, "warn"), (GB // 2 - 1, "stopped")],
)
def test_free_space_decides(watch: DiskWatch, free: int, level: str) -> None:
    assert look(watch, free) == level


def test_a_warning_says_what_is_left_and_goes_when_there_is_clearly_more(watch: DiskWatch) -> None:
    look(watch, 4 * GB)
    warning = watch.warning
    assert warning is not None
    assert "4.0 GB" in warning
    assert str(FOLDER) in warning
    assert "stops when 500 MB are left" in warning

    assert look(watch, 3 * GB, at=1) == "warn"
    assert watch.warning == warning  # the same notice, not one with each look
    assert look(watch, 5 * GB + 1, at=2) == "warn"
    assert look(watch, 6 * GB, at=3) == "ok"
    assert watch.warning is None


def test_writing_goes_on_only_with_some_room_to_spare(watch: DiskWatch) -> None:
    look(watch, GB // 2 - 1)
    assert look(watch, GB // 2 + 1, at=1) == "stopped"
    assert look(watch, GB * 6 // 10, at=2) == "warn"


def test_the_rate_is_that_of_the_last_minute(watch: DiskWatch) -> None:
    for second in range(61):
        look(watch, 100 * GB, at=second, written=second * 1000)
    assert watch.rate == pytest.approx(1000)
    for second in range(61, 122):
        look(watch, 100 * GB, at=second, written=60_000)
    assert watch.rate == 0
    assert watch.seconds_left is None


def test_an_hour_left_at_the_present_rate_warns(watch: DiskWatch) -> None:
    rate = 10_000_000  # 36 GB an hour
    for second in range(40):
        level = look(watch, 36 * GB, at=second, written=second * rate)
        assert level == ("ok" if second < 30 else "warn")  # no forecast from half a minute
    assert watch.seconds_left == pytest.approx(3550)
    assert "59 min 10 s" in (watch.warning or "")


def test_where_nothing_is_known_nothing_is_changed(watch: DiskWatch) -> None:
    assert look(watch, None) == "ok"
    look(watch, GB, at=1)
    assert look(watch, None, at=2) == "warn"


def test_a_real_folder_has_free_space(tmp_path: Path) -> None:
    assert free_space(tmp_path) > 0
    with pytest.raises(OSError, match="No such file"):
        free_space(tmp_path / "gone")


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (999, "999 B"), (18_700, "18.7 kB"), (5 * GB, "5.0 GB"), (2e15, "2000.0 TB")],
)
def test_sizes_are_said_as_people_say_them(size: float, text: str) -> None:
    assert bytes_text(size) == text
