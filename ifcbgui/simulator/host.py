"""The virtual host computer: its clock, its voice, and what it is set to."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from ifcbgui.instrument.catalogue import MESSAGE_FORMS
from ifcbgui.simulator.defaults import (
    HOST_VERSION,
    SETTINGS,
    SWITCHES,
    ZOOM_SIZE,
)
from ifcbgui.simulator.faults import FaultPlan
from ifcbgui.simulator.timeline import Timeline

Number = float | int
Emit = Callable[[str], None]


class BadValueError(ValueError):
    """A command wants a value the instrument cannot take; the text says why."""


class Host:
    """What every part of the virtual instrument shares.

    Attributes:
        timeline: Virtual time.
        random: The one source of randomness but for pictures.
        imager: Number of the instrument, as it stands in file names.
        values: Settings and switches by wire name.
        zoom_size: Width and height of the zoomed view, pixels.
        sends_content: Send ``triggercontent`` with every trigger; no message changes that.
    """

    def __init__(
        self,
        timeline: Timeline,
        emit: Emit,
        *,
        serial: str,
        seed: int,
        started: datetime | None = None,
        faults: FaultPlan | None = None,
        sends_content: bool = False,
    ) -> None:
        self.timeline = timeline
        self.random = random.Random(seed)
        self._faults = faults or FaultPlan()
        last_number = re.search(r"(\d+)\D*$", serial)
        self.imager = int(last_number[1]) if last_number else 0
        self.values: dict[str, Number | str] = {
            **{name: switch.on for name, switch in SWITCHES.items()},
            **{name: setting.value for name, setting in SETTINGS.items()},
        }
        self.zoom_size = ZOOM_SIZE
        self.sends_content = sends_content
        self._emit = emit
        self._started = started or datetime.now(UTC)

    @property
    def utc(self) -> datetime:
        """The host's clock: the start plus the virtual time since."""
        return self._started + timedelta(seconds=self.timeline.now)

    def say(self, *fields: object) -> None:
        """Send a message: its fields, joined by colons."""
        self._emit(":".join(map(_wire, fields)))

    def changed(self, *fields: object) -> None:
        """Send a ``valuechanged`` message."""
        self.say("valuechanged", *fields)

    def report(self, text: str) -> None:
        """Send a line of activity; like the real host's, it ends with a line feed."""
        if self.faulty("wrong-wording"):
            text = f"[i] {text.upper()}"
        if self.on("switchviewactivity"):
            self.say("reportevent", f"{text}\n")

    def on(self, switch: str) -> bool:
        """Tell whether a switch is on."""
        return bool(self.values[switch])

    def faulty(self, fault: str) -> bool:
        """Tell whether a fault acts now."""
        return self._faults.acts(fault, self.timeline.now)

    def number(self, setting: str) -> float:
        """Return the value of a setting that is a number."""
        return float(self.values[setting])

    def switch(self, name: str, on: bool) -> None:
        """Set a switch, echo it and report it in the host's words."""
        self.values[name] = on
        self.changed(name, int(on))
        # Seen: pump 1's report has a space before its line feed, pump 2's has none.
        stray = " " if name == "switchpump1" else ""
        self.report(f"{SWITCHES[name].label} switched {'ON' if on else 'OFF'}.{stray}")

    def set(self, name: str, text: str) -> None:
        """Set a setting from a command's text, echo it and report it.

        Raises:
            BadValueError: If the text is no number, or a number out of range.
        """
        setting = SETTINGS[name]
        value = _convert(name, text)
        self.values[name] = value
        self.changed(name, value)
        if name == "setdatafolder":
            self.report(f"Data folder set to:\n{value}")
        elif name in ("setpmta", "setpmtb", "setflashvoltage"):
            self.report(f"{setting.label} assigned {value:.2f}V.")
        elif name in ("settriga", "settrigb"):
            self.report(f"{setting.label} assigned {value:.3f}V.")
        else:
            self.report(f"{setting.label} set to {value}.")

    def set_zoom(self, text: str) -> None:
        """Set width and height of the zoomed view.

        Raises:
            BadValueError: If the text is not two positive whole numbers.
        """
        match = re.fullmatch(r"(\d{1,4}):(\d{1,4})", text)
        if not match:
            raise BadValueError(f"Zoom size not set: {text!r} is not width:height in pixels.")
        self.zoom_size = (int(match[1]), int(match[2]))
        self.changed("setzoomsize", *self.zoom_size)

    def state_texts(self) -> list[str]:
        """Return the messages that say what everything is set to, in a fixed order."""
        texts = [f"hostversion:{HOST_VERSION}", "uvmodulepresent:0"]
        texts += [f"{name}:{_wire(self.values[name])}" for name in SETTINGS]
        texts.append("setzoomsize:{}:{}".format(*self.zoom_size))
        texts += [f"{name}:{int(self.on(name))}" for name in SWITCHES]
        return [f"valuechanged:{text}" for text in texts]


def _wire(field: object) -> str:
    # All digits of a number, but 5 for 5.0: so .NET, which the host runs on, writes them.
    text = str(field)
    return text.removesuffix(".0") if isinstance(field, float) else text


def _convert(name: str, text: str) -> Number | str:
    setting = SETTINGS[name]
    if isinstance(setting.value, str):
        return text
    try:
        value = type(setting.value)(text)
    except ValueError:
        raise BadValueError(f"{setting.label} not set: {text!r} is not a number.") from None
    limits = MESSAGE_FORMS[f"valuechanged:{name}"].fields[0]
    low = -math.inf if limits.minimum is None else limits.minimum
    high = math.inf if limits.maximum is None else limits.maximum
    if not low <= value <= high:
        raise BadValueError(f"{setting.label} not set: {text} is not within {low:g} to {high:g}.")
    return value
