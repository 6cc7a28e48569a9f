"""The session files of a folder, with what was read of them before.

What was read is kept in an index file, by name, size and time of the last change, so that a
thousand sessions are listed at once. The index is only ever a help: a missing, broken or outdated
one is made anew.
"""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import msgspec

from ifcbgui.session.library.facts import SessionFacts, SessionState, read_facts
from ifcbgui.session.lock import is_held
from ifcbgui.session.names import SUFFIX

_log = logging.getLogger(__name__)

_INDEX_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class SessionFile:
    """A session file of the folder.

    Attributes:
        path: The file.
        size: Bytes on disk, side files included.
        changed_ns: When it was last changed, nanoseconds since 1970.
        held: True while a program, be it this one, writes it.
        facts: What is told of it, or None before it was read.
    """

    path: Path
    size: int
    changed_ns: int
    held: bool
    facts: SessionFacts | None = None


class _Known(msgspec.Struct, frozen=True):
    size: int
    changed_ns: int
    facts: SessionFacts


class _Index(msgspec.Struct):
    version: int
    folder: str
    files: dict[str, _Known]


class Shelf:
    """The session files of a folder. Used by one thread at a time.

    Args:
        folder: The folder; it may be missing.
        index_path: Where to remember what was read, or None to forget it.
    """

    def __init__(self, folder: Path, index_path: Path | None = None) -> None:
        self.folder = folder
        self._index_path = index_path
        self._known = self._load()

    def files(self) -> list[SessionFile]:
        """Return the files as they are now, with the facts of those that did not change.

        Raises:
            OSError: If the folder cannot be read.
        """
        try:
            paths = [path for path in self.folder.iterdir() if path.name.endswith(SUFFIX)]
        except FileNotFoundError:
            return []
        files = [file for path in paths if (file := self._look_at(path))]
        self._known = {
            name: known for name, known in self._known.items() if self.folder / name in set(paths)
        }
        return files

    def read(self, file: SessionFile) -> SessionFile:
        """Return a file with its facts, read anew; those of one that is written do not last."""
        facts = read_facts(file.path)
        if facts.state is not SessionState.RECORDING:
            self._known[file.path.name] = _Known(file.size, file.changed_ns, facts)
        return replace(file, facts=facts)

    def save(self) -> None:
        """Write the index; where that fails, the next start has to read the files again."""
        if self._index_path is None:
            return
        index = _Index(_INDEX_VERSION, str(self.folder), self._known)
        temporary = self._index_path.with_name(f".{self._index_path.name}.{os.getpid()}.part")
        try:
            self._index_path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(msgspec.json.encode(index))
            temporary.replace(self._index_path)
        except OSError as error:
            _log.warning("The index of the sessions could not be kept: %s", error)
            with suppress(OSError):
                temporary.unlink(missing_ok=True)

    def _load(self) -> dict[str, _Known]:
        if self._index_path is None:
            return {}
        try:
            index = msgspec.json.decode(self._index_path.read_bytes(), type=_Index)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            return {}
        current = index.version == _INDEX_VERSION and index.folder == str(self.folder)
        return index.files if current else {}

    def _look_at(self, path: Path) -> SessionFile | None:
        try:
            wal = Path(f"{path}-wal")
            stats = [file.stat() for file in (path, wal) if file.exists()]
        except OSError:
            return None  # gone meanwhile
        if not stats or not path.is_file():
            return None
        size = sum(stat.st_size for stat in stats)
        changed_ns = max(stat.st_mtime_ns for stat in stats)
        held = len(stats) > 1 and is_held(path)
        known = self._known.get(path.name)
        same = known is not None and (known.size, known.changed_ns) == (size, changed_ns)
        facts = known.facts if known and same and not held else None
        return SessionFile(path, size, changed_ns, held, facts)
