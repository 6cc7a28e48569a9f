"""The catalogue of commands a client can send, read from ``commands.toml``."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from ifcbgui._resources import read_text
from ifcbgui.instrument.catalogue import MESSAGE_FORMS
from ifcbgui.instrument.messages import FieldSpec, MessageForm
from ifcbgui.instrument.routines import Routine, RoutineError

CONFIRMED = "confirmed"
INFERRED = "inferred"
_BY_PATTERN = "inferred from the message of the same name"
_SWITCH_HELP = "Switches it on (1) or off (0)."
_SETTING_HELP = "Changes a setting of the instrument."


class CommandValueError(ValueError):
    """A parameter of a command cannot be sent; the message says why."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the catalogue, or one as it was typed.

    Attributes:
        id: Short unique name, e.g. ``run_sample``.
        text: What is sent; ``{name}`` stands for a parameter.
        title: What an operator calls it.
        group: ``acquisition``, ``routine``, ``interactive``, ``ask``, ``file``,
            ``hardware``, ``switch``, ``setting`` or ``client``.
        danger: ``safe``, ``changes``, ``moves`` or ``hazard``.
        status: ``confirmed`` by a public source, or ``inferred``.
        source: Where it is known from, or what it is inferred from.
        echo: Pattern of the message that confirms it, or None where none is known.
        help: What will happen.
        params: Its parameters. Beside the types of message fields there are ``path``
            (text that is not empty) and ``routine`` (JSON of a routine).
    """

    id: str
    text: str
    title: str
    group: str
    danger: str
    status: str
    source: str
    echo: str | None
    help: str
    params: tuple[FieldSpec, ...] = ()

    def render(self, **params: object) -> str:
        """Return the text to send.

        Args:
            params: The value of every parameter, as Python value or as text.

        Raises:
            CommandValueError: If a value cannot be sent.
            KeyError: If a parameter is missing.
        """
        return self.filled({spec.name: params[spec.name] for spec in self.params}).text

    def filled(self, values: Mapping[str, object]) -> Command:
        """Return the command with its parameters filled in.

        Raises:
            CommandValueError: If a value cannot be sent.
        """
        if not self.params:
            return self
        shown = {spec.name: _value_text(spec, values[spec.name]) for spec in self.params}
        on_off = [
            " on" if shown[s.name] == "1" else " off" for s in self.params if s.type == "bool"
        ]
        return replace(
            self,
            text=_fill(self.text, shown),
            title=self.title + "".join(on_off),
            echo=_fill(self.echo, shown) if self.echo else None,
            params=(),
        )

    @property
    def start(self) -> str:
        """The text up to the first parameter."""
        return self.text.partition("{")[0] if self.params else self.text


class CommandCatalogue:
    """All commands, in the order to offer them.

    Args:
        load: Function that returns the commands; called at the first use.
    """

    def __init__(self, load: Callable[[], list[Command]]) -> None:
        self._load = load

    def all(self) -> tuple[Command, ...]:
        """Return all commands."""
        return tuple(self._by_id.values())

    def get(self, command_id: str) -> Command:
        """Return a command by its id.

        Raises:
            KeyError: If there is none.
        """
        return self._by_id[command_id]

    def match(self, text: str) -> Command | None:
        """Return the command that a text is, filled in, or None where it fits no entry."""
        if (found := self._by_start.get(text)) and not found.params:
            return found
        for cut in _colons(text):
            if (found := self._by_start.get(text[:cut])) and found.params:
                return _typed(found, text, text[cut:])
        return None

    def complete(self, prefix: str, limit: int) -> list[Command]:
        """Return commands that go on from what was typed, by text or title, best first.

        A switch is offered once on and once off; of a command with other parameters the
        text ends where the first begins.
        """
        typed = prefix.lower()
        offers = list(self._all_offers)
        if found := self.match(prefix):
            offers.insert(0, found)
        ranked = [(rank, offer) for offer in offers if (rank := _rank(offer, typed)) is not None]
        best = sorted(ranked, key=lambda item: (item[0], item[1].danger == "hazard"))
        unique: dict[str, Command] = {}
        for _, offer in best:
            unique.setdefault(offer.text, offer)
        return list(unique.values())[:limit]

    @cached_property
    def _by_id(self) -> dict[str, Command]:
        return {command.id: command for command in self._load()}

    @cached_property
    def _by_start(self) -> dict[str, Command]:
        return {command.start: command for command in self.all()}

    @cached_property
    def _all_offers(self) -> list[Command]:
        offers = [offer for command in self.all() for offer in _offers(command)]
        return [self.match(offer.text) or offer for offer in offers]


# --- parameters -----------------------------------------------------------------------------


def _fill(text: str, shown: Mapping[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: shown[found[1]], text)


def _value_text(spec: FieldSpec, value: object) -> str:
    text = _NUMBER_TEXTS[spec.type](spec, value) if spec.type in _NUMBER_TEXTS else str(value)
    if spec.type == "routine":
        try:
            Routine.from_json(text)
        except RoutineError as exc:
            raise CommandValueError(str(exc)) from exc
    elif "\n" in text or "\r" in text:
        raise CommandValueError(f"{_what(spec)} must not hold line ends.")
    if spec.type == "path" and not text.strip():
        raise CommandValueError(f"{_what(spec)} must not be empty.")
    return text


def _bool_text(spec: FieldSpec, value: object) -> str:
    text = str(int(value)) if isinstance(value, bool) else str(value)
    if text not in ("0", "1"):
        raise CommandValueError(f"{_what(spec)} must be 0 or 1, not {text!r}.")
    return text


def _int_text(spec: FieldSpec, value: object) -> str:
    try:
        number = int(str(value))
    except ValueError:
        raise CommandValueError(f"{_what(spec)} must be a whole number, not {value!r}.") from None
    _check_range(spec, number)
    return str(number)


def _float_text(spec: FieldSpec, value: object) -> str:
    try:
        number = float(str(value))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise CommandValueError(f"{_what(spec)} must be a number, not {value!r}.")
    _check_range(spec, number)
    return f"{number:.10g}"


def _check_range(spec: FieldSpec, number: float) -> None:
    low, high = spec.minimum, spec.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        lower = f"from {low:g}" if low is not None else ""
        upper = f"to {high:g}" if high is not None else ""
        limits = " ".join(part for part in (lower, upper, spec.unit) if part)
        raise CommandValueError(f"{_what(spec)} must be {limits}, not {number:g}.")


def _what(spec: FieldSpec) -> str:
    return spec.meaning[:1].upper() + spec.meaning[1:]


_NUMBER_TEXTS: Mapping[str, Callable[[FieldSpec, object], str]] = {
    "bool": _bool_text,
    "int": _int_text,
    "float": _float_text,
}


# --- matching and completing ----------------------------------------------------------------


def _colons(text: str) -> Iterator[int]:
    """Yield where parameters may begin: behind the first three colons, the last one first."""
    head = text.split(":", 3)[:-1]
    for count in range(len(head), 0, -1):
        yield sum(map(len, head[:count])) + count


def _typed(command: Command, text: str, rest: str) -> Command | None:
    values = rest.split(":", len(command.params) - 1)
    if len(values) != len(command.params):
        return None
    names = (spec.name for spec in command.params)
    try:
        filled = command.filled(dict(zip(names, values, strict=True)))
    except CommandValueError:
        return None
    return replace(filled, text=text)


def _offers(command: Command) -> list[Command]:
    if command.group == "client":
        return []
    if [spec.type for spec in command.params] == ["bool"]:
        name = command.params[0].name
        return [command.filled({name: True}), command.filled({name: False})]
    return [replace(command, text=command.start)]


def _rank(command: Command, typed: str) -> int | None:
    """Return how well a command fits what was typed, 0 the best, or None."""
    text, title = command.text.lower(), command.title.lower()
    fits = (
        typed in (text, title),
        text.startswith(typed),
        title.startswith(typed),
        any(word.startswith(typed) for word in title.split()),
        any(part.startswith(typed) for part in text.split(":")),
        typed in text or typed in title,
    )
    return fits.index(True) if any(fits) else None


# --- loading --------------------------------------------------------------------------------


def _load() -> list[Command]:
    rows = tomllib.loads(read_text("commands.toml"))["command"]
    commands = [_command(row) for row in rows]
    taken = {command.text for command in commands}
    generated = [
        _generated(form) for form in MESSAGE_FORMS.values() if form.group in ("switch", "setting")
    ]
    return commands + [command for command in generated if command.text not in taken]


def _command(row: dict[str, Any]) -> Command:
    like = MESSAGE_FORMS[row["like"]] if "like" in row else None
    params = like.fields if like else tuple(FieldSpec(**param) for param in row.get("params", ()))
    return Command(
        id=row["id"],
        text=row["text"],
        title=row["title"],
        group=row["group"],
        danger=row["danger"],
        status=CONFIRMED if "source" in row else INFERRED,
        source=row.get("source", "inferred; no public source shows it"),
        echo=row.get("echo", like.key if like else None),
        help=row["help"],
        params=params,
    )


def _generated(form: MessageForm) -> Command:
    """Return the command that sets what a message of the host says."""
    name = form.key.partition(":")[2]
    switch = form.group == "switch"
    values = ":".join(f"{{{spec.name}}}" for spec in form.fields)
    return Command(
        id=f"switch_{name[6:]}" if switch else f"set_{name[3:]}",
        text=f"daq:{name}:{values}",
        title=form.label if switch else f"Set {_within_sentence(form.label)}",
        group=form.group,
        danger="changes",
        status=INFERRED,
        source=_BY_PATTERN,
        # The host may write a number in another way: any value of it is an echo.
        echo=f"{form.key}:{values}" if switch else form.key,
        help=f"{_SWITCH_HELP if switch else _SETTING_HELP} {form.meaning}",
        params=form.fields,
    )


def _within_sentence(label: str) -> str:
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


COMMANDS = CommandCatalogue(_load)
"""Every known command, read at the first look."""
