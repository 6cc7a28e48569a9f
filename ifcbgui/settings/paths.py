"""Where settings and data live. Nothing is made by asking."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from ifcbgui.settings.model import Settings

_NAME = "ifcbgui"


def home() -> Path:
    """Return the folder of settings and history: ``IFCBGUI_HOME``, or the system's usual place."""
    if moved := os.environ.get("IFCBGUI_HOME"):
        return Path(moved).expanduser()
    return platformdirs.user_config_path(_NAME, appauthor=False, roaming=True)


def settings_path() -> Path:
    """Return the path of the settings file."""
    return home() / "settings.json"


def history_path() -> Path:
    """Return the path of the command history."""
    return home() / "history.jsonl"


def library_path() -> Path:
    """Return the path of the index of the session library, which can be made anew."""
    return _data() / "library.json"


def session_dir(settings: Settings) -> Path:
    """Return the folder for sessions: the one set, or ``sessions`` beside the user's data."""
    if settings.session_dir:
        return Path(settings.session_dir).expanduser()
    return _data() / "sessions"


def files_dir(settings: Settings) -> Path:
    """Return the folder for fetched files: the one set, or ``files`` beside the user's data."""
    if settings.files_dir:
        return Path(settings.files_dir).expanduser()
    return _data() / "files"


def _data() -> Path:
    if os.environ.get("IFCBGUI_HOME"):
        return home()
    return platformdirs.user_data_path(_NAME, appauthor=False)
