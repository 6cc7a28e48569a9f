"""The images in a message."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from ifcbgui.instrument.messages import IMAGE_GROUP, Message

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_SIZE: Final = slice(16, 24)  # of the width and height in a PNG file's header


class Picture(NamedTuple):
    """An image in a message.

    Attributes:
        roi: Number of the region of interest in the message, from 1; None for a whole frame.
        top: Its top edge in the frame in pixels; None for a whole frame.
        left: Its left edge.
        data: The image file.
    """

    roi: int | None
    top: int | None
    left: int | None
    data: bytes

    @property
    def size(self) -> tuple[int, int] | None:
        """Width and height in pixels, or None if this is no PNG file."""
        numbers = self.data[_SIZE]
        if not self.data.startswith(_PNG) or len(numbers) < 8:
            return None
        return int.from_bytes(numbers[:4], "big"), int.from_bytes(numbers[4:], "big")


def pictures(message: Message) -> Iterator[Picture]:
    """Yield the images of a message in their order; what could not be read is none."""
    if message.form is None or message.form.group != IMAGE_GROUP:
        return
    values = {spec.type: message.fields[spec.position :] for spec in message.form.fields}
    for value in values.get("base64", ())[:1]:
        if isinstance(value, bytes):
            yield Picture(None, None, None, value)
    for value in values.get("rois", ())[:1]:
        if isinstance(value, list):
            for number, (top, left, data) in enumerate(value, start=1):
                yield Picture(number, top, left, data)
