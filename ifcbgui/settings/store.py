"""Loads and saves the settings file: one bad value, or one bad file, never costs the rest.

Several windows may have the same file open: each saves only what was changed in it.
"""

from __future__ import annotations

import json
import logging
import shutil
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from ifcbgui.settings.address import without_secrets
from ifcbgui.settings.errors import SettingsError
from ifcbgui.settings.files import locked, write_atomically
from ifcbgui.settings.model import SIMULATOR, VERSION, Profile, Settings

_log = logging.getLogger(__name__)

_OLD_VERSIONS = 5

_Known = TypeVar("_Known", Profile, Settings)
_Members = dict[str, Any]


class SettingsStore:
    """The settings file, as one of perhaps several windows has it.

    Args:
        path: The file; need not exist.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: _Members | None = None

    def load(self) -> tuple[Settings, str | None]:
        """Load settings as `load_settings` does."""
        settings, complaint = load_settings(self._path)
        self._known = _plain(settings)
        return settings, complaint

    def save(self, settings: Settings) -> None:
        """Save what was changed since this store loaded or saved; of a new one, everything.

        The versions before stay as ``settings.json.1`` (the newest) to ``.5``. Members that a
        newer version of the program wrote are kept. Passwords and tokens inside server addresses
        are not saved.

        Raises:
            SettingsError: If they could not be saved; the file is as it was.
        """
        path, own = self._path, _plain(settings)
        try:
            if own == self._known and path.exists():
                return
            with locked(path):
                there = _read(path)
                if self._known is None or there is None:
                    _write(path, own)
                else:
                    _write(path, _merged(self._known, own, there))
        except OSError as error:
            raise SettingsError(
                f"The settings could not be saved in {path} ({error.strerror or error}).",
                "Check that the folder may be written to and its disk is not full.",
            ) from error
        self._known = own


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


def _read(path: Path) -> _Members | None:
    """Return what is in the file, as far as it can be used; None if there is nothing."""
    try:
        raw = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except (ValueError, RecursionError):
        return None
    return _plain(_settings(raw)[0]) if isinstance(raw, dict) else None


def _write(path: Path, members: _Members) -> None:
    members = {**members, "profiles": list(members["profiles"].values())}
    data = json.dumps(members, indent=2).encode() + b"\n"
    if path.exists():
        if path.read_bytes() == data:
            return
        _keep_old_version(path)
    write_atomically(path, data)


def _merged(known: _Members, own: _Members, there: _Members) -> _Members:
    """Return what is there, with what was changed in our own since it was known."""
    if there == known:
        return own
    merged = {name: value for name, value in there.items() if name in own or name not in known}
    for name, value in own.items():
        before = known.get(name)
        if value == before:
            continue
        now = merged.get(name)
        if isinstance(value, dict) and isinstance(before, dict) and isinstance(now, dict):
            value = _merged(before, value, now)
        merged[name] = value
    return merged


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


def _plain(settings: Settings) -> _Members:
    """Return settings as they are saved, but for the profiles, which have their names as keys."""
    members = _members(settings)
    members["version"] = max(settings.version, VERSION)
    members["profiles"] = profiles = {}
    for profile in settings.profiles:
        if profile.simulated and profile.name == SIMULATOR.name:
            continue
        name = profile.name
        while name in profiles:
            name += "'"
        profiles[name] = {**_members(profile), "server": without_secrets(profile.server)}
    plain: _Members = json.loads(json.dumps(members))
    return plain


def _members(struct: Profile | Settings) -> _Members:
    members = msgspec.structs.asdict(struct)
    return {**members.pop("unknown"), **members}


def _keep_old_version(path: Path) -> None:
    for number in range(_OLD_VERSIONS, 1, -1):
        newer = path.with_name(f"{path.name}.{number - 1}")
        with suppress(FileNotFoundError):  # not so many yet, or a program without locks was here
            newer.replace(path.with_name(f"{path.name}.{number}"))
    shutil.copyfile(path, path.with_name(f"{path.name}.1"))
