"""The commands that the operator typed, kept between runs."""

from __future__ import annotations

import json
import logging
from collections import deque
from pathlib import Path

from ifcbgui.settings.files import write_atomically

_log = logging.getLogger(__name__)


class CommandHistory:
    """Typed commands, oldest first, in a file of one JSON text a line.

    Losing history is no reason to stop anybody: trouble with the file is logged, not raised.
    """

    def __init__(self, path: Path, limit: int = 1000) -> None:
        """Read the history.

        Args:
            path: Its file; need not exist.
            limit: Commands to keep.
        """
        self._path = path
        self._entries: deque[str] = deque(maxlen=limit)
        self._lines = 0
        self._whole = True
        self._read()

    @property
    def entries(self) -> list[str]:
        """The commands, oldest first."""
        return list(self._entries)

    def add(self, text: str) -> None:
        """Append a command, unless it is blank or the same as the last."""
        if not text.strip() or (self._entries and self._entries[-1] == text):
            return
        self._entries.append(text)
        self._lines += 1
        limit = self._entries.maxlen or 0
        try:
            if self._whole and self._lines <= 2 * limit:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                with self._path.open("a", encoding="ascii") as file:
                    file.write(_line(text))
            else:
                write_atomically(self._path, "".join(map(_line, self._entries)).encode())
                self._whole, self._lines = True, len(self._entries)
        except OSError as error:
            _log.warning("The command history could not be saved in %s: %s", self._path, error)

    def _read(self) -> None:
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return
        except OSError as error:
            _log.warning("The command history in %s cannot be read: %s", self._path, error)
            return
        self._whole = data.endswith(b"\n") or not data
        for line in data.splitlines():
            self._lines += 1
            try:
                text = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(text, str):
                self._entries.append(text)


def _line(text: str) -> str:
    return json.dumps(text) + "\n"
