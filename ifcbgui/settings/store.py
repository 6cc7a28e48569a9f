"""Loads and saves the settings file: one bad value, or one bad file, never costs the rest."""

from __future__ import annotations

import json
import logging
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from ifcbgui.settings.address import without_secrets
from ifcbgui.settings.errors import SettingsError
from ifcbgui.settings.files import write_atomically
from ifcbgui.settings.model import SIMULATOR, VERSION, Profile, Settings

_log = logging.getLogger(__name__)

_OLD_VERSIONS = 5

_Known = TypeVar("_Known", Profile, Settings)


def load_settings(path: Path) -> tuple[Settings, str | None]:
    """Load settings, with the default for whatever cannot be used.

    A file that is damaged as a whole is renamed to ``settings.damaged-<UTC>.json``.

    Returns:
        The settings, and one line to tell the operator, or None.
    """
    try:
        raw = json.loads(path.read_bytes())
    except FileNotFoundError:
        return Settings(), None
    except OSError as error:
        return (
            Settings(),
            f"The settings in {path} cannot be read ({error.strerror}); defaults are used.",
        )
    except (ValueError, RecursionError):
        raw = None
    if not isinstance(raw, dict):
        return Settings(), _set_aside(path)
    settings, dropped = _settings(raw)
    if not dropped:
        return settings, None
    return settings, f"Not understood in {path.name}, and left out: {', '.join(dropped)}."


def save_settings(settings: Settings, path: Path) -> None:
    """Save settings; the versions before stay as ``settings.json.1`` (the newest) to ``.5``.

    Members that a newer version of the program wrote are kept. Passwords and tokens inside
    server addresses are not saved.

    Raises:
        SettingsError: If they could not be saved; the file is as it was.
    """
    members = _members(settings)
    members["version"] = max(settings.version, VERSION)
    members["profiles"] = [
        {**_members(profile), "server": without_secrets(profile.server)}
        for profile in settings.profiles
        if not (profile.simulated and profile.name == SIMULATOR.name)
    ]
    data = json.dumps(members, indent=2).encode() + b"\n"
    try:
        if path.exists():
            if path.read_bytes() == data:
                return
            _keep_old_version(path)
        write_atomically(path, data)
    except OSError as error:
        raise SettingsError(
            f"The settings could not be saved in {path} ({error.strerror or error}).",
            "Check that the folder may be written to and its disk is not full.",
        ) from error


def _set_aside(path: Path) -> str:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    aside = path.with_name(f"{path.stem}.damaged-{stamp}{path.suffix}")
    try:
        path.rename(aside)
    except OSError as error:
        _log.warning("%s could not be renamed: %s", path, error)
        return f"The settings file {path} is damaged; defaults are used."
    return f"The settings file was damaged; it is kept as {aside}, and defaults are used."


def _settings(raw: dict[str, Any]) -> tuple[Settings, list[str]]:
    profiles, bad_profiles = [SIMULATOR], []
    listed = raw.pop("profiles", [])
    for number, item in enumerate(listed if isinstance(listed, list) else [listed], start=1):
        where = f"profile {number}"
        if not isinstance(item, dict) or not isinstance(item.get("name"), str):
            bad_profiles.append(where)
            continue
        profile, dropped = _known(Profile, item)
        bad_profiles += [f"{name} of {where}" for name in dropped]
        if profile.name != SIMULATOR.name:
            profiles.append(profile)
    settings, dropped = _known(Settings, raw)
    settings.profiles = profiles
    return settings, dropped + bad_profiles


def _known(kind: type[_Known], raw: dict[str, Any]) -> tuple[_Known, list[str]]:
    """Return a struct of the members that fit, and the names of those that do not."""
    types = {member.name: member.type for member in msgspec.structs.fields(kind)}
    del types["unknown"]
    values: dict[str, Any] = {}
    unknown, dropped = {}, []
    for name, value in raw.items():
        if name not in types:
            unknown[name] = value
            continue
        try:
            values[name] = msgspec.convert(value, types[name])
        except msgspec.ValidationError:
            dropped.append(name)
    return kind(**values, unknown=unknown), dropped


def _members(struct: Profile | Settings) -> dict[str, Any]:
    members = msgspec.structs.asdict(struct)
    return {**members.pop("unknown"), **members}


def _keep_old_version(path: Path) -> None:
    for number in range(_OLD_VERSIONS, 1, -1):
        newer = path.with_name(f"{path.name}.{number - 1}")
        if newer.exists():
            newer.replace(path.with_name(f"{path.name}.{number}"))
    shutil.copyfile(path, path.with_name(f"{path.name}.1"))
