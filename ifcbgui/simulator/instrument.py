"""The virtual instrument: takes the commands a host takes, says what a host says.

Of the commands, public sources confirm about ten; the others follow the pattern of the
messages and are inferred, like everything an instrument answers to them. A command nobody
knows is met with silence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from ifcbgui.instrument.routines import Routine, RoutineError
from ifcbgui.simulator.bin_writer import BinWriter
from ifcbgui.simulator.camera import Camera
from ifcbgui.simulator.defaults import SETTINGS, SWITCHES
from ifcbgui.simulator.environment import Environment
from ifcbgui.simulator.faults import Fault, FaultPlan
from ifcbgui.simulator.fluidics import Fluidics
from ifcbgui.simulator.host import BadValueError, Emit, Host
from ifcbgui.simulator.optics import Optics
from ifcbgui.simulator.runner import Runner
from ifcbgui.simulator.runs import Runs
from ifcbgui.simulator.sample_files import SampleFiles
from ifcbgui.simulator.timeline import Activity, Gate, Timeline
from ifcbgui.simulator.triggers import Daq

_REFRESH_GAP_S = 0.006
_UNKNOWN_PERIOD_S = 10.0
_SWITCH_COMMAND = re.compile(r"(switch\w+):([01])")
_SET_COMMAND = re.compile(r"(set\w+):(.*)", re.DOTALL)
_MOVE_COMMAND = re.compile(r"(movefocus|movelaser):(-?\d{1,6})")


class VirtualInstrument:
    """An Imaging FlowCytobot without the instrument.

    Args:
        timeline: Virtual time; the instrument does nothing but on it.
        emit: Called with every text the instrument sends.
        serial: Its id; the last number in it is the imager's.
        seed: Same seed and same commands at the same times: same texts.
        particle_rate: Particles per second that reach the laser at 0.25 mL/min.
        frame_period: Shortest time between two full frames, virtual seconds.
        trigger_content: Send ``triggercontent`` with every trigger as well.
        faults: What goes wrong, and when.
        started: What the host's clock says at the start; None takes the present time.
        writer: Writes the bins; None where nobody wants any.
    """

    def __init__(
        self,
        timeline: Timeline,
        emit: Emit,
        *,
        serial: str = "111-111-111",
        seed: int = 0,
        particle_rate: float = 3.0,
        frame_period: float = 1.0,
        trigger_content: bool = False,
        faults: Iterable[Fault] = (),
        started: datetime | None = None,
        writer: BinWriter | None = None,
    ) -> None:
        self._timeline = timeline
        plan = FaultPlan(faults)
        self._host = host = Host(
            timeline,
            emit,
            serial=serial,
            seed=seed,
            started=started,
            faults=plan,
            sends_content=trigger_content,
        )
        self._optics = Optics(misaligned=lambda: host.faulty("misaligned"))
        self._fluidics = Fluidics(host, Gate(timeline))
        self._environment = Environment(host)
        files = SampleFiles(host, self._environment, writer)
        self._daq = Daq(
            host,
            self._fluidics,
            self._optics,
            Camera(seed, self._optics),
            files.add,
            particle_rate=particle_rate,
            frame_period=frame_period,
        )
        self._runner = Runner(host, self._fluidics, self._daq, self._environment, files)
        self._runs = Runs(host, self._fluidics, self._daq, self._runner, files)
        self._commands: Mapping[str, Callable[[], None]] = {
            "refresh": lambda: self._begin(self._refresh()),
            "acquisition:start": self._runs.start_acquisition,
            "acquisition:stop": self._runs.stop,
            "acquisition:pause": self._runs.pause,
            "acquisition:resume": self._runs.resume,
            "interactive:start": self._runs.start_interactive,
            "interactive:stop": self._runs.stop,
            "interactive:clear": self._clear,
            "interactive:save": lambda: host.changed("interactive", "save"),
            "daq:getenvironment": self._environment.tell,
            "daq:trigger": lambda: self._begin(self._daq.trigger_once()),
        }
        timeline.spawn(self._say_unknown_things())

    @property
    def timeline(self) -> Timeline:
        """The time the instrument lives on."""
        return self._timeline

    @property
    def deaf(self) -> bool:
        """True while no command reaches it."""
        return self._host.faulty("no-echo")

    def receive(self, text: str) -> None:
        """Obey a command, answer it in the host's way, or stay silent."""
        if self.deaf:
            return
        if command := self._commands.get(text):
            command()
            return
        group, _, rest = text.partition(":")
        if group == "routine":
            self._runs.start_stored(rest)
        elif group == "daq":
            self._receive_daq(rest)
        elif text.startswith("interactive:load:"):
            self._load(text.removeprefix("interactive:load:"))

    def _begin(self, activity: Activity) -> None:
        self._timeline.spawn(activity)

    def _receive_daq(self, text: str) -> None:
        host = self._host
        if (match := _SWITCH_COMMAND.fullmatch(text)) and match[1] in SWITCHES:
            self._switch(match[1], match[2] == "1")
        elif (match := _SET_COMMAND.fullmatch(text)) and (
            match[1] in SETTINGS or match[1] == "setzoomsize"
        ):
            try:
                host.set_zoom(match[2]) if match[1] == "setzoomsize" else host.set(*match.groups())
            except BadValueError as exc:
                host.report(str(exc))
        elif match := _MOVE_COMMAND.fullmatch(text):
            self._move(match[1], int(match[2]))

    def _switch(self, name: str, on: bool) -> None:
        if name == "switchtriggering":
            self._daq.switch_triggering(on)
            return
        self._host.switch(name, on)
        if name == "switchcontinuoustrigger":
            self._daq.refresh_sources()
        elif name == "switchliveenv":
            self._environment.follow_live_switch()

    def _move(self, motor: str, milliseconds: int) -> None:
        run = {"movefocus": self._optics.move_focus, "movelaser": self._optics.move_laser}[motor]
        run(milliseconds)
        self._host.changed(motor, milliseconds)

    def _load(self, text: str) -> None:
        try:
            self._runs.load(Routine.from_json(text))
        except RoutineError as exc:
            self._host.report(f"Routine not loaded: {exc}")
            return
        self._host.changed("interactive", "load", text)

    def _clear(self) -> None:
        self._runs.load(Routine())
        self._host.changed("interactive", "clear")

    def _refresh(self) -> Activity:
        """Say everything that is set, one message after another within a second."""
        acquisition = "started" if self._runs.acquiring else "stopped"
        texts = [
            *self._host.state_texts(),
            f"valuechanged:pausestate:{int(self._runs.paused)}",
            f"valuechanged:acquisition:{acquisition}",
        ]
        for text in texts:
            self._host.say(text)
            yield _REFRESH_GAP_S
        self._fluidics.track()

    def _say_unknown_things(self) -> Activity:
        """Say what no catalogue knows, while that fault acts."""
        number = 0
        while True:
            yield _UNKNOWN_PERIOD_S
            if self._host.faulty("unknown-messages"):
                number += 1
                self._host.changed("switchnewthing", number % 2)
                self._host.say("plasmaconduit", number, "ok")
