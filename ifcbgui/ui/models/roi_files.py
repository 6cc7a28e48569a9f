"""Pictures of regions of interest as PNG files: no Qt here, and for worker threads."""

from __future__ import annotations

import io
import re
import threading
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from ifcbgui.instrument.imaging.pictures import Grey, PictureError
from ifcbgui.instrument.imaging.tables import Rows
from ifcbgui.session.errors import explain_write_error
from ifcbgui.ui.models.roi_source import RoiSource
from ifcbgui.ui.models.saving import write_whole

SUFFIX: Final = ".png"


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of pictures that were to be saved.

    Attributes:
        paths: The files, in the order of the rows.
        missing: How many rows had no picture.
        problem: Why the rest was not saved and what to do, or "".
    """

    paths: tuple[Path, ...]
    missing: int = 0
    problem: str = ""


def file_name(roi: np.void, origin: str) -> str:
    """Return ``<origin>_20261122T160500.123Z_<trigger>_<index>.png``, a name for any system.

    Args:
        roi: The row.
        origin: Serial of the instrument, or what else the picture is of.
    """
    seconds, nanoseconds = divmod(int(roi["time_ns"]), 1_000_000_000)
    moment = datetime.fromtimestamp(seconds, UTC)
    stamp = f"{moment:%Y%m%dT%H%M%S}.{nanoseconds // 1_000_000:03d}Z"
    safe = re.sub(r"[^A-Za-z0-9-]+", "-", origin).strip("-")[:64] or "roi"
    return f"{safe}_{stamp}_{int(roi['trigger'])}_{int(roi['index'])}{SUFFIX}"


def save_all(
    source: RoiSource, rois: Rows, folder: Path, origin: str, cancelled: threading.Event
) -> Saved:
    """Save pictures in a folder, under names that no file has yet.

    Args:
        source: Has the pixels.
        rois: A copy of the rows.
        folder: Where to.
        origin: What names begin with.
        cancelled: Ends it soon; what is saved stays.
    """
    paths: list[Path] = []
    missing = 0
    for roi in rois:
        if cancelled.is_set():
            break
        try:
            png = encode(source.pixels(roi))
            paths.append(_write_new(folder, file_name(roi, origin), png))
        except PictureError:
            missing += 1
        except OSError as exc:
            return Saved(tuple(paths), missing, " ".join(explain_write_error(exc, folder)))
    return Saved(tuple(paths), missing)


def encode(grey: Grey) -> bytes:
    """Return a picture as a PNG file."""
    buffer = io.BytesIO()
    Image.fromarray(grey).save(buffer, "PNG")
    return buffer.getvalue()


def _write_new(folder: Path, name: str, data: bytes) -> Path:
    """Write a file under a name that none has, with a number behind it if need be."""
    stem = name.removesuffix(SUFFIX)
    for number in count(1):
        path = folder / (name if number == 1 else f"{stem}-{number}{SUFFIX}")
        try:
            path.open("xb").close()  # the name is ours from now on
        except FileExistsError:
            continue
        try:
            write_whole(path, data)
        except OSError:
            with suppress(OSError):
                path.unlink()
            raise
        return path
    raise AssertionError("There is always another number.")
