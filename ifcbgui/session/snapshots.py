"""The state of an instrument as JSON, and back, with nothing lost on the way.

JSON has no tuples, no bytes and no times, and the state has. A value that JSON would change stands
as an object of one member that names its type, ``{"tuple": [...]}``; so does every object.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from ifcbgui.instrument.routines import Routine
from ifcbgui.instrument.state import InstrumentState, Reading, RoutineRun, RunPhase

FORM = 1
"""Version of the form. A reader takes a newer one for what it knows of it."""


class SnapshotError(ValueError):
    """A text is no snapshot of a state."""


def state_to_json(state: InstrumentState) -> bytes:
    """Return a state as JSON in UTF-8."""
    values = {name: _reading(reading) for name, reading in state.values.items()}
    snapshot = {"form": FORM, "values": values, "run": _run(state.run)}
    return json.dumps(snapshot, separators=(",", ":"), default=_refuse).encode()


def state_from_json(data: bytes) -> InstrumentState:
    """Return the state that `state_to_json` made the text of; members it does not know are left.

    Raises:
        SnapshotError: If it is no such text.
    """
    try:
        snapshot = json.loads(data)
        values = {name: _reading_of(item) for name, item in snapshot["values"].items()}
        return InstrumentState(MappingProxyType(values), _run_of(snapshot["run"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as exc:
        raise SnapshotError(f"This is no snapshot of a state ({exc!r}).") from exc


def _reading(reading: Reading) -> list[Any]:
    return [_packed(reading.value), reading.time_ns, reading.monotonic_ns]


def _reading_of(item: list[Any]) -> Reading:
    value, time_ns, monotonic_ns = item
    return Reading(_unpacked(value), time_ns, monotonic_ns)


def _run(run: RoutineRun | None) -> dict[str, Any] | None:
    if run is None:
        return None
    return {
        "name": run.name,
        "phase": run.phase.value,
        "evidence": run.evidence,
        "started": _reading(run.started),
        "changed": _reading(run.changed),
        "step": run.step,
        "step_index": run.step_index,
        "routine": None if run.routine is None else run.routine.to_json(),
        "queued": run.queued,
        "marked": run.marked,
        "stop_asked": None if run.stop_asked is None else _reading(run.stop_asked),
        "before": _run(run.before),
    }


def _run_of(item: Mapping[str, Any] | None) -> RoutineRun | None:
    if item is None:
        return None
    routine, stop_asked = item["routine"], item["stop_asked"]
    return RoutineRun(
        name=item["name"],
        phase=RunPhase(item["phase"]),
        evidence=item["evidence"],
        started=_reading_of(item["started"]),
        changed=_reading_of(item["changed"]),
        step=item["step"],
        step_index=item["step_index"],
        routine=None if routine is None else Routine.from_json(routine),
        queued=item["queued"],
        marked=item["marked"],
        stop_asked=None if stop_asked is None else _reading_of(stop_asked),
        before=_run_of(item["before"]),
    )


def _packed(value: Any) -> Any:
    """Return a value as JSON has it, with the name of its type where JSON would change it."""
    match value:
        case tuple():
            return {"tuple": [_packed(item) for item in value]}
        case list():
            return [_packed(item) for item in value]
        case dict():
            return {"dict": {name: _packed(item) for name, item in value.items()}}
        case bytes():
            return {"bytes": b64encode(value).decode()}
        case datetime():
            return {"time": value.isoformat()}
        case Routine():
            return {"routine": value.to_json()}
        case _:
            return value


def _unpacked(value: Any) -> Any:
    if isinstance(value, list):
        return [_unpacked(item) for item in value]
    if not isinstance(value, dict):
        return value
    [(kind, packed)] = value.items()
    return _UNPACK[kind](packed)


def _refuse(value: Any) -> Any:
    raise TypeError(f"A state cannot hold a {type(value).__name__}.")


_UNPACK: dict[str, Callable[[Any], Any]] = {
    "tuple": lambda items: tuple(map(_unpacked, items)),
    "dict": lambda members: {name: _unpacked(item) for name, item in members.items()},
    "bytes": b64decode,
    "time": datetime.fromisoformat,
    "routine": Routine.from_json,
}
