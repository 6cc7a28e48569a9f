from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from ifcbgui.settings import (
    Settings,
    files_dir,
    history_path,
    home,
    session_dir,
    settings_path,
)


def test_the_environment_moves_everything_and_nothing_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = tmp_path / "moved"
    monkeypatch.setenv("IFCBGUI_HOME", str(moved))

    assert home() == moved
    assert settings_path() == moved / "settings.json"
    assert history_path().parent == moved
    assert session_dir(Settings()) == moved / "sessions"
    assert not moved.exists()


def test_otherwise_the_places_of_the_system_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IFCBGUI_HOME", raising=False)

    assert home().parent == Path(platformdirs.user_config_dir(roaming=True))
    assert session_dir(Settings()).is_relative_to(platformdirs.user_data_dir())


def test_a_session_folder_that_was_set_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IFCBGUI_HOME", str(tmp_path))

    assert session_dir(Settings(session_dir="/data")) == Path("/data")
    assert session_dir(Settings(session_dir="~/data")) == Path.home() / "data"
    assert files_dir(Settings()) == tmp_path / "files"
    assert files_dir(Settings(files_dir="/data")) == Path("/data")
