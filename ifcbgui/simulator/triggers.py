"""The trigger electronics: particles pass, the DAQ fires, the camera takes its picture."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from ifcbgui.simulator.camera import Camera, Roi, apart
from ifcbgui.simulator.fluidics import Fluidics
from ifcbgui.simulator.host import Host
from ifcbgui.simulator.timeline import Activity, Task

# Seen in a published bin header: no trigger is taken for 0.083 s after one.
INHIBIT_S = 0.083
_GRAB_S = 0.043
_FPS_PERIOD_S = 5.0
_CONTINUOUS_HZ = 5.0
_NORMAL_FLOW = 0.25
# ROIs in a trigger: none in about one of 15, seldom more than one.
_ROI_COUNTS, _ROI_SHARES = (0, 1, 2, 3), (66, 900, 26, 8)


class Daq:
    """Triggers, their counters, and everything said about them.

    Args:
        host: The host computer.
        fluidics: Gives the flow, and where the sample came from.
        camera: Takes the pictures.
        particle_rate: Particles per second that reach the laser at 0.25 mL/min.
        frame_period: Shortest time between two full frames, virtual seconds.
        trigger_content: Send ``triggercontent`` with every trigger as well.
    """

    def __init__(
        self,
        host: Host,
        fluidics: Fluidics,
        camera: Camera,
        *,
        particle_rate: float,
        frame_period: float,
        trigger_content: bool,
    ) -> None:
        self._host = host
        self._fluidics = fluidics
        self._camera = camera
        self._particle_rate = particle_rate
        self._frame_period = frame_period
        self._trigger_content = trigger_content
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
        yield from self._fire([])

    def _first_trigger(self) -> Activity:
        yield 0.14
        yield from self._fire([])

    def _watch_for_particles(self) -> Activity:
        yield 0.3
        while True:
            rate = self._rate()
            if rate <= 0.0:
                yield 0.25
                continue
            yield self._host.random.expovariate(rate)
            if self._rate() > 0.0:
                yield from self._fire(self._look())

    def _run_free(self) -> Activity:
        while True:
            yield 1.0 / _CONTINUOUS_HZ - INHIBIT_S
            yield from self._fire([])

    def _tell_fps(self) -> Activity:
        while True:
            yield _FPS_PERIOD_S
            if self._host.on("switchviewfps"):
                self._host.changed("fpsrate", f"{self._since_fps / _FPS_PERIOD_S:.1f}")
            self._since_fps = 0

    def _rate(self) -> float:
        rate = self._particle_rate * self._fluidics.sample_flow / _NORMAL_FLOW
        if not self._host.on("switchlaser") or self._host.faulty("misaligned"):
            return rate * 0.02
        return rate * (8.0 if self._host.faulty("clog") else 1.0)

    def _look(self) -> list[Roi]:
        """Take the picture of whatever passes."""
        host = self._host
        take = self._camera.plankton
        count = host.random.choices(_ROI_COUNTS, _ROI_SHARES)[0]
        if host.faulty("clog"):
            take, count = self._camera.stuck_roi, 1
        elif host.faulty("bubbles"):
            take, count = self._camera.bubble, max(count, 1)
        elif self._fluidics.source == "beads":
            take = self._camera.bead
        return apart(take() for _ in range(count))

    def _fire(self, rois: Sequence[Roi]) -> Activity:
        """Tell of one trigger, in the order and with the delays seen in a capture."""
        host = self._host
        self._number += 1
        self._since_fps += 1
        number = self._number
        pulses = self._pulses(rois)
        if host.on("switchviewgraphs"):
            host.say("graphchanged", *self._graph(number, rois, pulses))
        yield 0.005
        if host.on("switchviewtriggers"):
            host.say("triggerchanged", number, "saved", number, 0)
        yield 0.008
        self._rois_total += len(rois)
        if host.on("switchviewtriggers"):
            host.say("triggerchanged", number, "processed", len(rois), number, self._rois_total)
        self._show(rois)
        if self._trigger_content:
            host.say("triggercontent", *self._content(rois, pulses))
        yield INHIBIT_S - 0.013

    def _pulses(self, rois: Sequence[Roi]) -> tuple[float, float, float, float]:
        """Return integrated A and B, then peak A and B, volts."""
        noise = self._host.random.gauss
        size = sum(roi.width * roi.height for roi in rois) / 4000.0
        light = size * self._host.random.lognormvariate(0.0, 0.5)
        light_a = light * 0.8 if self._powered("PMTA") else 0.0
        light_b = light if self._powered("PMTB") else 0.0
        return (
            0.0127 + min(0.04 * light_a, 0.9) + abs(noise(0, 0.0002)),
            0.0125 + min(0.04 * light_b, 0.9) + abs(noise(0, 0.0002)),
            min(0.0706 + 0.5 * light_a + abs(noise(0, 0.0005)), 3.45),
            min(0.0702 + 0.5 * light_b + abs(noise(0, 0.0005)), 3.45),
        )

    def _graph(
        self, number: int, rois: Sequence[Roi], pulses: tuple[float, ...]
    ) -> tuple[object, ...]:
        x, y = (rois[0].left, rois[0].top) if rois else (0, 0)
        # Seen: the host writes a 12-hour clock without saying which half of the day.
        stamp = self._host.utc.strftime("%Y-%m-%d|%I-%M")
        return (
            *(f"{pulse:.8g}" for pulse in pulses),
            x,
            y,
            number,
            *map(self._volts, ("PMTA", "PMTB", "TrigA", "TrigB")),
            stamp,
        )

    def _show(self, rois: Sequence[Roi]) -> None:
        host = self._host
        if not host.on("switchviewimages") or not host.on("switchcamera"):
            return
        if host.on("switchviewroisonly"):
            host.say("triggerrois", len(rois), *_wire_rois(rois))
        elif host.timeline.now >= self._next_frame:
            self._next_frame = host.timeline.now + self._frame_period
            host.say("triggerimage", _base64(self._camera.frame_png(rois)))

    def _content(self, rois: Sequence[Roi], pulses: tuple[float, ...]) -> list[object]:
        run = self._host.timeline.now - self._bin_started
        integrated_a, integrated_b, peak_a, peak_b = pulses
        values = {
            "ADCTime": run * 1000.0,
            "GrabTimeStart": run * 1000.0,
            "GrabTimeEnd": (run + _GRAB_S) * 1000.0,
            "PeakA": peak_a,
            "PeakB": peak_b,
            "PeakC": 0.0589,
            "PeakD": 0.0572,
            "IntegratedA": integrated_a,
            "IntegratedB": integrated_b,
            "IntegratedC": 0.0095,
            "IntegratedD": 0.0104,
            "TimeOfFlight": self._host.random.uniform(54.0, 63.0),
            "RunTime": run,
            "InhibitTime": self._number * INHIBIT_S,
        }
        fields: list[object] = ["daq"]
        for key, value in values.items():
            fields += [key, f"{value:.3f}"]
        return [*fields, "rois", len(rois), *_wire_rois(rois)]


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _wire_rois(rois: Sequence[Roi]) -> list[object]:
    # Seen: top first, then left.
    return [field for roi in rois for field in (roi.top, roi.left, _base64(roi.png))]
