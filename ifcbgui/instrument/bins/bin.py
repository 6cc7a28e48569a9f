"""Opens a bin as far as it goes, and says what is wrong with it."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ifcbgui.instrument.bins.checks import problems_of
from ifcbgui.instrument.bins.header import Header, parse_header
from ifcbgui.instrument.bins.names import BinName
from ifcbgui.instrument.bins.records import Records, parse_records
from ifcbgui.instrument.bins.roi import BinRoi
from ifcbgui.instrument.bins.volume import Volume, flow_of, volume_by_header, volume_by_records

# Larger ones are no bins: a header has 4 kB, an .adc file 200 bytes a line.
_MOST_BYTES = {".hdr": 1_000_000, ".adc": 64_000_000}
_ENDINGS = (".hdr", ".adc", ".roi")


class BinError(Exception):
    """Nothing of a bin can be read, or an image no longer; the text says why."""


class Bin:
    """A sample as it stands in its files. The images stay on disk until they are asked for.

    Attributes:
        path: The files without their ending.
        name: What the name says, None where it is no bin's.
        header: The .hdr file; empty where it is missing.
        records: The .adc file; no rows where it is missing.
        roi_bytes: Size of the .roi file, 0 where it is missing.
    """

    def __init__(
        self, path: Path, header: Header, records: Records, roi_bytes: int, problems: list[str]
    ) -> None:
        self.path = path
        self.name = BinName.parse(path.name)
        self.header = header
        self.records = records
        self.roi_bytes = roi_bytes
        self._file_problems = problems

    @cached_property
    def rois(self) -> tuple[BinRoi, ...]:
        """The images, in the order of the .adc file."""
        records = self.records
        rows = np.flatnonzero(records.with_image)
        names = ("trigger", "roi_x", "roi_y", "roi_width", "roi_height", "start_byte")
        columns = [records[name][rows].astype(np.int64).tolist() for name in names]
        numbers = records.lines[rows].tolist()
        return tuple(map(BinRoi, numbers, rows.tolist(), *columns))

    def roi_id(self, roi: BinRoi) -> str:
        """Return the name other programs know an image by."""
        return f"{self.path.name}_{roi.number:05d}"

    def pixels(self, roi: BinRoi) -> npt.NDArray[np.uint8]:
        """Read an image: its grey values, height x width.

        Of an image that is not all there, the rows that are; there may be none.

        Raises:
            BinError: If the .roi file cannot be read any more.
        """
        there = min(roi.end, self.roi_bytes) - roi.start if roi.start >= 0 else 0
        if there < roi.width:
            return np.empty((0, roi.width), np.uint8)
        try:
            # A memory map would end the program when the file shrinks or its disk vanishes.
            grey = np.fromfile(_file(self.path, ".roi"), np.uint8, there, offset=roi.start)
        except OSError as exc:
            raise BinError(f"The .roi file cannot be read any more: {exc.strerror}.") from exc
        rows = len(grey) // roi.width
        return grey[: rows * roi.width].reshape(rows, roi.width)

    @cached_property
    def volume(self) -> Volume | None:
        """The volume analysed by the .adc file, which is written as the sample goes."""
        return volume_by_records(self.records, flow_of(self.header))

    @cached_property
    def volume_by_header(self) -> Volume | None:
        """The volume analysed by the header's own times."""
        return volume_by_header(self.header)

    @cached_property
    def problems(self) -> tuple[str, ...]:
        """What is wrong, in plain words; empty for a sound bin."""
        volumes = (self.volume, self.volume_by_header)
        checked = problems_of(self.header, self.records, self.rois, self.roi_bytes, volumes)
        return (*self._file_problems, *self.records.problems, *checked)


def open_bin(path: Path) -> Bin:
    """Open a bin by any of its three files, or by its name without an ending.

    Missing and damaged files are no error: what can be read is there, `Bin.problems` says the rest.

    Raises:
        BinError: If none of the three files can be read.
    """
    base = path.with_suffix("") if path.suffix.lower() in _ENDINGS else path
    problems: list[str] = []
    header = _read(base, ".hdr", problems)
    records = _read(base, ".adc", problems)
    roi_bytes = _size(base, problems)
    if header is None and records is None and roi_bytes is None:
        raise BinError(f"No file of the bin {base.name} can be read: " + " ".join(problems))
    name = BinName.parse(base.name)
    parsed = parse_records(records or b"", old=name is not None and name.old)
    if roi_bytes == 0 and (parsed.with_image.any() or not len(parsed)):
        problems.append("The .roi file is empty.")  # as it has to be without images
    return Bin(base, parse_header(header or b""), parsed, roi_bytes or 0, problems)


def _file(base: Path, ending: str) -> Path:
    return base.with_name(base.name + ending)


def _read(base: Path, ending: str, problems: list[str]) -> bytes | None:
    limit = _MOST_BYTES[ending]
    try:
        with _file(base, ending).open("rb") as file:
            data = file.read(limit + 1)
    except OSError as exc:
        problems.append(_unreadable(ending, exc))
        return None
    if not data:
        problems.append(f"The {ending} file is empty.")
    if len(data) > limit:
        problems.append(
            f"The {ending} file is larger than any bin's; {limit} bytes of it are read."
        )
    return data[:limit]


def _size(base: Path, problems: list[str]) -> int | None:
    try:
        with _file(base, ".roi").open("rb") as file:
            return file.seek(0, 2)
    except OSError as exc:
        problems.append(_unreadable(".roi", exc))
        return None


def _unreadable(ending: str, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return f"The {ending} file is missing."
    return f"The {ending} file cannot be read: {error.strerror}."
