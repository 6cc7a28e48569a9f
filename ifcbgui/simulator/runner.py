"""Runs the steps of a routine on the virtual instrument, in the time a real one takes.

The step types, their wording and their times were seen in WHOIGit/PhytO-ARM (routines and a
capture of August 2025).
"""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable, Generator, Mapping
from typing import Any

from ifcbgui.instrument.routines import Group, Routine, Step
from ifcbgui.simulator.environment import Environment
from ifcbgui.simulator.fluidics import PORTS, SAMPLING_SPEED, Fluidics
from ifcbgui.simulator.host import Host
from ifcbgui.simulator.sample_files import SampleFiles
from ifcbgui.simulator.timeline import Activity, Gate
from ifcbgui.simulator.triggers import Daq

_STEP_S = 0.15
_CONDITION_S = 0.3
_MOST_ROUNDS = 1000
_TOKEN = re.compile(r"\{#(\w+)\}")
# Where a token's value stands; the computed ones are in `Runner._token`.
_TOKENS = {
    "SampleVolume": "setsamplevolume",
    "AltSampleVolume": "setaltsamplevolume",
    "SampleVolumeToSkip": "setskipvolume",
    "BeadsVolume": "setbeadsvolume",
    "BiocideVolume": "setbiocidevolume",
    "BleachVolume": "setbleachvolume",
    "BleachRinseCount": "setbleachrinsecount",
    "BleachRinseVolume": "setbleachrinsevolume",
    "FlushVolume": "setflushvolume",
    "PrimeVolume": "setprimevolume",
    "DebubbleConeVolume": "setdebubbleconevolume",
    "DebubbleNeedleVolume": "setdebubbleneedlevolume",
    "DebubbleRefillVolume": "setdebubblerefillvolume",
    "DebubbleLeftVolume": "setdebubbleleftvolume",
    "Pump1ON": "switchpump1",
    "Pump2ON": "switchpump2",
    "RefillAfterDebubbleON": "switchrefillafterdebubble",
    "RunSampleFastON": "switchrunsamplefast",
    "BleachToExhaustON": "switchbleachtoexhaust",
    "UvWithSampleON": "switchuvwithsample",
}


class StepError(ValueError):
    """A step asks for something that does not exist; the text says what."""


class Runner:
    """Runs routines, one at a time."""

    def __init__(
        self,
        host: Host,
        fluidics: Fluidics,
        daq: Daq,
        environment: Environment,
        files: SampleFiles,
    ) -> None:
        self._host = host
        self._fluidics = fluidics
        self._daq = daq
        self._environment = environment
        self._files = files
        self._stored: dict[str, Any] = {}
        self._steps: Mapping[str, Callable[..., Activity]] = {
            "Report": self._report,
            "Initialize": self._initialize,
            "DriveSyringe": self._drive,
            "DriveSyringeRelative": self._drive_relative,
            "ChangeSpeed": self._change_speed,
            "MoveValve": self._move_valve,
            "Wait": self._wait,
            "GrabGPSData": self._grab_gps,
            "GrabPhytoArmData": self._grab_phytoarm,
            "GetEnvironment": self._get_environment,
            "GrabFileName": self._grab_file_name,
            "AssignDaqNormal": lambda: self._daq.assign(alt=False),
            "AssignDaqAlt": lambda: self._daq.assign(alt=True),
            "SwitchTriggering": self._switch_triggering,
            "TriggerOnce": self._trigger_once,
            "SaveFiles": self._save_files,
            "SwitchStirrer": lambda on: self._switch("switchstirrer", on),
            "SwitchBeads": lambda on: self._switch("switchbeads", on),
            "SwitchPump1": lambda on: self._switch("switchpump1", on),
            "SwitchPump2": lambda on: self._switch("switchpump2", on),
            "SwitchAuxPower1": lambda on: self._switch("switchauxpower1", on),
            "StoreValue": self._store_value,
        }

    def run(self, routine: Routine) -> Activity:
        """Run a routine to its end, halting between steps while the instrument is paused."""
        for group in routine.groups:
            rounds = yield from self._rounds(group)
            for _ in range(rounds):
                for step in group.steps:
                    yield self._fluidics.go
                    yield from self._step(step)

    def save_files(self) -> None:
        """Close the open file set; nothing is written while output files are off."""
        if name := self._files.save():
            self._host.report(f"{name} saved.")

    def _rounds(self, group: Group) -> Generator[float | Gate, None, int]:
        """Return how often a group runs."""
        parameter = self._value(group.parameters[0]) if group.parameters else 1
        if group.type == "Condition":
            yield _CONDITION_S
            self._host.report(f"Condition: {bool(parameter)}:")
            return int(bool(parameter))
        if group.type == "Iteration":
            try:
                return min(round(_number(parameter)), _MOST_ROUNDS)
            except StepError as exc:
                self._host.report(f"Iteration not run: {exc}.")
                return 0
        return 1

    def _step(self, step: Step) -> Activity:
        yield _STEP_S
        try:
            yield from self._activity(step)
        except StepError as exc:
            self._host.report(f"Step {step.type} not run: {exc}.")

    def _activity(self, step: Step) -> Activity:
        run = self._steps.get(step.type)
        if run is None:
            raise StepError("there is no such step")
        arguments = [self._value(argument) for argument in step.arguments]
        try:
            inspect.signature(run).bind(*arguments)
        except TypeError:
            raise StepError("its arguments do not fit") from None
        return run(*arguments)

    def _value(self, argument: Any) -> Any:
        """Replace a token by what it stands for."""
        match = _TOKEN.fullmatch(argument) if isinstance(argument, str) else None
        return self._token(match[1]) if match else argument

    def _token(self, name: str) -> Any:
        if name in self._stored:
            return self._stored[name]
        if name == "SamplingSpeed":
            return SAMPLING_SPEED
        if name == "SamplingFastSpeed":
            return SAMPLING_SPEED / self._host.number("setfastfactor")
        if name not in _TOKENS:
            self._host.report(f"Nothing is called {name}; 0 is used.")
            return 0
        return self._host.values[_TOKENS[name]]

    def _report(self, text: object) -> Activity:
        self._host.report(str(text))
        yield from ()

    def _initialize(self) -> Activity:
        host = self._host
        yield 1.0
        self._daq.switch_triggering(False)
        yield 0.58
        host.switch("switchstirrer", False)
        for name, on in (
            ("switchlaser", True),
            ("switchpump1", host.on("switchpump1")),
            ("switchpump2", host.on("switchpump2")),
            ("switchviewimages", host.on("switchviewimages")),
            ("switchliveenv", False),
            ("switchcontinuoustrigger", False),
        ):
            yield 0.01
            host.switch(name, on)
        self._daq.refresh_sources()
        yield 1.1
        host.report("Initializing.")
        yield 0.41
        yield from self._fluidics.home()
        host.report("Initialized.")

    def _drive(self, volume: object) -> Activity:
        yield from self._fluidics.drive(_number(volume))

    def _drive_relative(self, volume: object) -> Activity:
        yield from self._fluidics.drive(self._fluidics.volume + _number(volume))

    def _change_speed(self, minutes: object) -> Activity:
        speed = _number(minutes)
        if not speed > 0:
            raise StepError(f"{minutes} min/syr is no speed")
        yield 0.22
        self._fluidics.change_speed(speed)

    def _move_valve(self, port: str, direction: str) -> Activity:
        if port not in PORTS or direction not in ("CW", "CCW"):
            raise StepError(f"{port} {direction} is no move of the valve")
        yield from self._fluidics.move_valve(port, direction)

    def _wait(self, milliseconds: object) -> Activity:
        seconds = max(_number(milliseconds), 0.0) / 1000.0
        self._host.report(f"Wait {seconds:.1f} seconds.")
        yield seconds

    def _grab_gps(self) -> Activity:
        position = self._environment.position()
        self._host.changed("currentgpsposition", position)
        yield 0.01
        self._host.changed("samplegpsposition", position)

    def _grab_phytoarm(self) -> Activity:
        yield 0.15

    def _get_environment(self) -> Activity:
        yield 0.15
        self._environment.tell()

    def _grab_file_name(self) -> Activity:
        name = self._files.begin()
        self._daq.new_bin()
        self._host.report(f"Grab file: {name}.")
        yield 0.15

    def _switch_triggering(self, on: bool) -> Activity:
        yield 0.05 if on else 1.0
        self._daq.switch_triggering(bool(on))
        if on:
            yield 0.16  # the first trigger

    def _trigger_once(self) -> Activity:
        yield 0.18
        yield from self._daq.trigger_once()

    def _save_files(self) -> Activity:
        self.save_files()
        yield 0.15

    def _switch(self, name: str, on: bool) -> Activity:
        self._host.switch(name, bool(on))
        yield 0.01

    def _store_value(self, name: str, value: object) -> Activity:
        self._stored[name] = value
        yield from ()


def _number(value: object) -> float:
    if isinstance(value, int | float) and math.isfinite(value):
        return float(value)
    raise StepError(f"{value!r} is no number")
