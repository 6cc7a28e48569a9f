"""A folder with the images, and a table of where each of them came from.

The names are made of numbers alone: message, trigger and region of interest. A message with images
does not tell its trigger: it is the last one told of before, as long as that was a moment ago.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ifcbgui.instrument.entry import Direction
from ifcbgui.instrument.parser import parse_message
from ifcbgui.session.exporting.pictures import Picture, pictures
from ifcbgui.session.exporting.plain import csv_lines
from ifcbgui.session.names import iso_time
from ifcbgui.session.recording import MessageSource
from ifcbgui.session.records import SessionRow

INDEX: Final = "index.csv"
COLUMNS: Final = (
    "file",
    "message_id",
    "time",
    "trigger",
    "roi",
    "top",
    "left",
    "width",
    "height",
    "kind",
)
# A host says graph, saved and processed of a trigger, then shows it: inferred, as traffic that
# anyone has published has no images. Other messages may come between.
_LOOK_BACK: Final = 12
_NUMBERED: Final = ("triggerchanged:", "graphchanged:")


@contextmanager
def image_folder(
    path: Path, source: MessageSource, _bounds: tuple[int, int]
) -> Iterator[Callable[[Sequence[SessionRow]], int]]:
    """Make a folder with an image file for each image, and a table of them."""
    path.mkdir()
    with (path / INDEX).open("wb") as index:
        index.write(csv_lines([COLUMNS]))

        def write(rows: Sequence[SessionRow]) -> int:
            return sum(_write_images(row, path, index.write, source) for row in rows)

        yield write
        index.flush()
        os.fsync(index.fileno())


def _write_images(
    row: SessionRow, folder: Path, tell: Callable[[bytes], object], source: MessageSource
) -> int:
    if row.direction == Direction.OUT:
        return 0
    message = parse_message(row.text)
    found = list(pictures(message))
    trigger = _trigger_before(row.id, source) if found else None
    for picture in found:
        name = _name(row.id, trigger, picture)
        (folder / name).write_bytes(picture.data)
        width, height = picture.size or (None, None)
        place = (picture.roi, picture.top, picture.left, width, height, message.key)
        tell(csv_lines([(name, row.id, iso_time(row.time_ns), trigger, *place)]))
    return len(found)


def _name(message_id: int, trigger: int | None, picture: Picture) -> str:
    parts = [f"{message_id:08d}"]
    if trigger is not None:
        parts.append(f"trigger-{trigger}")
    parts.append("frame" if picture.roi is None else f"roi-{picture.roi}")
    return "_".join(parts) + (".png" if picture.size else ".bin")


def _trigger_before(message_id: int, source: MessageSource) -> int | None:
    """Return the number of the trigger that was told of last, or None."""
    before = list(source.rows(max(1, message_id - _LOOK_BACK), message_id))
    for row in reversed(before):
        if row.direction == Direction.IN and row.text.startswith(_NUMBERED):
            message = parse_message(row.text)
            for spec in message.form.fields if message.form else ():
                if spec.name == "number" and not message.problem:
                    return int(message.fields[spec.position])
    return None
