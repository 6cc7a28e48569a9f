"""Typed settings and connection profiles."""

from ifcbgui.settings.access import (
    Access,
    clear_text_warning,
    header_secret,
    make_access,
    needed_secrets,
    secret_label,
    secret_problem,
    take_secrets,
)
from ifcbgui.settings.address import without_secrets
from ifcbgui.settings.errors import AccessError, SettingsError
from ifcbgui.settings.history import CommandHistory
from ifcbgui.settings.model import (
    SIMULATOR,
    Profile,
    Settings,
    find_profile,
    profile_for,
    scale_of_imager,
)
from ifcbgui.settings.paths import (
    files_dir,
    history_path,
    home,
    library_path,
    session_dir,
    settings_path,
)
from ifcbgui.settings.secrets import NO_KEYRING, SecretStore
from ifcbgui.settings.store import SettingsStore, load_settings
from ifcbgui.settings.validation import profile_problems

__all__ = [
    "NO_KEYRING",
    "SIMULATOR",
    "Access",
    "AccessError",
    "CommandHistory",
    "Profile",
    "SecretStore",
    "Settings",
    "SettingsError",
    "SettingsStore",
    "clear_text_warning",
    "files_dir",
    "find_profile",
    "header_secret",
    "history_path",
    "home",
    "library_path",
    "load_settings",
    "make_access",
    "needed_secrets",
    "profile_for",
    "profile_problems",
    "scale_of_imager",
    "secret_label",
    "secret_problem",
    "session_dir",
    "settings_path",
    "take_secrets",
    "without_secrets",
]
