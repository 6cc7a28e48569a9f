"""Arrangements of the panels for what an operator does, as data."""

from __future__ import annotations

from typing import Final

from ifcbgui.ui.shell.docking import Layout

# High enough for all that the Instrument panel has to say; the rest is the log's.
_RUN_HEIGHT: Final = 444

RUN: Final = Layout(
    left=("controls",),
    rows=((("instrument", "explorer"),),),
    height=_RUN_HEIGHT,
)
