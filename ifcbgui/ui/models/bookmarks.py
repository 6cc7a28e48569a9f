"""The bookmarks of what the log shows: messages that somebody wants to find again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from ifcbgui.session.errors import SessionError
from ifcbgui.session.records import Bookmark


class BookmarkKeeper(Protocol):
    """Where bookmarks are kept: a recording, or a finished session."""

    def bookmark(self, message_id: int, note: str = "") -> int:
        """Mark a message; return the bookmark's id.

        Raises:
            SessionError: If it cannot be kept.
        """

    def remove_bookmark(self, bookmark_id: int) -> None:
        """Take a bookmark away.

        Raises:
            SessionError: If that cannot be written.
        """


class Bookmarks(QObject):
    """Which messages are marked, and with what note. One of each message.

    Signals:
        changed: There are others.
        failed: Why one could not be kept or taken away.
    """

    changed = Signal()
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._keeper: BookmarkKeeper | None = None
        self._notes: dict[int, str] = {}
        self._numbers: dict[int, list[int]] = {}

    def attach(self, keeper: BookmarkKeeper | None, known: Iterable[Bookmark] = ()) -> None:
        """Show the bookmarks of another session, and keep further ones there."""
        self._keeper = keeper
        self._notes, self._numbers = {}, {}
        for bookmark in known:
            self._notes[bookmark.message] = bookmark.note
            self._numbers.setdefault(bookmark.message, []).append(bookmark.id)
        self.changed.emit()

    @property
    def kept(self) -> bool:
        """Whether there is a session to keep bookmarks in."""
        return self._keeper is not None

    def __len__(self) -> int:
        return len(self._notes)

    def note(self, row_id: int) -> str | None:
        """Return the note of a message, perhaps empty, or None if it is not marked."""
        return self._notes.get(row_id)

    def row_ids(self) -> NDArray[np.int64]:
        """Return the row numbers of the marked messages, ascending."""
        return np.array(sorted(self._notes), np.int64)

    def put(self, row_id: int, note: str) -> None:
        """Mark a message, or change its note."""
        if self._keeper is None or self._notes.get(row_id) == note:
            return
        try:
            number = self._keeper.bookmark(row_id, note)
            self._take_out(self._keeper, row_id)
        except SessionError as error:
            self.failed.emit(str(error))
            return
        self._numbers[row_id] = [number]
        self._notes[row_id] = note
        self.changed.emit()

    def remove(self, row_id: int) -> None:
        """Mark a message no longer."""
        if self._keeper is None or row_id not in self._notes:
            return
        try:
            self._take_out(self._keeper, row_id)
        except SessionError as error:
            self.failed.emit(str(error))
        self.changed.emit()

    def _take_out(self, keeper: BookmarkKeeper, row_id: int) -> None:
        numbers = self._numbers.get(row_id, [])
        while numbers:
            keeper.remove_bookmark(numbers[-1])
            numbers.pop()
        self._notes.pop(row_id, None)
