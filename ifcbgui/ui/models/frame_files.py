"""Frames as files, byte for byte as they came. No Qt here, and for worker threads."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from ifcbgui.session.errors import explain_write_error
from ifcbgui.ui.models.frame_reel import FrameRow

SUFFIX = ".png"


def file_name(row: FrameRow) -> str:
    """Return ``frame_20261122T160500.123Z_<trigger>.png``, a name for any system."""
    seconds, nanoseconds = divmod(row.time_ns, 1_000_000_000)
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"frame_{moment:%Y%m%dT%H%M%S}.{nanoseconds // 1_000_000:03d}Z_{row.trigger}{SUFFIX}"


def save_png(png: bytes, path: Path) -> str:
    """Write a file whole or not at all; return what became of it, one or two sentences."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(png)
        part.replace(path)
    except OSError as exc:
        with suppress(OSError):
            part.unlink()
        return f"Not saved: {' '.join(explain_write_error(exc, path.parent))}"
    return f"Saved as {path}."
