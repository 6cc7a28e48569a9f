"""A folder for the bins that nobody asked to keep: it is gone when the simulator is.

The folder of a simulator that was killed is removed by the next one. A file in it, held open and
locked for as long as the simulator lives, tells such a folder from one in use.
"""

from __future__ import annotations

import logging
import secrets
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import BinaryIO

if sys.platform == "win32":

    def _lock(mark: BinaryIO) -> None:
        """An open file cannot be removed there: that is lock enough."""

else:
    import fcntl

    def _lock(mark: BinaryIO) -> None:
        fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)


_log = logging.getLogger(__name__)

_PREFIX = "ifcbgui-simulated-"
_MARK = "in-use"
_JUST_MADE_S = 60.0


class ScratchFolder:
    """A temporary folder; it exists between `make` and `remove`.

    Args:
        parent: Where it is made; None takes the system's place for such folders.

    Attributes:
        path: Where it is.
    """

    def __init__(self, parent: Path | None = None) -> None:
        self.path = (parent or Path(tempfile.gettempdir())) / f"{_PREFIX}{secrets.token_hex(6)}"
        self._mark: BinaryIO | None = None

    def make(self) -> None:
        """Make the folder, and remove those that killed simulators left; never fails."""
        _remove_abandoned(self.path.parent)
        try:
            self.path.mkdir(mode=0o700)
            self._mark = (self.path / _MARK).open("wb")
            _lock(self._mark)
        except OSError as exc:
            _log.warning("No folder for the simulated bins at %s: %s.", self.path, exc.strerror)

    def remove(self) -> None:
        """Remove it with all that is in it."""
        if self._mark is not None:
            self._mark.close()
        shutil.rmtree(self.path, ignore_errors=True)


def _remove_abandoned(parent: Path) -> None:
    for folder in parent.glob(f"{_PREFIX}*"):
        if _is_abandoned(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _is_abandoned(folder: Path) -> bool:
    mark = folder / _MARK
    try:
        try:
            with mark.open("rb") as file:
                _lock(file)
            mark.unlink()
        except FileNotFoundError:  # not marked yet, or never
            return time.time() - folder.stat().st_mtime > _JUST_MADE_S
    except OSError:  # in use, or somebody else's
        return False
    return True
