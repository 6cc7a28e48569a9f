"""A session that is not written any more, with the same face towards readers as a recorder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ifcbgui.session.names import files_of
from ifcbgui.session.notes import add_bookmark, remove_bookmark
from ifcbgui.session.reader import SessionReader
from ifcbgui.session.recording import RecordingReader
from ifcbgui.session.records import Bookmark
from ifcbgui.session.status import RecorderStatus


class FinishedSession:
    """Answers what a log asks of where its messages are kept.

    Args:
        path: The session file.
    """

    def __init__(self, path: Path) -> None:
        """Look at the session.

        Raises:
            SessionError: If it is none.
        """
        with SessionReader(path) as reader:
            self._last_id = reader.last_id()
            self._messages = reader.info().messages or reader.count()
        self._path = path

    @property
    def status(self) -> RecorderStatus:
        """All of it is written, and nothing is lost."""
        size = sum(file.stat().st_size for file in files_of(self._path))
        return RecorderStatus(self._path, self._messages, size, 0, 0, None, None)

    def reader(self) -> RecordingReader:
        """Return a reader of its messages, for any thread."""
        return RecordingReader([(1, self._path)], (), self._last_id)

    def text(self, row_id: int) -> str | None:
        """Return the whole text of a message, or None if it cannot be read."""
        return self.texts([row_id]).get(row_id)

    def texts(self, ids: Sequence[int]) -> dict[int, str]:
        """Return the whole texts of messages, by ascending ids; those that cannot be read not."""
        return {row.id: row.text for row in self.reader().rows(ids=ids)}

    def bookmarks(self) -> list[Bookmark]:
        """Return its bookmarks in the order of their messages."""
        with SessionReader(self._path) as reader:
            return reader.bookmarks()

    def bookmark(self, message_id: int, note: str = "") -> int:
        """Mark a message, to be found again; return the bookmark's id.

        Raises:
            SessionError: If it cannot be written into the file.
        """
        return add_bookmark(self._path, message_id, note)

    def remove_bookmark(self, bookmark_id: int) -> None:
        """Take a bookmark away.

        Raises:
            SessionError: If it cannot be written into the file.
        """
        remove_bookmark(self._path, bookmark_id)
