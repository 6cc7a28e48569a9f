"""What "Save log as..." does once it is asked to: checks the name, and writes in a thread."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ifcbgui.session import FORMATS, RecordingReader, SessionError, TimeRange, export
from ifcbgui.session.errors import explain_write_error


class SaveJob:
    """A file being written; knows nothing of Qt, for it runs in a thread and may outlive a dialog.

    Args:
        source: Where the messages come from.
        path: The file or folder.
        format_name: One of `FORMATS`.
        ids: Ids of the messages, ascending; None for all of them.
        time_range: The time they must be of.

    Attributes:
        path: The file or folder.
        done: Messages looked at so far.
        cancelled: Set it to end the writing soon, without a file.
    """

    def __init__(
        self,
        source: RecordingReader,
        path: Path,
        format_name: str,
        ids: NDArray[np.int64] | None,
        time_range: TimeRange,
    ) -> None:
        self._source, self._format_name = source, format_name
        self._ids, self._time_range = ids, time_range
        self.path = path
        self.done = 0
        self.cancelled = threading.Event()

    def run(self) -> str:
        """Write the file and return what is in it, ``1,234 messages``; runs in a worker thread.

        Raises:
            SessionError: If it could not be written.
        """
        count = export(
            self._source,
            self.path,
            self._format_name,
            ids=None if self._ids is None else self._ids.tolist(),
            time_range=self._time_range,
            progress=self._note_progress,
            cancelled=self.cancelled.is_set,
        )
        return f"{count:,} {FORMATS[self._format_name].unit}"

    @property
    def problem(self) -> str | None:
        """None, or what could not be read and was left out."""
        return self._source.problem

    def _note_progress(self, done: int) -> None:
        self.done = done


def named_file(text: str, *, folder: bool) -> tuple[Path, bool]:
    """Return the file that a text names, and whether there is a file already.

    Args:
        text: As typed.
        folder: True if it is to be a folder, which has to be new or empty: the export sees to it.

    Raises:
        SessionError: If no file can be written under that name.
    """
    path = Path(text)
    if not text.strip():
        raise SessionError("There is no name.", "Name a file to save to.")
    try:
        path = path.expanduser()
        mode = path.stat().st_mode
    except FileNotFoundError:
        return path, False
    except OSError as exc:
        raise SessionError(*explain_write_error(exc, path.parent)) from exc
    except RuntimeError as exc:
        raise SessionError(f"There is no user {path.parts[0]}.", "Give the whole path.") from exc
    except ValueError as exc:
        raise SessionError("The name has characters no name can have.", "Change it.") from exc
    if folder:
        return path, False
    if stat.S_ISDIR(mode):
        raise SessionError(f"{path} is a folder.", "Name a file in it.")
    if not stat.S_ISREG(mode):
        raise SessionError(f"{path} is a device, not a file.", "Choose another name.")
    return path, True
