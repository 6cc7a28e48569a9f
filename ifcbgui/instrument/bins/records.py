"""The .adc file: a line for each image, and for each trigger without one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]

# Seen in published bins and their headers (ADCFileFormat). Later versions append columns.
COLUMNS = (
    "trigger",
    "adc_time",
    "integrated_a",
    "integrated_b",
    "integrated_c",
    "integrated_d",
    "peak_a",
    "peak_b",
    "peak_c",
    "peak_d",
    "time_of_flight",
    "grab_start",
    "grab_end",
    "roi_x",
    "roi_y",
    "roi_width",
    "roi_height",
    "start_byte",
    "comparator_out",
    "start_point",
    "signal_length",
    "status",
    "run_time",
    "inhibit_time",
)
# Of the first instruments; the names are those of pyifcb.
OLD_COLUMNS = (
    "trigger",
    "processing_end_time",
    "fluorescence_low",
    "fluorescence_high",
    "scattering_low",
    "scattering_high",
    "comparator_pulse",
    "trigger_open_time",
    "frame_grab_time",
    "roi_x",
    "roi_y",
    "roi_width",
    "roi_height",
    "start_byte",
    "valve_status",
)
_WHOLE = ("trigger", "roi_x", "roi_y", "roi_width", "roi_height", "start_byte")
_LARGEST = 2.0**52  # beyond this a double is no whole number any more


@dataclass(frozen=True, slots=True)
class Records:
    """The lines of an .adc file that can be read.

    Times are seconds since the sample began, pulses volts, time of flight microseconds, places
    and sizes pixels; ``start_byte`` is where the image begins in the .roi file.

    Attributes:
        columns: Names of the columns.
        table: The values, a row for each line.
        lines: Number of each row's line in the file, from 1; other programs number images so.
        problems: What is wrong with the file, in plain words.
    """

    columns: tuple[str, ...]
    table: Numbers
    lines: npt.NDArray[np.int64]
    problems: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.table)

    def __getitem__(self, column: str) -> Numbers:
        """Return a column.

        Raises:
            KeyError: If files of this version have none of that name.
        """
        if column not in self.columns:
            raise KeyError(column)
        values: Numbers = self.table[:, self.columns.index(column)]
        return values

    @property
    def trigger_count(self) -> int:
        """How many triggers there were; several images of one have a line each."""
        return len(np.unique(self["trigger"]))

    @property
    def with_image(self) -> npt.NDArray[np.bool_]:
        """Which rows have an image."""
        has_image: npt.NDArray[np.bool_] = (self["roi_width"] > 0) & (self["roi_height"] > 0)
        return has_image


def parse_records(data: bytes, *, old: bool) -> Records:
    """Read an .adc file as far as it goes.

    Args:
        data: The file.
        old: True for the layout of the first instruments.
    """
    columns = OLD_COLUMNS if old else COLUMNS
    whole = [columns.index(name) for name in _WHOLE]
    texts = data.decode("ascii", "replace").removesuffix("\n").split("\n")
    read = {number: _row(text, len(columns), whole) for number, text in enumerate(texts, 1)}
    rows = {number: row for number, row in read.items() if row}
    bad = [number for number, text in enumerate(texts, 1) if text.strip() and number not in rows]
    problems = []
    if data and not data.endswith(b"\n"):
        problems.append(f"The .adc file breaks off in line {len(texts)}, or at the end of it.")
        bad = [number for number in bad if number != len(texts)]
    if bad:
        problems.append(
            f"Lines of the .adc file cannot be read: {len(bad)}, the first of them line {bad[0]}."
        )
    table = np.array(list(rows.values()), np.float64).reshape(-1, len(columns))
    return Records(columns, table, np.array(list(rows), np.int64), tuple(problems))


def _row(text: str, count: int, whole: list[int]) -> list[float] | None:
    """Return the numbers of a line, None where it is not one whole line of numbers."""
    fields = text.split(",")[:count]
    try:
        row = [float(field) for field in fields]
    except ValueError:
        return None
    if len(row) < count or not all(_is_whole(row[index]) for index in whole):
        return None
    return row


def _is_whole(value: float) -> bool:
    return -_LARGEST < value < _LARGEST and value == int(value)
