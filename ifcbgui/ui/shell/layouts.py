"""Arrangements of the panels for what an operator does, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ifcbgui.ui.shell.docking import Layout

# High enough for all that the Instrument panel has to say; the rest is the log's.
_RUN_HEIGHT: Final = 444


@dataclass(frozen=True, slots=True)
class LayoutChoice:
    """An arrangement that can be chosen.

    Attributes:
        title: Its name in the menu.
        help: What it is good for.
        layout: The arrangement.
    """

    title: str
    help: str
    layout: Layout


RUN: Final = Layout(
    left=("controls",),
    rows=(
        (
            (
                "instrument",
                "camera",
                "rois",
                "signals",
                "trends",
                "check",
                "files",
                "explorer",
            ),
        ),
    ),
    height=_RUN_HEIGHT,
)
_TUNE: Final = Layout(
    left=("controls",),
    rows=((("camera", "trends"), ("rois", "signals", "check", "instrument")),),
)
_ALL: Final = Layout(
    left=("controls",),
    rows=(
        (("instrument", "files", "explorer"), ("camera",), ("rois",)),
        (("signals",), ("trends",), ("check",)),
    ),
)

LAYOUTS: Final = (
    LayoutChoice("Run", "Instrument and log; all else is a tab away.", RUN),
    LayoutChoice("Tune", "Camera and ROIs side by side, as large as can be.", _TUNE),
    LayoutChoice("See everything", "All panels at once, for a large screen.", _ALL),
)
