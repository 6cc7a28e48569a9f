"""The trigger electronics: particles pass, the DAQ fires, the camera takes its picture."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Sequence

from ifcbgui.simulator.camera import Camera, Roi, apart
from ifcbgui.simulator.fluidics import Fluidics
from ifcbgui.simulator.host import Host
from ifcbgui.simulator.optics import Optics
from ifcbgui.simulator.timeline import Activity, Task
from ifcbgui.simulator.trigger import INHIBIT_S, Trigger, light_for, read_light

_FPS_PERIOD_S = 5.0
_ASK_AGAIN_S = 0.25
_CONTINUOUS_HZ = 5.0
_NORMAL_FLOW = 0.25
# ROIs in a trigger: none in about one of 15, seldom more than one.
_ROI_COUNTS, _ROI_SHARES = (0, 1, 2, 3), (66, 900, 26, 8)
# Air: many triggers with nothing in the picture, or with several things (field guide).
_BUBBLE_SHARES = (35, 35, 20, 10)
# Dirt in the flow cell triggers again and again, seven times for each particle that passes.
_CLOG_RATE = 8.0
# Without the laser: share of the particles that trigger all the same.
_STRAY_LIGHT = 0.02


class Daq:
    """Triggers, their counters, and everything said about them.

    Args:
        host: The host computer.
        fluidics: Gives the flow, and where the sample came from.
        optics: Tells what laser and lens do to triggers and pictures.
        camera: Takes the pictures.
        keep: Called with each trigger, for the files.
        particle_rate: Particles per second that reach the laser at 0.25 mL/min.
        frame_period: Shortest time between two full frames, virtual seconds.
    """

    def __init__(
        self,
        host: Host,
        fluidics: Fluidics,
        optics: Optics,
        camera: Camera,
        keep: Callable[[Trigger], None],
        *,
        particle_rate: float,
        frame_period: float,
    ) -> None:
        self._host = host
        self._fluidics = fluidics
        self._optics = optics
        self._camera = camera
        self._keep = keep
        self._particle_rate = particle_rate
        self._frame_period = frame_period
        self._tasks: list[Task] = []
        self._next_frame = 0.0
        self._since_fps = 0
        self._config = ""
        self.new_bin()

    def new_bin(self) -> None:
        """Count triggers from one again."""
        self._number = 0
        self._rois_total = 0
        self._bin_started = self._host.timeline.now

    def assign(self, *, alt: bool) -> Activity:
        """Set photomultipliers, thresholds and flash to the normal or the ALT settings."""
        self._config = "alt" if alt else ""
        host = self._host
        for name in ("TrigA", "TrigB"):
            host.report(f"{name} assigned {self._volts(name):.3f}V.")
            yield 0.01
        for name in ("PMTA", "PMTB"):
            host.report(f"{name} assigned {self._volts(name):.2f}V.")
            yield 0.01
        yield 0.17
        for name in ("PMTA", "PMTB"):
            host.report(f"{name} turned {'ON' if self._powered(name) else 'OFF'}.")
            yield 0.01
        yield 0.16
        host.report(f"Flash assigned {self._volts('flashvoltage'):.2f}V.")
        host.report(f"Flash turned {'ON' if host.on('switchflash') else 'OFF'}.")

    def _volts(self, name: str) -> float:
        return self._host.number(f"set{self._config}{name.lower()}")

    def _powered(self, name: str) -> bool:
        return self._host.on(f"switch{self._config}{name.lower()}")

    def switch_triggering(self, on: bool) -> None:
        """Switch triggering on, which forces a first trigger, or off."""
        self._host.switch("switchtriggering", on)
        self.refresh_sources(first_trigger=on)

    def refresh_sources(self, *, first_trigger: bool = False) -> None:
        """Start and stop what makes triggers, after a switch was moved."""
        for task in self._tasks:
            task.cancel()
        self._tasks.clear()
        self._since_fps = 0
        spawn = self._host.timeline.spawn
        if first_trigger:
            self._tasks.append(spawn(self._first_trigger()))
        if self._host.on("switchtriggering"):
            self._tasks.append(spawn(self._watch_for_particles()))
        if self._host.on("switchcontinuoustrigger"):
            self._tasks.append(spawn(self._run_free()))
        if self._tasks:
            self._tasks.append(spawn(self._tell_fps()))

    def trigger_once(self) -> Activity:
        """Fire without a particle: there is no ROI in it."""
        yield from self._fire([], forced=True)

    def _first_trigger(self) -> Activity:
        yield 0.14
        yield from self._fire([], forced=True)

    def _watch_for_particles(self) -> Activity:
        yield 0.3
        while True:
            rate = self._rate()
            wait = self._host.random.expovariate(rate) if rate > 0.0 else math.inf
            # To ask anew does not change when the next one comes, unless the rate has changed.
            yield min(wait, _ASK_AGAIN_S)
            if wait <= _ASK_AGAIN_S and self._rate() > 0.0:
                yield from self._fire(self._look())

    def _run_free(self) -> Activity:
        while True:
            yield 1.0 / _CONTINUOUS_HZ - INHIBIT_S
            yield from self._fire([], forced=True)

    def _tell_fps(self) -> Activity:
        while True:
            yield _FPS_PERIOD_S
            if self._host.on("switchviewfps"):
                self._host.changed("fpsrate", f"{self._since_fps / _FPS_PERIOD_S:.1f}")
            self._since_fps = 0

    def _rate(self) -> float:
        rate = self._particle_rate * self._fluidics.sample_flow / _NORMAL_FLOW
        if not self._host.on("switchlaser"):
            return rate * _STRAY_LIGHT
        rate *= self._optics.triggering
        return rate * (_CLOG_RATE if self._host.faulty("clog") else 1.0)

    def _look(self) -> list[Roi]:
        """Take the picture of whatever passes."""
        host, camera = self._host, self._camera
        take, shares, sight = camera.plankton, _ROI_SHARES, self._optics.sight
        if host.faulty("clog") and host.random.random() > 1.0 / _CLOG_RATE:
            return [camera.stuck_roi()]
        if host.faulty("bubbles"):
            take, shares, sight = camera.bubble, _BUBBLE_SHARES, 1.0
        elif self._fluidics.source == "beads":
            take = camera.bead
        count = host.random.choices(_ROI_COUNTS, shares)[0]
        return apart(take() for _ in range(count) if host.random.random() < sight)

    def _fire(self, rois: Sequence[Roi], *, forced: bool = False) -> Activity:
        """Tell of one trigger, in the order and with the delays seen in a capture."""
        host = self._host
        self._number += 1
        self._since_fps += 1
        number = self._number
        trigger = self._measure(rois, forced=forced)
        self._keep(trigger)
        if host.on("switchviewgraphs"):
            host.say("graphchanged", *self._graph(trigger))
        yield 0.005
        if host.on("switchviewtriggers"):
            host.say("triggerchanged", number, "saved", number, 0)
        yield 0.008
        self._rois_total += len(rois)
        if host.on("switchviewtriggers"):
            host.say("triggerchanged", number, "processed", len(rois), number, self._rois_total)
        self._show(trigger)
        yield INHIBIT_S - 0.013

    def _measure(self, rois: Sequence[Roi], *, forced: bool) -> Trigger:
        """Return a trigger at this moment; a forced one sees no light."""
        host = self._host
        light_a, light_b = (0.0, 0.0) if forced else self._light(rois)
        return Trigger(
            self._number,
            host.timeline.now - self._bin_started,
            read_light(host.random, light_a, light_b),
            host.random.uniform(54.0, 63.0),
            tuple(rois),
        )

    def _light(self, rois: Sequence[Roi]) -> tuple[float, float]:
        """Return what reaches photomultipliers A and B; what triggers is above its threshold."""
        host = self._host
        light = self._optics.light * sum(roi.light for roi in rois)
        on_b = self._powered("PMTB")
        enough = light_for(self._volts("TrigB" if on_b else "TrigA"))
        light = max(light, enough * host.random.uniform(1.05, 2.0))
        light_a = light if not on_b else 0.8 * light
        return light_a if self._powered("PMTA") else 0.0, light if on_b else 0.0

    def _graph(self, trigger: Trigger) -> tuple[object, ...]:
        x, y = (trigger.rois[0].left, trigger.rois[0].top) if trigger.rois else (0, 0)
        # Seen: the host writes a 12-hour clock without saying which half of the day. Inferred:
        # which reading stands where, and that of several regions the first is told.
        stamp = self._host.utc.strftime("%Y-%m-%d|%I-%M")
        return (
            *(
                f"{volts:.8g}"
                for volts in (*trigger.light.integrated[:2], *trigger.light.peaks[:2])
            ),
            x,
            y,
            trigger.number,
            *map(self._volts, ("PMTA", "PMTB", "TrigA", "TrigB")),
            stamp,
        )

    def _show(self, trigger: Trigger) -> None:
        """Send the pictures of a trigger.

        Inferred, for no public capture has pictures: a frame from time to time unless only ROIs
        are asked for, and the ROIs of every trigger either way.
        """
        host, rois = self._host, trigger.rois
        viewed = host.on("switchviewimages") and host.on("switchcamera")
        if viewed and not host.on("switchviewroisonly"):
            self._show_frame(rois)
        pictures = _wire_rois(rois) if viewed or host.sends_content else []
        if viewed:
            host.say("triggerrois", len(rois), *pictures)
        if host.sends_content:
            host.say("triggercontent", *_content(trigger), "rois", len(rois), *pictures)

    def _show_frame(self, rois: Sequence[Roi]) -> None:
        now = self._host.timeline.now
        if now >= self._next_frame:
            self._next_frame = now + self._frame_period
            self._host.say("triggerimage", _base64(self._camera.frame_png(rois)))


def _content(trigger: Trigger) -> list[object]:
    """Return the readings in ``triggercontent``, in the order of a published test.

    Inferred from its numbers: the first three times are milliseconds.
    """
    peaks, integrated = trigger.light.peaks, trigger.light.integrated
    values = {
        "ADCTime": trigger.seconds * 1000.0,
        "GrabTimeStart": trigger.seconds * 1000.0,
        "GrabTimeEnd": trigger.grabbed * 1000.0,
        **{f"Peak{name}": volts for name, volts in zip("ABCD", peaks, strict=True)},
        **{f"Integrated{name}": volts for name, volts in zip("ABCD", integrated, strict=True)},
        "TimeOfFlight": trigger.time_of_flight,
        "RunTime": trigger.run_time,
        "InhibitTime": trigger.inhibit_time,
    }
    fields: list[object] = ["daq"]
    for key, value in values.items():
        fields += [key, f"{value:.3f}"]
    return fields


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _wire_rois(rois: Sequence[Roi]) -> list[object]:
    # Seen: top first, then left.
    return [field for roi in rois for field in (roi.top, roi.left, _base64(roi.png))]
