"""From what an instrument says to its state: one pure function, driven by the catalogue."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, cast

from ifcbgui.instrument.catalogue import MESSAGE_FORMS
from ifcbgui.instrument.entry import Direction, Entry
from ifcbgui.instrument.messages import Message, MessageForm
from ifcbgui.instrument.phytoarm import phytoarm_marker
from ifcbgui.instrument.routines import Routine, RoutineError
from ifcbgui.instrument.run_tracking import (
    acquisition_stopped_run,
    reported_run,
    requested_run,
    started_run,
    stopped_run,
)
from ifcbgui.instrument.state import InstrumentState, Reading, RoutineRun

_OUT = Direction.OUT
_LOAD = "interactive:load:"
_SPEED = re.compile(r"Syringe speed set to (\d+(?:\.\d+)?) min/syr")

Said = dict[str, Any]


def reduce_state(state: InstrumentState, entry: Entry) -> InstrumentState:
    """Return the state after one more line of traffic.

    Pure, and quick enough for every message. A value said again renews its time. A field
    that could not be converted says nothing.
    """
    message = entry.message
    if entry.direction is _OUT:
        return _sent(state, entry)
    if message.form is None:
        return state
    plan = _plans()[message.form.key]
    said = plan.converted(message) if message.problem else plan.said(message)
    run = state.run
    if plan.run is not None and message.problem is None:
        run = plan.run(state, entry)
    return _with(state, said, run, entry)


def reduce_all(state: InstrumentState, entries: Iterable[Entry]) -> InstrumentState:
    """Return the state after several lines of traffic, as `reduce_state` would one by one.

    Of the messages that do no more than say values, the newest of each form is enough.
    """
    simple = _simple()
    newest: dict[str, Entry] = {}
    for entry in entries:
        message = entry.message
        if message.form is not None and entry.direction is not _OUT:
            key = message.form.key
            says_values = simple.get(key)
            if says_values is not None and message.problem is None:
                if says_values:
                    newest.pop(key, None)  # now the last: other forms may say the same
                    newest[key] = entry
                continue
        state = reduce_state(_with_newest(state, newest), entry)
        newest.clear()
    return _with_newest(state, newest)


def _with_newest(state: InstrumentState, newest: Mapping[str, Entry]) -> InstrumentState:
    if not newest:
        return state
    values = cast("dict[str, Reading]", state.values).copy()
    plans = _plans()
    for key, entry in newest.items():
        for name, value in plans[key].said(entry.message).items():
            values[name] = Reading(value, entry.time_ns, entry.monotonic_ns)
    return InstrumentState(MappingProxyType(values), state.run)


@cache
def kinds_without_state() -> frozenset[str]:
    """Return the kinds of message that never change the state, such as images."""
    telling = {
        MESSAGE_FORMS[key].group
        for key, plan in _plans().items()
        if plan.fields or plan.sets or plan.more or plan.run
    }
    return frozenset(form.group for form in MESSAGE_FORMS.values()) - telling


def _sent(state: InstrumentState, entry: Entry) -> InstrumentState:
    text = entry.message.text
    if text.startswith(_LOAD):
        return _with(state, {"loaded": _routine(text[len(_LOAD) :])}, state.run, entry)
    return _with(state, {}, requested_run(state, entry), entry)


def _with(
    state: InstrumentState, said: Said, run: RoutineRun | None, entry: Entry
) -> InstrumentState:
    if not said:
        return state if run is state.run else InstrumentState(state.values, run)
    time_ns, monotonic_ns = entry.time_ns, entry.monotonic_ns
    values = cast("dict[str, Reading]", state.values).copy()  # a proxy copies as quickly
    for name, value in said.items():
        values[name] = Reading(value, time_ns, monotonic_ns)
    return InstrumentState(MappingProxyType(values), run)


# --- what each form says ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the messages of one form say.

    Attributes:
        fields: (position, name in the state) of the fields that are kept.
        sets: What the message itself says, by name.
        more: Function that reads more out of the message, into what it says.
        run: Function from the state before to the run after the message.
    """

    fields: tuple[tuple[int, str], ...]
    sets: Said
    more: Callable[[Message, Said], None] | None
    run: Callable[[InstrumentState, Entry], RoutineRun | None] | None

    def said(self, message: Message) -> Said:
        """Return the values a message says, by name."""
        fields = message.fields
        said = {name: fields[position] for position, name in self.fields}
        if self.sets:
            said.update(self.sets)
        if self.more is not None:
            self.more(message, said)
        return said

    def converted(self, message: Message) -> Said:
        """Return the values of a message with a problem: raw text is none."""
        fields = message.fields
        return {
            name: fields[position]
            for position, name in self.fields
            if position < len(fields) and not isinstance(fields[position], str)
        }


@cache
def _plans() -> Mapping[str, _Plan]:
    return {key: _plan(form) for key, form in MESSAGE_FORMS.items()}


@cache
def _simple() -> Mapping[str, bool]:
    """Return whether they say any, of the forms that do no more than say values."""
    return {
        key: bool(plan.fields or plan.sets)
        for key, plan in _plans().items()
        if not plan.more and not plan.run
    }


def _plan(form: MessageForm) -> _Plan:
    return _Plan(
        fields=tuple((field.position, field.state) for field in form.fields if field.state),
        sets=dict(form.sets),
        more=_MORE.get(form.key),
        run=_RUNS.get(form.key),
    )


def _valve_started(message: Message, said: Said) -> None:
    said["valve_moving"] = message.fields[1:3]


def _valve_finished(_message: Message, said: Said) -> None:
    said["valve_moving"] = None


def _loaded(message: Message, said: Said) -> None:
    said["loaded"] = _routine(message.fields[3])


def _reported(message: Message, said: Said) -> None:
    if phytoarm_marker(message):
        del said["report"]  # it is meant for programs
        return
    report: str = message.fields[1].strip()
    if report.startswith("Grab file: "):
        said["bin"] = report.removeprefix("Grab file: ").removesuffix(".")
        said["bin_saved"] = False
    elif report.endswith(" saved."):
        said["bin"] = report.removesuffix(" saved.")
        said["bin_saved"] = True
    elif speed := _SPEED.match(report):
        said["syringe_speed"] = float(speed[1])


def _routine(source: Any) -> Routine | None:
    try:
        return Routine.from_json(source)
    except RoutineError:
        return None


_MORE: Mapping[str, Callable[[Message, Said], None]] = {
    "movevalvestarted": _valve_started,
    "movevalvefinished": _valve_finished,
    "reportevent": _reported,
    "valuechanged:interactive:load": _loaded,
}
_RUNS: Mapping[str, Callable[[InstrumentState, Entry], RoutineRun | None]] = {
    "reportevent": reported_run,
    "valuechanged:interactive:started": started_run,
    "valuechanged:interactive:stopped": stopped_run,
    "valuechanged:acquisition:stopped": acquisition_stopped_run,
}
