"""The valve and the syringe, with the times a real instrument takes.

Times were measured in a published capture of an instrument at work (WHOIGit/PhytO-ARM,
August 2025): 1.86 s and 2.73 s a port for the valve; for the syringe about 2.3 to 3.6 s
beside the stroke itself, and a word on where it stands every 1.01 s.
"""

from __future__ import annotations

from ifcbgui.simulator.host import Host
from ifcbgui.simulator.timeline import Activity, Gate

# Clockwise round the valve.
PORTS = ("needle", "debubble", "biocide", "bleach", "extra", "beads", "exhaust", "intake")

SYRINGE_ML = 5.0
# Minutes a full syringe takes in a sample.
SAMPLING_SPEED = 20.0
_TRACK_S = 1.01
_FIRST_TRACK_S = 1.16
_VALVE_S = 1.86
_PORT_S = 2.73
_HOMING_S = 6.6
_HOMING_SPEED = 0.5


class Fluidics:
    """Valve and syringe.

    Attributes:
        port: Where the valve stands.
        volume: Content of the syringe, mL.
        speed: Minutes a full syringe takes.
        source: Port the content of the syringe was drawn from; beads stay beads whatever
            is drawn on top of them.
        go: Shut while the instrument is paused; the syringe then stands.
    """

    def __init__(self, host: Host, go: Gate) -> None:
        self._host = host
        self.go = go
        self.port = "exhaust"
        self.volume = 0.0
        self.speed = 0.5
        self.source = "intake"
        self._flow = 0.0
        self._valve_rests = Gate(host.timeline)

    @property
    def sample_flow(self) -> float:
        """mL/min of sample that pass the laser now."""
        return self._flow if self.go.is_open else 0.0

    def move_valve(self, port: str, direction: str) -> Activity:
        """Turn the valve; ``direction`` is CW or CCW."""
        self._host.report(f"Valve to {port}, {direction}.")
        yield 0.01
        ports = self._ports_between(port, direction)
        yield from self._turn(port, direction, _VALVE_S + _PORT_S * ports if ports else 0.3)
        self._host.report(f"Valve at {port}, {direction}.")

    def home(self) -> Activity:
        """Turn the valve to the exhaust and empty the syringe, as Initialize does."""
        yield from self._turn("exhaust", "CCW", _HOMING_S)
        yield 0.45
        yield from self._stroke(0.0, _HOMING_SPEED, first_track=0.02)
        yield 0.23

    def drive(self, volume: float) -> Activity:
        """Move the syringe until it holds ``volume`` mL."""
        volume = min(max(volume, 0.0), SYRINGE_ML)
        self._host.report(f"Syringe to {volume:.2f} ml.")
        yield from self._stroke(volume, self.speed, _FIRST_TRACK_S)

    def change_speed(self, minutes: float) -> None:
        """Set how many minutes a full syringe takes from now on."""
        self.speed = minutes
        self._host.report(f"Syringe speed set to {minutes:.1f} min/syr.")

    def track(self) -> None:
        """Tell what the syringe holds."""
        if self._host.on("switchviewsyringe"):
            self._host.say("syringetrack", f"{self.volume:.2f}")

    def _ports_between(self, port: str, direction: str) -> int:
        ports = PORTS.index(port) - PORTS.index(self.port)
        return (ports if direction == "CW" else -ports) % len(PORTS)

    def _turn(self, port: str, direction: str, seconds: float) -> Activity:
        """Turn the valve, in a task of its own: a stopped routine does not stop the motor."""
        yield self._valve_rests
        self._valve_rests.shut()
        if self._host.on("switchviewvalve"):
            self._host.say("movevalvestarted", direction.lower(), port)
        self._host.timeline.spawn(self._arrive(port, seconds))
        yield self._valve_rests

    def _arrive(self, port: str, seconds: float) -> Activity:
        yield seconds
        while self._host.faulty("valve-stuck"):
            yield 1.0
        self.port = port
        if self._host.on("switchviewvalve"):
            self._host.say("movevalvefinished", port)
        self._valve_rests.open()

    def _stroke(self, target: float, speed: float, first_track: float) -> Activity:
        start = self.volume
        stroke_s = abs(target - start) / SYRINGE_ML * speed * 60.0
        ramp_s = self._host.random.uniform(2.3, 3.6)
        total = stroke_s + ramp_s
        if target > start and (self.source != "beads" or start == 0.0):
            self.source = self.port
        if self.port == "needle" and target < start:
            self._flow = SYRINGE_ML / speed
        elapsed, pause = 0.0, min(first_track, total)
        try:
            while elapsed < total:
                yield self.go
                yield pause
                elapsed += pause
                pause = min(_TRACK_S, total - elapsed)
                share = min(max((elapsed - ramp_s / 3) / stroke_s, 0.0), 1.0) if stroke_s else 1.0
                self.volume = start + (target - start) * share
                self.track()
            self.volume = target
        finally:
            self._flow = 0.0
