"""One trigger: what the wire tells of it, and what the files keep of it."""

from __future__ import annotations

import random
from dataclasses import dataclass

from ifcbgui.simulator.camera import Roi

# Seen in a published bin header: no trigger is taken for 0.083 s after one.
INHIBIT_S = 0.083
_GRAB_S = 0.0436
# Seen in a published bin: the run time is read this long after the pulse.
_READ_S = 0.0222
_CLIP_V = 3.45
# Without light: seen in a capture (A and B) and in a published bin (C and D, which nobody uses).
_DARK_PEAK = (0.0706, 0.0702, 0.0589, 0.0572)
_DARK_INTEGRAL = (0.0127, 0.0125, 0.0095, 0.0104)
_PEAK_V, _INTEGRAL_V = 0.5, 0.04


@dataclass(frozen=True, slots=True)
class Light:
    """Four photomultipliers' readings of one particle, A to D, volts."""

    integrated: tuple[float, ...]
    peaks: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Trigger:
    """One trigger.

    Attributes:
        number: Its number in the bin, from 1.
        seconds: When, since the bin began.
        light: What the photomultipliers read.
        time_of_flight: Length of the pulse, microseconds.
        rois: What the camera saw.
    """

    number: int
    seconds: float
    light: Light
    time_of_flight: float
    rois: tuple[Roi, ...]

    @property
    def grabbed(self) -> float:
        """When the picture was read out, seconds since the bin began."""
        return self.seconds + _GRAB_S

    @property
    def run_time(self) -> float:
        """How long the bin has run, seconds."""
        return self.seconds + _READ_S

    @property
    def inhibit_time(self) -> float:
        """How long of it no trigger could be taken, seconds."""
        return self.number * INHIBIT_S


def read_light(rng: random.Random, light_a: float, light_b: float) -> Light:
    """Return what the photomultipliers read; 1 is the fluorescence of an average cell."""
    light = (light_a, light_b, 0.0, 0.0)
    return Light(
        tuple(
            dark + min(_INTEGRAL_V * lit, 0.9) + abs(rng.gauss(0, 0.0002))
            for dark, lit in zip(_DARK_INTEGRAL, light, strict=True)
        ),
        tuple(
            min(dark + _PEAK_V * lit + abs(rng.gauss(0, 0.0005)), _CLIP_V)
            for dark, lit in zip(_DARK_PEAK, light, strict=True)
        ),
    )


def light_for(volts: float) -> float:
    """Return the light that just reaches a threshold."""
    return max(volts - min(_DARK_PEAK), 0.0) / _PEAK_V
