"""Routines: the step lists that an IFCB runs, as values and as JSON.

The shape (a flat list of groups, each a list of steps) was seen in WHOIGit/PhytO-ARM.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import msgspec

from ifcbgui._resources import read_text
from ifcbgui.instrument._lazy import LazyMapping

BUILTIN_NAMES = (
    "runsample",
    "runaltsample",
    "debubble",
    "beads",
    "biocide",
    "bleach",
    "cartridgedebubble",
    "flushsampletube",
    "primesampletube",
    "sampletocone",
    "initialize",
    "stopsample",
)
_FINISHED = "Finished - "


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


class RoutineError(ValueError):
    """A text is no routine; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a routine.

    Attributes:
        type: What it does, e.g. ``MoveValve``.
        arguments: Its arguments: numbers, texts, booleans; a text like
            ``{#SampleVolume}`` stands for a setting of the instrument.
        extra: Anything else the JSON said of this step, kept as it was.
    """

    type: str
    arguments: tuple[Any, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=_nothing, hash=False)


@dataclass(frozen=True, slots=True)
class Group:
    """Steps that run one after another, perhaps only on a condition or several times.

    Attributes:
        type: ``Sequence``, ``Condition`` or ``Iteration`` (other words are kept).
        parameters: The condition, or how many times.
        steps: The steps, in order.
        extra: Anything else the JSON said of this group, kept as it was.
    """

    type: str
    parameters: tuple[Any, ...] = ()
    steps: tuple[Step, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=_nothing, hash=False)


@dataclass(frozen=True, slots=True)
class Routine:
    """A step list, as an instrument stores, loads and runs it."""

    groups: tuple[Group, ...] = ()

    @classmethod
    def from_json(cls, source: str | list[Any]) -> Routine:
        """Read a routine from JSON text, or from the list decoded from it.

        Raises:
            RoutineError: If it is no JSON or has another shape.
        """
        data = _decode(source) if isinstance(source, str) else source
        if not isinstance(data, list):
            raise RoutineError(f"A routine is a list of groups, not {_kind(data)}.")
        return cls(tuple(_group(item, f"Group {i}") for i, item in enumerate(data, 1)))

    def to_json(self) -> str:
        """Return the routine as compact JSON, as ``interactive:load`` takes it."""
        groups = [_group_object(group) for group in self.groups]
        return msgspec.json.encode(groups).decode()

    @property
    def steps(self) -> Iterator[tuple[Group, Step]]:
        """All steps in order, each with its group."""
        return ((group, step) for group in self.groups for step in group.steps)

    @property
    def title(self) -> str:
        """What the final report calls the routine (``Run sample``), or ""."""
        for group in reversed(self.groups):
            for step in reversed(group.steps):
                if step.type == "Report" and step.arguments:
                    return finished_title(str(step.arguments[0]))
                return ""
        return ""


def finished_title(report: str) -> str:
    """Return the title in a report like "Finished - Run sample.", or "" for another.

    Seen in WHOIGit/PhytO-ARM traffic.
    """
    if not report.startswith(_FINISHED):
        return ""
    return report[len(_FINISHED) :].strip().removesuffix(".")


def _decode(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (ValueError, RecursionError) as exc:
        raise RoutineError(f"This is no JSON text: {exc}.") from exc


def _group(data: Any, where: str) -> Group:
    type_, rest = _typed(data, "Type", where)
    parameters = _list(rest.pop("Parameters", []), where, "Parameters")
    steps = _list(rest.pop("Steps", []), where, "Steps")
    return Group(
        type_,
        tuple(parameters),
        tuple(_step(item, f"{where}, step {i}") for i, item in enumerate(steps, 1)),
        MappingProxyType(rest),
    )


def _step(data: Any, where: str) -> Step:
    type_, rest = _typed(data, "StepType", where)
    arguments = _list(rest.pop("Arguments", []), where, "Arguments")
    return Step(type_, tuple(arguments), MappingProxyType(rest))


def _typed(data: Any, key: str, where: str) -> tuple[str, dict[str, Any]]:
    if not isinstance(data, dict):
        raise RoutineError(f"{where} should be an object, not {_kind(data)}.")
    rest = dict(data)
    type_ = rest.pop(key, None)
    if not isinstance(type_, str) or not type_:
        raise RoutineError(f"{where} has no {key}.")
    return type_, rest


def _list(data: Any, where: str, key: str) -> list[Any]:
    if not isinstance(data, list):
        raise RoutineError(f"{key} of {where[0].lower()}{where[1:]} is no list.")
    return data


def _group_object(group: Group) -> dict[str, Any]:
    data: dict[str, Any] = {"Type": group.type}
    if group.parameters:
        data["Parameters"] = list(group.parameters)
    data["Steps"] = [_step_object(step) for step in group.steps]
    return data | dict(group.extra)


def _step_object(step: Step) -> dict[str, Any]:
    data: dict[str, Any] = {"StepType": step.type}
    if step.arguments:
        data["Arguments"] = list(step.arguments)
    return data | dict(step.extra)


def _kind(data: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false"}
    return names.get(type(data), "nothing" if data is None else "a number")


def _load_builtin() -> Mapping[str, Routine]:
    return {name: Routine.from_json(read_text(f"routines/{name}.json")) for name in BUILTIN_NAMES}


BUILTIN_ROUTINES: Mapping[str, Routine] = LazyMapping(_load_builtin)
"""The routines an IFCB comes with, by stored name, in the order to offer them.

Written after what public sources tell of them; an instrument's own copies may differ.
"""
