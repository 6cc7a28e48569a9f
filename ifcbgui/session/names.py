"""What a session file is called, and the server's address as a session may keep it."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

SUFFIX = ".ifcbsession"

_SIDES = ("", "-wal", "-shm", "-journal")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HOST = re.compile(r"([^@:\s\[\]]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?")


def iso_time(time_ns: int) -> str:
    """Return a UTC time as ISO 8601 with microseconds, ``2026-11-22T16:05:00.123456Z``."""
    second, nanosecond = divmod(time_ns, 1_000_000_000)
    return f"{_iso_second(second)}.{nanosecond // 1000:06d}Z"


@lru_cache(maxsize=16)
def _iso_second(second: int) -> str:
    return (_EPOCH + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%S")


def session_path(folder: Path, serial: str, start_ns: int, taken: Collection[Path] = ()) -> Path:
    """Return a name in ``folder`` that no file has: ``<serial>_20261122T160500Z.ifcbsession``.

    A name is taken, too, while one of SQLite's side files is left under it.

    Args:
        folder: Where the file is to be.
        serial: Serial of the instrument.
        start_ns: UTC of the start, nanoseconds since 1970.
        taken: Names that would confuse even though these files are gone.
    """
    instrument = re.sub(r"[^A-Za-z0-9._-]+", "_", serial).strip("._")[:64] or "instrument"
    stamp = re.sub(r"[-:]", "", _iso_second(start_ns // 1_000_000_000))
    stem, number = f"{instrument}_{stamp}Z", 1
    path = folder / f"{stem}{SUFFIX}"
    while path in taken or any(
        Path(f"{path}{side}").exists() for side in ("", "-wal", "-shm", "-journal")
    ):
        number += 1
        path = folder / f"{stem}-{number}{SUFFIX}"
    return path


def files_of(path: Path) -> list[Path]:
    """Return a session file and its side files, as far as they are there."""
    files = (Path(f"{path}{side}") for side in _SIDES)
    return [file for file in files if file.exists()]


def public_address(url: str) -> str:
    """Return a server address without user, password, query and fragment.

    What does not read as an address is withheld whole: it might hold a secret.
    """
    address, *dropped = re.split(r"[?#]", url, maxsplit=1)
    scheme, separator, rest = address.partition("://") if "://" in address else ("", "", address)
    authority, slash, path = rest.partition("/")
    host = authority.rpartition("@")[2]
    if "@" in path or "@" in "".join(dropped) or not _HOST.fullmatch(host):
        return ""
    return f"{scheme}{separator}{host}{slash}{path}"
