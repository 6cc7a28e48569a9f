"""What the command line asks of the window."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class WindowOptions:
    """What the command line asks of the window; the defaults ask for nothing special.

    Attributes:
        simulate: True to start a simulated instrument and connect to it.
        connect: Address of the hub to connect to at once, or None.
        serial: Serial number of the instrument there; set if and only if ``connect`` is.
        observe: True to start with the observe-only lock on.
        session_dir: Folder for session files instead of the one in the settings.
        screenshot: PNG file to save a picture of the window to before it closes.
        quit_after: Seconds after which the window closes by itself.
        tour: Folder for the pictures of the guided tour, which is taken if this is set.
        theme: ``light``, ``dark`` or ``system`` instead of the one in the settings.
        size: Width and height of the window in pixels instead of the last ones.
    """

    simulate: bool = False
    connect: str | None = field(default=None, repr=False)  # it may hold a password
    serial: str | None = None
    observe: bool = False
    session_dir: Path | None = None
    screenshot: Path | None = None
    quit_after: float | None = None
    tour: Path | None = None
    theme: str | None = None
    size: tuple[int, int] | None = None
