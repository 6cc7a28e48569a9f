"""What the program remembers from one start to the next. No secret is ever kept here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from ifcbgui.settings.address import without_secrets
from ifcbgui.signalr.errors import InvalidUrlError
from ifcbgui.signalr.urls import HubUrl

VERSION = 1
MOST_PIXELS_PER_UM = 1000.0

_Pixel = Annotated[float, Meta(ge=-10_000, le=10_000)]


class Profile(Struct, frozen=True, kw_only=True):
    """An instrument that the operator connects to.

    Attributes:
        name: What the operator calls it.
        server: Address of its hub, or "" for the simulator inside the program.
        serial: Its serial.
        allow_unverified: True where commands may be sent that no public source confirms.
        protocol: Encoding of the hub's messages; ``messagepack`` falls back to ``json``.
        access: How the hub knows us. The token or password itself is never kept here.
        user: Who signs in, for ``basic``.
        header_names: Further HTTP headers the hub wants; their values are never kept here.
        ca_file: PEM file of the authority that signed the server's certificate, or "" for
            those that the system trusts.
        pixels_per_um: How many pixels of the camera a micrometre has: 3.4 on most instruments,
            2.77 on some (seen in the analysis toolboxes for IFCB images).
        humidity_baseline: Humidity in its dry housing (%RH) that later readings are measured
            against, or None for the first reading of each connection.
        roi_band: Borders in the frame (pixels) between which its ROIs usually lie, or None until
            that was learned.
        unknown: Members that a newer version of the program wrote.
    """

    name: str
    server: str = ""
    serial: str = ""
    allow_unverified: bool = False
    protocol: Literal["json", "messagepack"] = "json"
    access: Literal["none", "bearer", "basic"] = "none"
    user: str = ""
    header_names: tuple[str, ...] = ()
    ca_file: str = ""
    pixels_per_um: Annotated[float, Meta(gt=0, le=MOST_PIXELS_PER_UM)] = 3.4
    humidity_baseline: Annotated[float, Meta(ge=0, le=100)] | None = None
    roi_band: tuple[_Pixel, _Pixel] | None = None
    unknown: dict[str, Any] = field(default_factory=dict)

    @property
    def simulated(self) -> bool:
        """True for the simulator inside the program, whatever an instrument may be called."""
        return not self.server


SIMULATOR = Profile(name="Simulator", serial="111-111-111")


def profile_for(server: str, serial: str) -> Profile:
    """Return a profile for an instrument that has none; it never has the simulator's name."""
    name = serial if serial != SIMULATOR.name else f"{serial} at {without_secrets(server)}"
    return Profile(name=name, server=server, serial=serial)


def find_profile(profiles: Iterable[Profile], server: str, serial: str) -> Profile | None:
    """Return the profile of an address, however it is written, and a serial number."""
    for profile in profiles:
        if profile.serial == serial and not profile.simulated and _same(profile.server, server):
            return profile
    return None


def scale_of_imager(profiles: Iterable[Profile], number: int) -> float:
    """Return the pixels per µm of the instrument with a number, 0 where nobody has said it.

    Serials end in that number (seen in example configurations of WHOIGit/PhytO-ARM: "111-111-124"
    for IFCB124); the simulator's counts where no other has it.
    """
    fitting = [p for p in profiles if re.search(rf"(?<!\d)0*{number}$", p.serial)]
    real = [profile for profile in fitting if not profile.simulated] or fitting
    scales = {profile.pixels_per_um for profile in real}
    return scales.pop() if len(scales) == 1 else 0.0


def _same(one: str, other: str) -> bool:
    try:
        return str(HubUrl.parse(one)) == str(HubUrl.parse(other))
    except InvalidUrlError:
        return False


class Settings(Struct, kw_only=True):
    """All settings, each with its default.

    Attributes:
        version: Version of the file's form.
        profiles: Instruments; the built-in simulator is always the first.
        last_profile: Name of the profile used last.
        theme: Light, dark, or as the system has it.
        session_dir: Folder for sessions, or "" for the usual one.
        rollover_mb: Megabytes after which a session goes on in a new file, or 0 for never.
        rollover_daily: True to begin a new file with each day, UTC.
        image_every: Of each form of image message only every so many is kept; 1 keeps all.
        export_dir: Folder that anything was last saved to, or "".
        files_dir: Folder for files fetched from instruments, or "" for the usual one.
        utc_times: True to show times in UTC, False in local time.
        window_geometry: Place and size of the window, base64.
        window_state: Its docks and tool bars, base64.
        log_columns: Order, widths and choice of the log's columns, base64.
        log_details: Whether the details stand beside the log.
        log_splitter: Sizes of the log's parts, base64.
        log_filters: Filters of the log by the names the operator gave them.
        log_highlights: Sets of rules by name; a rule is a colour and a filter.
        log_highlight_set: Name of the set in force, or "".
        trend_rows: Names of the series in each row of the trends; none for the usual rows.
        trend_span_s: Seconds that the trends show while they follow the clock, 0 for all.
        unknown: Members that a newer version of the program wrote.
    """

    version: int = VERSION
    profiles: list[Profile] = field(default_factory=lambda: [SIMULATOR])
    last_profile: str = SIMULATOR.name
    theme: Literal["system", "light", "dark"] = "system"
    session_dir: str = ""
    rollover_mb: Annotated[int, Meta(ge=0)] = 0
    rollover_daily: bool = False
    image_every: Annotated[int, Meta(ge=1)] = 1
    export_dir: str = ""
    files_dir: str = ""
    utc_times: bool = True
    window_geometry: str = ""
    window_state: str = ""
    log_columns: str = ""
    log_details: bool = False
    log_splitter: str = ""
    log_filters: dict[str, str] = field(default_factory=dict)
    log_highlights: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    log_highlight_set: str = ""
    trend_rows: list[list[str]] = field(default_factory=list)
    trend_span_s: Annotated[int, Meta(ge=0)] = 600
    unknown: dict[str, Any] = field(default_factory=dict)
