"""How a recorder is to work, and how the recording stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


@dataclass(frozen=True, slots=True)
class RecorderLimits:
    """How long rows may wait for the disk, how many, and how much of it must stay free.

    Attributes:
        batch_s: Seconds between two writes; what a crash costs.
        retry_s: Seconds between two attempts at a new file after trouble.
        max_rows: Rows kept in memory while they cannot be written.
        max_bytes: Bytes of memory for their texts.
        warn_free_bytes: Free space below which the operator is warned.
        warn_left_s: The same as time until the recording would have to stop.
        stop_free_bytes: Free space below which nothing more is written.
    """

    batch_s: float = 0.05
    retry_s: float = 2.0
    max_rows: int = 100_000
    max_bytes: int = 64 * 1024 * 1024
    warn_free_bytes: int = 5_000_000_000
    warn_left_s: float = 3600.0
    stop_free_bytes: int = 500_000_000


@dataclass(frozen=True, slots=True)
class RecorderSettings:
    """What the operator may choose of a recording.

    Attributes:
        rollover_bytes: Size at which a new file is begun, or 0 for no limit.
        rollover_daily: True to begin a new file with each day, UTC.
        image_every: Of each form of image message only every so many is kept; 1 keeps all.
    """

    rollover_bytes: int = 0
    rollover_daily: bool = False
    image_every: int = 1


class DiskLevel(StrEnum):
    """How the disk stands: ``warn`` when little is left, ``stopped`` when too little."""

    OK = "ok"
    WARN = "warn"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class RecorderStatus:
    """How the recording stands.

    Attributes:
        path: The newest session file, or None before there is one.
        rows: Rows written, all files of this recording together.
        bytes: Size of that file.
        pending: Rows in memory that are not written yet.
        lost: Rows and events given up because the memory for waiting ones was full.
        problem: None, or what keeps the recorder from writing, what to do and what it means.
        free_bytes: Free space on the disk of the folder, or None where it cannot be told.
        rate: Bytes a second that are written, taken over the last minute.
        seconds_left: Until there is too little space at that rate, or None where nobody knows.
        level: How the disk stands.
        warning: None, or that little space is left, and what to do.
        thinned: Images not kept because the settings say so.
    """

    path: Path | None
    rows: int
    bytes: int
    pending: int
    lost: int
    problem: str | None
    free_bytes: int | None
    rate: float = 0.0
    seconds_left: float | None = None
    level: DiskLevel = DiskLevel.OK
    warning: str | None = None
    thinned: int = 0
