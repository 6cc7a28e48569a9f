"""The focus and the laser motor, and what they do to triggers and pictures.

That a command runs a motor for so many milliseconds, and against the sign back, is inferred from
the settings of their steps, which are milliseconds too; how far a motor gets in them is made up.
"""

from __future__ import annotations

import math
from collections.abc import Callable

# An instrument is never quite in focus when somebody looks: three small steps help.
_BEST_FOCUS_MS = 150
_FOCUS_MS_PER_PIXEL = 250.0
# A large step of the laser, 5000 ms, shows; a small one is a touch.
_LASER_MS_PER_PIXEL = 50.0
# The fault: as far aside as 9000 ms of the motor, which therefore cure it.
_OFF_CORE = -180.0
# How far aside, in pixels, triggers, light and ROIs are down to 61 %. So far aside as the fault,
# 2 % of the particles trigger, with a quarter of their light, and 56 % of them without a ROI.
_TRIGGER_WIDTH, _LIGHT_WIDTH, _SIGHT_WIDTH = 64.0, 108.0, 140.0


class Optics:
    """Where lens and laser stand.

    Args:
        misaligned: Tells whether the laser has been knocked aside.
    """

    def __init__(self, misaligned: Callable[[], bool] = lambda: False) -> None:
        self._misaligned = misaligned
        self._focus_ms = self._laser_ms = 0

    def move_focus(self, milliseconds: int) -> None:
        """Run the focus motor; a negative time runs it back."""
        self._focus_ms += milliseconds

    def move_laser(self, milliseconds: int) -> None:
        """Run the laser motor; a negative time runs it back."""
        self._laser_ms += milliseconds

    @property
    def defocus(self) -> float:
        """How far the flow is out of focus: pixels of blur, negative on the near side."""
        return (_BEST_FOCUS_MS - self._focus_ms) / _FOCUS_MS_PER_PIXEL

    @property
    def aside(self) -> float:
        """How far beside the core of the flow the laser points, pixels to the right."""
        off = _OFF_CORE if self._misaligned() else 0.0
        return off + self._laser_ms / _LASER_MS_PER_PIXEL

    @property
    def triggering(self) -> float:
        """Share of the particles that trigger."""
        return self._share(_TRIGGER_WIDTH)

    @property
    def light(self) -> float:
        """Share of their light that a particle gives."""
        return self._share(_LIGHT_WIDTH)

    @property
    def sight(self) -> float:
        """Share of the particles that trigger for which there is something in the picture."""
        return self._share(_SIGHT_WIDTH)

    def _share(self, width: float) -> float:
        return math.exp(-0.5 * (self.aside / width) ** 2)
