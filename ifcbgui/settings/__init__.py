"""Typed settings and connection profiles."""

from ifcbgui.settings.errors import SettingsError
from ifcbgui.settings.history import CommandHistory
from ifcbgui.settings.model import SIMULATOR, Profile, Settings, profile_for
from ifcbgui.settings.paths import history_path, home, session_dir, settings_path
from ifcbgui.settings.store import load_settings, save_settings

__all__ = [
    "SIMULATOR",
    "CommandHistory",
    "Profile",
    "Settings",
    "SettingsError",
    "history_path",
    "home",
    "load_settings",
    "profile_for",
    "save_settings",
    "session_dir",
    "settings_path",
]
