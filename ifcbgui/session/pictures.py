"""The pictures of messages: the newest in memory, all others read from the session again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from ifcbgui.instrument.imaging.pictures import PictureError
from ifcbgui.instrument.messages import Message
from ifcbgui.instrument.parser import parse_message
from ifcbgui.session.errors import SessionError
from ifcbgui.session.exporting.pictures import Picture, pictures

MOST_BYTES: Final = 64 * 1024 * 1024

TextsOf = Callable[[Sequence[int]], Mapping[int, str]]


class PictureStore:
    """Hands out the PNG files of messages, to any thread.

    What was asked for last stays in memory longest.

    Args:
        texts_of: Returns the whole texts of recorded messages, by ascending numbers; may be called
            in any thread.
        most_bytes: How many bytes of PNG files are kept in memory.
    """

    def __init__(self, texts_of: TextsOf, most_bytes: int = MOST_BYTES) -> None:
        self._texts_of = texts_of
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[int, tuple[Picture, ...]] = OrderedDict()
        self._bytes = 0
        self._session = 0

    def remember(self, row_id: int, message: Message) -> None:
        """Keep the pictures of a message that has just come; one without any is nothing."""
        found = tuple(pictures(message))
        if found:
            with self._lock:
                self._keep(row_id, found)

    def png(self, row_id: int, index: int) -> bytes:
        """Return the PNG file of a region of interest; may read the session.

        Args:
            row_id: Number of the message.
            index: Place of the region in the message, from 0.

        Raises:
            PictureError: If there is no such picture.
        """
        rois = [picture for picture in self._pictures(row_id) if picture.roi is not None]
        if not 0 <= index < len(rois):
            raise PictureError(f"Message {row_id} has no picture {index + 1}.")
        return rois[index].data

    def frame(self, row_id: int) -> bytes:
        """Return the PNG file of the whole frame in a message; may read the session.

        Raises:
            PictureError: If there is no such picture.
        """
        for picture in self._pictures(row_id):
            if picture.roi is None:
                return picture.data
        raise PictureError(f"Message {row_id} has no frame.")

    def clear(self) -> None:
        """Forget everything, for another session with numbers of its own."""
        with self._lock:
            self._kept.clear()
            self._bytes = 0
            self._session += 1

    def _pictures(self, row_id: int) -> tuple[Picture, ...]:
        with self._lock:
            session = self._session
            found = self._kept.get(row_id)
            if found is not None:
                self._kept.move_to_end(row_id)
                return found
        found = tuple(pictures(parse_message(self._text(row_id))))
        with self._lock:
            if found and session == self._session:
                self._keep(row_id, found)
        return found

    def _text(self, row_id: int) -> str:
        try:
            text = self._texts_of([row_id]).get(row_id)
        except (SessionError, OSError) as exc:
            raise PictureError(f"The session cannot be read: {exc}") from exc
        if text is None:
            raise PictureError(f"The session does not have message {row_id}.")
        return text

    def _keep(self, row_id: int, found: tuple[Picture, ...]) -> None:
        self._bytes += _size(found) - _size(self._kept.pop(row_id, ()))
        self._kept[row_id] = found
        while self._bytes > self._most_bytes:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= _size(oldest)


def _size(found: tuple[Picture, ...]) -> int:
    return sum(len(picture.data) for picture in found)
