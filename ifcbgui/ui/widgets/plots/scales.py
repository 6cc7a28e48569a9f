"""How high a plot of a quantity reaches: as its values do, but never without measure. No Qt."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

Range = tuple[float, float]

_MARGIN: Final = 0.07
_LEAST_SHARE: Final = 0.02
_WELL_FILLED: Final = 0.45


@dataclass(frozen=True, slots=True)
class Scale:
    """What a plot of a quantity shows in any case.

    Attributes:
        least: The least difference that fills the plot: below it noise would look like news.
        holds: Values that are always in sight.
    """

    least: float = 0.0
    holds: tuple[float, ...] = ()


_SCALES: Final[Mapping[str, Scale]] = MappingProxyType(
    {
        "humidity": Scale(least=5.0),
        "temperature": Scale(least=2.0),
        "fpsrate": Scale(least=1.0, holds=(0.0,)),
        "trigger_rate": Scale(least=1.0, holds=(0.0,)),
        "rois_per_trigger": Scale(least=2.0, holds=(0.0,)),
        "zero_roi_share": Scale(holds=(0.0, 1.0)),
        "syringe_volume": Scale(holds=(0.0, 5.0)),
    }
)
SWITCH: Final = Scale(holds=(0.0, 1.0))


def scale_of(name: str) -> Scale:
    """Return the scale of a quantity by its name."""
    return SWITCH if name.startswith("switch") else _SCALES.get(name, Scale())


def fitted(extents: Iterable[Range], scales: Iterable[Scale], shown: Range | None) -> Range | None:
    """Return what range of values to show, or None where nobody knows yet.

    Args:
        extents: Lowest and highest value of each line; NaN for nothing.
        scales: The scales of the lines.
        shown: The range that is shown: it stays while everything is in it and fills it well.
    """
    scales = tuple(scales)
    values = [value for extent in extents for value in extent if math.isfinite(value)]
    if not values:
        return shown
    values += [value for scale in scales for value in scale.holds]
    low, high = min(values), max(values)
    least = max((scale.least for scale in scales), default=0.0)
    least = max(least, _LEAST_SHARE * max(abs(low), abs(high)), 1e-9)
    if high - low < least:
        middle = (low + high) / 2
        low, high = middle - least / 2, middle + least / 2
        floor = min((value for scale in scales for value in scale.holds), default=None)
        if floor is not None and low < floor:
            low, high = floor, floor + least
    if shown and shown[0] <= low and high <= shown[1] and _fills(high - low, shown):
        return shown
    margin = _MARGIN * (high - low)
    return low - margin, high + margin


def _fills(length: float, shown: Range) -> bool:
    return length >= _WELL_FILLED * (shown[1] - shown[0])


def zoomed(shown: Range, factor: float, share: float) -> Range:
    """Return a range so many times as wide, the value at a share of its height kept there."""
    low, high = shown
    centre = low + (high - low) * share
    return centre - (centre - low) * factor, centre + (high - centre) * factor


def round_step(length: float, most: float) -> float:
    """Return a round distance (1, 2 or 5 times a power of ten) that divides a length.

    Args:
        length: Length of the axis in its values, above 0.
        most: How many parts there may be at most.
    """
    least = length / max(1.0, most)
    power = 10.0 ** math.floor(math.log10(least))
    return power * next(factor for factor in (1, 2, 5, 10) if factor * power >= least * 0.999)
