"""What is wrong with a profile as somebody has just written it, field by field."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from ifcbgui.settings.access import read_ca_file
from ifcbgui.settings.address import without_secrets
from ifcbgui.settings.errors import AccessError
from ifcbgui.settings.model import MOST_PIXELS_PER_UM, SIMULATOR, Profile
from ifcbgui.signalr.errors import InvalidUrlError
from ifcbgui.signalr.urls import HubUrl

_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# The protocol's own; the connection would break, or be another one than shown.
_NOT_OURS: Final = frozenset(
    {"host", "connection", "upgrade", "content-length", "transfer-encoding", "expect", "te"}
)


def profile_problems(profile: Profile, taken_names: Collection[str] = ()) -> dict[str, str]:
    """Return what is wrong, in words, by the name of the profile's member; empty if nothing.

    Args:
        profile: An instrument that is not the built-in simulator.
        taken_names: Names of the other profiles.
    """
    found = {
        "name": _name_problem(profile.name, taken_names),
        "server": _server_problem(profile.server),
        "serial": "" if profile.serial else "Give the serial number, as the hub knows it.",
        "user": _user_problem(profile) if profile.access == "basic" else "",
        "header_names": _headers_problem(profile),
        "ca_file": _ca_problem(profile.ca_file) if profile.ca_file else "",
        "pixels_per_um": _scale_problem(profile.pixels_per_um),
    }
    return {member: problem for member, problem in found.items() if problem}


def _name_problem(name: str, taken: Collection[str]) -> str:
    if not name:
        return "Give it a name."
    if name == SIMULATOR.name or name in taken:
        return "Another instrument has this name."
    return ""


def _server_problem(server: str) -> str:
    if not server:
        return f"Give the address of the hub. {InvalidUrlError.default_hint}"
    try:
        HubUrl.parse(server)
    except InvalidUrlError as exc:
        return str(exc)
    if without_secrets(server) != server:
        return "Take the user, password or token out of the address; they have fields below."
    return ""


def _user_problem(profile: Profile) -> str:
    if not profile.user:
        return "Give the user's name."
    return "A user's name has no colon." if ":" in profile.user else ""


def _headers_problem(profile: Profile) -> str:
    names = [name.casefold() for name in profile.header_names]
    for name, folded in zip(profile.header_names, names, strict=True):
        if not _HEADER_NAME.fullmatch(name):
            return f"{name!r} cannot be the name of a header."
        if folded in _NOT_OURS or folded.startswith("sec-websocket-"):
            return f"The header {name} belongs to the connection itself."
        if folded == "authorization" and profile.access != "none":
            return "The header Authorization is made of the token or password above."
        if names.count(folded) > 1:
            return f"The header {name} stands there twice."
    return ""


def _scale_problem(pixels_per_um: float) -> str:
    if 0 < pixels_per_um <= MOST_PIXELS_PER_UM:  # not a number is neither
        return ""
    return "Give a number above 0: 3.4 on most instruments."


def _ca_problem(ca_file: str) -> str:
    try:
        read_ca_file(ca_file)
    except AccessError as exc:
        return f"{exc} {exc.hint}"
    return ""
