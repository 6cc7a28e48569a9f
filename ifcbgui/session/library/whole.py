"""A recording of several files as one, with the same face towards readers as a recorder."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from ifcbgui.session.errors import SessionError
from ifcbgui.session.finished import FinishedSession
from ifcbgui.session.library.recordings import Recording
from ifcbgui.session.reader import SessionReader
from ifcbgui.session.recording import RecordingReader
from ifcbgui.session.status import RecorderStatus


class WholeRecording(FinishedSession):
    """What can be read of a recording; a file beyond reading is left out.

    Args:
        recording: The recording.

    Raises:
        SessionError: If nothing of it can be read.
    """

    def __init__(self, recording: Recording) -> None:
        files: list[tuple[int, Path]] = []
        self._last_id = 0
        for path in recording.paths:
            with suppress(SessionError), SessionReader(path) as reader:
                first = next((row.id for row in reader.rows(batch=1)), None)
                if first is not None:
                    files.append((first, path))
                    self._last_id = max(self._last_id, reader.last_id())
        if not files:
            raise SessionError(f"{recording.path} holds no messages that can be read.")
        self._files, self._recording = files, recording

    @property
    def status(self) -> RecorderStatus:
        """All of it is written; an id without a message counts as lost."""
        recording = self._recording
        lost = max(0, self._last_id - recording.messages)
        return RecorderStatus(
            recording.path, recording.messages, recording.size, 0, lost, None, None
        )

    def reader(self) -> RecordingReader:
        """Return a reader of its messages, for any thread."""
        return RecordingReader(self._files, (), self._last_id)
