"""What an instrument has said of itself so far: immutable, each value with its time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from msgspec import Struct, field

from ifcbgui.instrument.routines import Routine


class Reading(Struct, frozen=True, gc=False):
    """A value and when it was last said.

    Attributes:
        value: The value, converted to its Python type.
        time_ns: UTC of the message, nanoseconds since 1970.
        monotonic_ns: Monotonic clock of the same moment, for ages.
    """

    value: Any
    time_ns: int
    monotonic_ns: int

    def aged(self, by_ns: int) -> Reading:
        """Return the same, said so much longer ago by the monotonic clock."""
        return Reading(self.value, self.time_ns, self.monotonic_ns - by_ns)


class RunPhase(StrEnum):
    """How far a routine is known to be. There is no phase without evidence."""

    REQUESTED = "requested"
    RUNNING = "running"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class RoutineRun:
    """The routine that runs or ran last, as far as the traffic tells.

    Attributes:
        name: Stored name (``runsample``), or None where nobody said it.
        phase: Requested (by us, nothing heard yet), running, finished.
        evidence: The message text that put it into this phase.
        step: The newest report that describes a step, "" before the first.
        step_index: 0-based number of the step under way in ``routine``, or None.
        routine: The step list: as the host echoed it, or our own of that name, which may
            differ from the host's.
        started: When the phase became requested or running.
        changed: When the phase or step last changed.
        queued: True while an earlier routine was still running when this one was requested:
            then only a fresh start proves that this one runs.
        stop_asked: When we last asked the instrument to stop it, or None.
        before: The run that a request took the place of: what holds if it is refused.
        marked: True once PhytO-ARM markers tell the step; reports are then not followed.
    """

    name: str | None
    phase: RunPhase
    evidence: str
    started: Reading
    changed: Reading
    step: str = ""
    step_index: int | None = None
    routine: Routine | None = None
    queued: bool = False
    marked: bool = False
    stop_asked: Reading | None = None
    before: RoutineRun | None = None

    def aged(self, by_ns: int) -> RoutineRun:
        """Return the same, so much longer ago by the monotonic clock."""
        return replace(
            self,
            started=self.started.aged(by_ns),
            changed=self.changed.aged(by_ns),
            stop_asked=self.stop_asked and self.stop_asked.aged(by_ns),
            before=self.before and self.before.aged(by_ns),
        )


class InstrumentState(Struct, frozen=True, gc=False):
    """Everything said so far, by name.

    Names are those of the wire without ``valuechanged:`` (``switchlaser``, ``setpmta``,
    ``pausestate``, ``fpsrate``, ``hostversion``), and for the other messages:
    ``humidity`` ``temperature`` ``syringe_volume`` ``valve_port`` ``valve_moving``
    ``acquisition`` ``acquisition_status`` ``interactive`` ``routines_enabled``
    ``trigger_number`` ``trigger_rois`` ``triggers_processed`` ``rois_total``
    ``triggers_saved`` ``triggers_skipped`` ``currentgpsposition`` ``samplegpsposition``
    ``report`` ``bin`` (name of the newest file set) ``bin_saved`` ``syringe_speed`` (minutes per
    syringe) ``loaded`` (the routine loaded last) ``zoom_width`` ``zoom_height``.
    ``valve_moving`` is (direction, port), or None when the valve stands.

    Attributes:
        values: Readings by name; a name that was never said is absent.
        run: The routine that runs or ran last, or None.
    """

    values: Mapping[str, Reading] = field(default_factory=lambda: MappingProxyType({}))
    run: RoutineRun | None = None

    def reading(self, name: str) -> Reading | None:
        """Return the reading of a name, or None when it was never said."""
        return self.values.get(name)

    def value(self, name: str) -> Any:
        """Return the value of a name, or None when it was never said."""
        reading = self.values.get(name)
        return reading.value if reading else None

    def aged(self, by_ns: int) -> InstrumentState:
        """Return the same, said so much longer ago: the monotonic clock had stood still."""
        values = {name: reading.aged(by_ns) for name, reading in self.values.items()}
        return InstrumentState(MappingProxyType(values), self.run and self.run.aged(by_ns))

    @property
    def paused(self) -> bool | None:
        """True when the instrument says it is paused, None when it never said."""
        paused: bool | None = self.value("pausestate")
        return paused

    @property
    def busy(self) -> bool:
        """True when a routine or the acquisition is known, or was asked, to run."""
        running = self.run is not None and self.run.phase is not RunPhase.FINISHED
        return running or self.value("acquisition") == "started"
