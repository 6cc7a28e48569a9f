"""The formats there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ifcbgui.session.exporting.images import image_folder
from ifcbgui.session.exporting.mcap_file import mcap_file
from ifcbgui.session.exporting.plain import csv_file, jsonl_file, text_file
from ifcbgui.session.recording import MessageSource
from ifcbgui.session.records import SessionRow

Write = Callable[[Sequence[SessionRow]], int]
"""Writes messages and returns how many of them, or of their images, it wrote."""
Bounds = tuple[int, int]
"""From when, and before when: UTC, nanoseconds since 1970."""


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write messages down.

    Attributes:
        label: What people call it.
        suffix: How names of such files end; "" for a folder.
        open: Makes the file or folder, finishes and closes it at the end.
        unit: What is counted.
    """

    label: str
    suffix: str
    open: Callable[[Path, MessageSource, Bounds], AbstractContextManager[Write]]
    unit: str = "messages"


FORMATS: Final[Mapping[str, Format]] = {
    "text": Format("Text", ".txt", text_file),
    "csv": Format("CSV", ".csv", csv_file),
    "jsonl": Format("JSON Lines", ".jsonl", jsonl_file),
    "mcap": Format("MCAP", ".mcap", mcap_file),
    "images": Format("Images", "", image_folder, unit="images"),
}
"""By the name that the command line has for it."""
