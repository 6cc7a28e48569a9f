"""What is said of a region of interest, in the units of an operator. No Qt here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite, isnan
from typing import Final

import numpy as np

from ifcbgui.ui.models.log_text import clock_text, date_text
from ifcbgui.ui.wording import UNKNOWN

NOT_KNOWN: Final = "not known"
TIMES: Final = "\N{MULTIPLICATION SIGN}"


@dataclass(frozen=True, slots=True)
class RoiUnits:
    """How sizes and times are given.

    Attributes:
        pixels_per_um: Pixels of the camera in a micrometre; 0 where not known: sizes are in pixels.
        utc: Times in UTC, else in the machine's zone.
    """

    pixels_per_um: float = 0.0
    utc: bool = True


def size_text(width: int, height: int, units: RoiUnits) -> str:
    """Return width and height in µm, or in pixels."""
    if units.pixels_per_um <= 0:
        return f"{width} {TIMES} {height} px"
    across, up = width / units.pixels_per_um, height / units.pixels_per_um
    return f"{across:.0f} {TIMES} {up:.0f} µm"


def trigger_text(trigger: int) -> str:
    """Return a trigger's number as a caption has it."""
    return f"{trigger}" if trigger > 0 else UNKNOWN


def peaks_text(peak_a: float, peak_b: float) -> str:
    """Return the peaks that are known, ``A 0.52  B 0.13 V``, or ""."""
    known = [
        f"{name} {peak:.2f}" for name, peak in (("A", peak_a), ("B", peak_b)) if isfinite(peak)
    ]
    return "  ".join(known) + " V" if known else ""


def described(roi: np.void, units: RoiUnits) -> str:
    """Return a region of interest in one sentence, for those who cannot see it."""
    peaks = peaks_text(float(roi["peak_a"]), float(roi["peak_b"]))
    parts = [
        f"Trigger {trigger_text(int(roi['trigger']))}",
        size_text(int(roi["width"]), int(roi["height"]), units),
        clock_text(int(roi["time_ns"]), utc=units.utc),
        f"peak {peaks}" if peaks else "peaks not known",
    ]
    return ", ".join(parts)


def fields(roi: np.void, units: RoiUnits) -> Iterator[tuple[str, str]]:
    """Yield name and value of all that is known of a region of interest, and of what is not."""
    trigger, time_ns = int(roi["trigger"]), int(roi["time_ns"])
    yield "Trigger", str(trigger) if trigger > 0 else NOT_KNOWN
    yield "Time", _time(time_ns, utc=units.utc) if time_ns > 0 else NOT_KNOWN
    yield "Width, height", _lengths(int(roi["width"]), int(roi["height"]), units)
    yield "Left, top", _place(int(roi["left"]), int(roi["top"]))
    yield "Peak A, B", _volts(float(roi["peak_a"]), float(roi["peak_b"]))
    yield "Integrated A, B", _volts(float(roi["integrated_a"]), float(roi["integrated_b"]))
    if "sharpness" in (roi.dtype.names or ()):
        value = float(roi["sharpness"])
        yield "Sharpness", NOT_KNOWN if isnan(value) else f"{value:.1f}"
    if roi["message_id"] > 0:
        yield "Message", str(roi["message_id"])


def _time(time_ns: int, *, utc: bool) -> str:
    day, _, zone = date_text(time_ns, utc=utc).split(" ")
    return f"{day} {clock_text(time_ns, utc=utc)} {zone}"


def _lengths(width: int, height: int, units: RoiUnits) -> str:
    pixels = f"{width} {TIMES} {height} px"
    if units.pixels_per_um <= 0:
        return pixels
    across, up = width / units.pixels_per_um, height / units.pixels_per_um
    return f"{across:.1f} {TIMES} {up:.1f} µm ({pixels})"


def _place(left: int, top: int) -> str:
    return f"{left}, {top} px" if left >= 0 and top >= 0 else NOT_KNOWN


def _volts(a: float, b: float) -> str:
    if isnan(a) and isnan(b):
        return NOT_KNOWN
    return ", ".join(NOT_KNOWN if isnan(value) else f"{value:.3f} V" for value in (a, b))
