"""Saves what the signals show: as a picture, a drawing, or as values."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from ifcbgui.ui.models.signal_files import csv_of, stem_of
from ifcbgui.ui.panels.keeping import Keeping

if TYPE_CHECKING:
    from ifcbgui.ui.panels.signals_plots import SignalsPlots


class SignalsKeeping(Keeping):
    """Takes down what one of the two plots shows before somebody chooses a file for it."""

    def ask(self, which: str, kind: str, plots: SignalsPlots) -> None:
        """Save ``signals`` or ``positions``, as ``png``, ``svg`` or ``csv``."""
        make = self.take_down(which, kind, plots)
        rows = plots.rows_of(plots.scatter if which == "signals" else plots.position)
        self.ask_for_file(f"Save {which}", stem_of(which, rows), kind, make)

    def take_down(self, which: str, kind: str, plots: SignalsPlots) -> Callable[[], bytes]:
        """Take down what is to be saved; what is returned makes the file of it, in any thread."""
        from ifcbgui.ui.widgets.plots.plot_picture import picture_of, png_of, svg_of

        frame = plots.scatter if which == "signals" else plots.position
        if kind == "png":
            return partial(png_of, picture_of(frame.plot))
        if kind == "svg":
            drawing = svg_of(frame.plot, which.capitalize())
            return lambda: drawing
        return partial(csv_of, plots.rows_of(frame))
