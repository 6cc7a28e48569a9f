"""What quantities are called, what unit they have, how their values are written. No Qt here."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Final

from ifcbgui.instrument.catalogue import MESSAGE_FORMS
from ifcbgui.session.history import History, Series
from ifcbgui.ui.wording import UNKNOWN, value_text


class Kind(StrEnum):
    """What values are, and how they are written."""

    NUMBER = "number"
    SHARE = "share"
    SWITCH = "switch"


Family = tuple[Kind, str]
"""Kind and unit: quantities that have both in common can share an axis."""


@dataclass(frozen=True, slots=True)
class _Words:
    """What a quantity is called, its unit, and how many decimals are worth to be shown."""

    label: str
    unit: str = ""
    decimals: int = 2


_OWN: Final[Mapping[str, _Words]] = MappingProxyType(
    {
        "trigger_rate": _Words("Trigger rate, counted", "1/s"),
        "rois_per_trigger": _Words("ROIs per trigger"),
        "zero_roi_share": _Words("Triggers without ROI"),
        "focus": _Words("Focus", "1/px", decimals=3),
    }
)


def label_of(name: str, series: Series | None) -> str:
    """Return what a quantity is called, also while nothing was said of it."""
    if series is not None:
        return series.label
    return _said().get(name, _OWN.get(name, _Words(name))).label


def unit_of(name: str, series: Series | None) -> str:
    """Return its unit, also while nothing was said of it."""
    if series is not None:
        return series.unit
    return _said().get(name, _OWN.get(name, _Words(name))).unit


@cache
def _said() -> Mapping[str, _Words]:
    """Return what the catalogue says of the numbers of the state."""
    found: dict[str, _Words] = {}
    for form in MESSAGE_FORMS.values():
        for field in form.fields:
            if field.state:
                found.setdefault(field.state, _Words(field.label or form.label, field.unit))
    return MappingProxyType(found)


def kind_of(name: str) -> Kind:
    """Return what its values are."""
    if name.startswith("switch"):
        return Kind.SWITCH
    return Kind.SHARE if name.endswith("_share") else Kind.NUMBER


def reading_text(name: str, value: float, unit: str) -> str:
    """Return a value with its unit; a dash for NaN."""
    if math.isnan(value):
        return UNKNOWN
    match kind_of(name):
        case Kind.SWITCH:
            return "on" if value else "off"
        case Kind.SHARE:
            return f"{value:.0%}"
    text = f"{value:.{_OWN[name].decimals}f}" if name in _OWN else value_text(name, value)
    return f"{text} {unit}".rstrip()


def family_of(name: str, history: History) -> Family:
    """Return what can share an axis with a quantity: what is of its kind and unit."""
    return kind_of(name), unit_of(name, history.find(name))
