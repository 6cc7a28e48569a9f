"""What is taken out of a bin: its images as PNG files, its table as CSV. No Qt here."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from ifcbgui.instrument.bins import Bin
from ifcbgui.instrument.imaging.pictures import PictureError
from ifcbgui.session.errors import explain_write_error
from ifcbgui.ui.models.bin_rois import BinRois
from ifcbgui.ui.models.roi_files import encode

_TELL_EVERY: Final = 100
_COUNTED: Final = ("trigger", "roi_x", "roi_y", "roi_width", "roi_height", "start_byte")


@dataclass(frozen=True, slots=True)
class Exported:
    """What became of an export.

    Attributes:
        text: What was written and where, or why not, in a sentence or two.
        good: True when all of it was written.
    """

    text: str
    good: bool


def save_images(
    source: BinRois,
    folder: Path,
    cancelled: threading.Event,
    tell: Callable[[int], None],
) -> Exported:
    """Write every image of a bin, in a folder of the bin's name, under the names others use.

    Args:
        source: The bin.
        folder: Where to make that folder; files of the same names are replaced.
        cancelled: Ends it soon; what is saved stays.
        tell: Called with how many were done, now and then.
    """
    place, saved, missing = folder / source.bin.path.name, 0, 0
    try:
        place.mkdir(exist_ok=True)
        for number, roi in enumerate(source.table.rows):
            if cancelled.is_set():
                return Exported(f"Cancelled: {saved:,} images are in {place}.", good=False)
            if number % _TELL_EVERY == 0:
                tell(number)
            try:
                png = encode(source.pixels(roi))
            except PictureError:
                missing += 1
                continue
            (place / f"{source.bin.roi_id(source.bin.rois[number])}.png").write_bytes(png)
            saved += 1
    except OSError as exc:
        return Exported(" ".join(explain_write_error(exc, place)), good=False)
    lost = f" {missing:,} are damaged and were left out." if missing else ""
    return Exported(f"{saved:,} images are in {place}.{lost}", good=not missing)


def table_file(opened: Bin) -> bytes:
    """Return the .adc file as CSV with names of columns, an identifier and UTC for each line.

    ``roi_id`` is empty where there is no image.
    """
    records, text = opened.records, io.StringIO()
    ids = {roi.row: opened.roi_id(roi) for roi in opened.rois}
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["roi_id", "line", "time_utc", *records.columns])
    whole = [name in _COUNTED for name in records.columns]
    column = "adc_time" if "adc_time" in records.columns else "frame_grab_time"
    times = records[column].tolist()
    for row, values in enumerate(records.table.tolist()):
        numbers = [
            int(value) if is_whole else value for value, is_whole in zip(values, whole, strict=True)
        ]
        when = _moment(opened, times[row])
        writer.writerow([ids.get(row, ""), int(records.lines[row]), when, *numbers])
    return text.getvalue().encode()


def _moment(opened: Bin, seconds: float) -> str:
    if opened.name is None or not 0 <= seconds < 1e6:
        return ""
    moment = datetime.fromtimestamp(opened.name.time.timestamp() + seconds, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"
