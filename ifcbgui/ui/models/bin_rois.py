"""The images of a bin as a gallery shows them, and its signals for plots. No Qt here."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from ifcbgui.instrument.bins import Bin, BinError, open_bin
from ifcbgui.instrument.imaging.band import Band, BandLearner
from ifcbgui.instrument.imaging.pictures import Grey, PictureError
from ifcbgui.instrument.imaging.tables import ROI, Table
from ifcbgui.ui.models.signals import PMT_PAIRS, Pair

_S: Final = 1_000_000_000
_SIGNALS: Final = ("peak_a", "peak_b", "integrated_a", "integrated_b")
# Of a damaged line: no frame is so large, and the table holds no larger numbers.
_MOST_PIXELS: Final = 2**31 - 1
_MOST_S: Final = 1e6

_NEW_PAIRS: Final = (
    *PMT_PAIRS,
    Pair(
        *("PMT B peak and time of flight", "time_of_flight", "peak_b"),
        *("Time of flight, µs", "PMT B peak, V"),
    ),
)
_OLD_PAIRS: Final = (
    Pair(
        *("Scattering and fluorescence, high", "scattering_high", "fluorescence_high"),
        *("Scattering, high, V", "Fluorescence, high, V"),
    ),
    Pair(
        *("Scattering and fluorescence, low", "scattering_low", "fluorescence_low"),
        *("Scattering, low, V", "Fluorescence, low, V"),
    ),
)


class BinRois:
    """Regions of interest of a bin; row and index of each are its place among the bin's images.

    Args:
        opened: The bin.

    Attributes:
        bin: The bin.
        table: Rows of `ROI`, in the order of the .adc file.
        band: Where they lie in the frame, as far as they form a band.
    """

    def __init__(self, opened: Bin) -> None:
        self.bin = opened
        self.table = _table_of(opened)
        rows = self.table.rows
        self.band: Band | None = BandLearner().look(rows["left"], rows["top"])

    def pixels(self, roi: np.void) -> Grey:
        """Read an image: its grey values, height x width; called in worker threads.

        Raises:
            PictureError: If it is not, or not wholly, in the .roi file.
        """
        image = self.bin.rois[int(roi["index"])]
        try:
            grey = self.bin.pixels(image)
        except BinError as exc:
            raise PictureError(str(exc)) from exc
        if len(grey) < image.height:
            raise PictureError(
                f"{len(grey)} of its {image.height} rows are in the .roi file: it breaks off."
            )
        return grey

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """What can be plotted against each other."""
        return _NEW_PAIRS if "peak_a" in self.bin.records.columns else _OLD_PAIRS

    def values(self, column: str) -> npt.NDArray[np.float64]:
        """Return a column of the .adc file, a value for each image."""
        return self.bin.records[column][self.bin.records.with_image]


def load_bin(path: Path) -> BinRois:
    """Read a bin and all that is derived of it; for worker threads.

    Raises:
        BinError: If none of its files can be read.
    """
    loaded = BinRois(open_bin(path))
    _ = loaded.bin.problems  # the slow part, done once and here
    return loaded


def _table_of(opened: Bin) -> Table:
    records, rows = opened.records, np.flatnonzero(opened.records.with_image)
    filled = np.zeros(len(rows), ROI)
    filled["index"] = np.arange(len(rows))
    filled["time_ns"] = _times(opened, rows)
    filled["trigger"] = records["trigger"][rows]
    for name, column in (("left", "roi_x"), ("top", "roi_y")):
        filled[name] = np.clip(records[column][rows], -1, _MOST_PIXELS)
    for name in ("width", "height"):
        filled[name] = np.clip(records[f"roi_{name}"][rows], 0, _MOST_PIXELS)
    for name in _SIGNALS:
        filled[name] = records[name][rows] if name in records.columns else np.nan
    table = Table(ROI, max(1, len(rows)))
    table.extend(filled)
    return table


def _times(opened: Bin, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.int64]:
    """Return UTC of each image; 0 where the name says no time."""
    if opened.name is None:
        return np.zeros(len(rows), np.int64)
    records = opened.records
    column = "adc_time" if "adc_time" in records.columns else "frame_grab_time"
    seconds = np.clip(np.nan_to_num(records[column][rows]), 0, _MOST_S)
    begin_ns = int(opened.name.time.timestamp()) * _S
    times: npt.NDArray[np.int64] = begin_ns + (seconds * _S).astype(np.int64)
    return times
