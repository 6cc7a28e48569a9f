"""A bin at a glance: what people look for first, in words. No Qt here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ifcbgui.instrument.bins import Bin, Header, Volume
from ifcbgui.ui.wording import UNKNOWN, clock_text, utc_text

# What readers of bins allow between header and .adc file (pyifcb, iRfcb).
_TOLERANCE = 0.02


@dataclass(frozen=True, slots=True)
class GlanceLine:
    """A line of the overview.

    Attributes:
        label: What it is.
        text: Its value.
        doubtful: True where something is wrong with it.
    """

    label: str
    text: str
    doubtful: bool = False


def glance(opened: Bin, pixels_per_um: float = 0.0) -> Iterator[GlanceLine]:
    """Yield what people look for first.

    Args:
        opened: The bin.
        pixels_per_um: Scale of its instrument, 0 where that is not known: a bin does not say it.
    """
    header, name = opened.header, opened.name
    yield GlanceLine("Began", utc_text(int(name.time.timestamp()) * 10**9) if name else UNKNOWN)
    yield GlanceLine("Instrument", f"IFCB{name.instrument}" if name else UNKNOWN)
    yield GlanceLine("Sample type", header.get("sampleType") or UNKNOWN)
    yield _count("Triggers", opened.records.trigger_count, header.number("triggerCount"))
    yield _count("ROIs", len(opened.rois), header.number("roiCount"))
    volume = opened.volume or opened.volume_by_header
    yield GlanceLine("Run time", _seconds(volume.run_s if volume else None))
    yield GlanceLine("Look time", _seconds(volume.look_s if volume else None))
    yield from _volumes(opened.volume, opened.volume_by_header)
    yield GlanceLine("Sample", _measure(header, "SyringeSampleVolume", "mL"))
    yield GlanceLine("Temperature", _measure(header, "temperature", "°C"))
    yield GlanceLine("Humidity", _measure(header, "humidity", "%RH"))
    for which in "AB":
        yield GlanceLine(f"PMT {which}", _photomultiplier(header, which))
    scale = f"{pixels_per_um:g} px/µm" if pixels_per_um else f"{UNKNOWN} (sizes in px)"
    yield GlanceLine("Scale", scale)
    yield GlanceLine("Comment", header.get("FileComment") or UNKNOWN)


def _count(label: str, found: int, said: float | None) -> GlanceLine:
    if said is None or said == found:
        return GlanceLine(label, f"{found:,}")
    return GlanceLine(label, f"{found:,} (header: {said:,.0f})", doubtful=True)


def _volumes(found: Volume | None, said: Volume | None) -> Iterator[GlanceLine]:
    """Yield the volume analysed by the .adc file, and how the header's differs."""
    yield GlanceLine("Analysed", f"{found.ml:.3f} mL (.adc)" if found else UNKNOWN)
    if said is None:
        yield GlanceLine("by the header", UNKNOWN)
        return
    text = f"{said.ml:.3f} mL"
    if found is None or not found.ml:
        yield GlanceLine("by the header", text)
        return
    share = (said.ml - found.ml) / found.ml
    sign = "+" if round(share, 3) > 0 else ""
    text = f"{text} ({sign}{round(share, 3) or 0.0:.1%})"
    yield GlanceLine("by the header", text, doubtful=abs(share) > _TOLERANCE)


def _photomultiplier(header: Header, which: str) -> str:
    volts = header.number(f"PMT{which}highVoltage")
    threshold = header.number(f"PMT{which}triggerThreshold_DAQ_MCConly")
    known = [
        f"{volts:.2f} V" if volts is not None else "",
        f"trigger {threshold:.3f} V" if threshold is not None else "",
    ]
    return ", ".join(filter(None, known)) or UNKNOWN


def _seconds(seconds: float | None) -> str:
    return UNKNOWN if seconds is None else f"{seconds:,.1f} s ({clock_text(seconds)})"


def _measure(header: Header, key: str, unit: str) -> str:
    value = header.number(key)
    return UNKNOWN if value is None else f"{value:.4g} {unit}"
