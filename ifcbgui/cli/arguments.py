"""Types of command line arguments, and arguments that several commands share."""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Sequence

from ifcbgui.session import EntryFilter, FilterError, TimeRange
from ifcbgui.signalr import InvalidUrlError
from ifcbgui.signalr.urls import HubUrl


def positive(text: str) -> float:
    """Read a number above 0."""
    value = _number(text)
    if value <= 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not above 0")
    return value


def not_negative(text: str) -> float:
    """Read a number of 0 or more."""
    value = _number(text)
    if value < 0:
        raise argparse.ArgumentTypeError(f"{text!r} is below 0")
    return value


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number")
    return value


def port(text: str) -> int:
    """Read a TCP port; 0 stands for any free one."""
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: 0 to 65535")
    return int(text)


def size(text: str) -> tuple[int, int]:
    """Read a size in pixels, e.g. ``1280x800``."""
    match = re.fullmatch(r"([1-9]\d{1,4})x([1-9]\d{1,4})", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 1280x800")
    return int(match[1]), int(match[2])


def hub_url(text: str) -> str:
    """Check the address of a hub and return it as it is."""
    try:
        HubUrl.parse(text)
    except InvalidUrlError as exc:
        raise argparse.ArgumentTypeError(f"{exc} {exc.hint}") from exc
    return text


def entry_filter(text: str) -> EntryFilter:
    """Read a filter expression."""
    try:
        return EntryFilter.parse(text)
    except FilterError as exc:
        pointer = f"  {text}\n  {' ' * exc.position}^"
        raise argparse.ArgumentTypeError(f"{exc}\n{pointer}") from exc


def start_time(text: str) -> TimeRange:
    """Read the moment from which on messages are wanted."""
    return _time_range(start=text)


def stop_time(text: str) -> TimeRange:
    """Read the moment before which messages are wanted."""
    return _time_range(stop=text)


def _time_range(**moment: str) -> TimeRange:
    try:
        return TimeRange.parse(**moment)
    except FilterError as exc:
        raise argparse.ArgumentTypeError(str(exc)) from exc


def join_dashed_values(argv: Sequence[str]) -> list[str]:
    """Join ``--from`` and ``-10m``, or ``--filter`` and ``-valve``, to one argument.

    argparse takes what begins with a dash for another option.
    """
    joined: list[str] = []
    for argument in argv:
        dashed = argument.startswith("-") and not argument.startswith("--")
        if dashed and joined and joined[-1] in ("--filter", "--from", "--to"):
            joined[-1] += f"={argument}"
        else:
            joined.append(argument)
    return joined


def add_instrument(parser: argparse.ArgumentParser) -> None:
    """Add the two arguments that name an instrument: ``url`` and ``serial``."""
    parser.add_argument(
        "url", type=hub_url, metavar="URL", help="the hub, e.g. ws://192.168.1.100:8092/ifcbHub"
    )
    parser.add_argument("serial", metavar="ID", help="the instrument's serial number")


def add_filter(parser: argparse.ArgumentParser) -> None:
    """Add the option ``--filter``; without it every entry passes."""
    parser.add_argument(
        "--filter",
        type=entry_filter,
        default="",
        metavar="EXPR",
        help='only messages that fit: words, "phrases", -not, and, or, ( ), /regex/i, kind:GROUP, '
        "dir:in or dir:out, FIELD:VALUE, comparisons such as humidity>55, and times in UTC: "
        "time>=-10m (before now, or before the end of a session), time<2026-11-22T10:00",
    )
