"""Which numbers an instrument can mean at all, as far as the catalogue knows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from ifcbgui.instrument.catalogue import MESSAGE_FORMS

Limits = tuple[float, float]


def limits_of(name: str) -> Limits:
    """Return the smallest and the largest plausible value of a name in the state.

    Returns:
        Infinities where the catalogue knows none.
    """
    return _limits().get(name, (-math.inf, math.inf))


def possible(name: str, value: Any) -> bool:
    """Tell whether a value can be meant; of what is no number nothing is known."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return True
    low, high = limits_of(name)
    return low <= value <= high


@cache
def _limits() -> Mapping[str, Limits]:
    return MappingProxyType(
        {
            field.state: (
                -math.inf if field.minimum is None else field.minimum,
                math.inf if field.maximum is None else field.maximum,
            )
            for form in MESSAGE_FORMS.values()
            for field in form.fields
            if field.state is not None
        }
    )
