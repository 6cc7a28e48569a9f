"""How much of the sample the instrument looked at.

After each trigger the instrument is blind for a while: volume = flow x (run time - inhibit
time). So reckon ifcb-analysis, pyifcb and iRfcb.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ifcbgui.instrument.bins.header import Header
from ifcbgui.instrument.bins.records import Numbers, Records

_NORMAL_FLOW = 0.25  # mL/min
# The first instruments wrote no inhibit time; they were blind at least this long (pyifcb).
_OLD_INHIBIT_S = 0.073
_DAY_S = 86_400.0
# Steps of the counter from one line to the next; others are slips of the counter (pyifcb).
_BACK_S, _ON_S = -0.1, 5.0


@dataclass(frozen=True, slots=True)
class Volume:
    """The volume analysed, and what it is reckoned from.

    Attributes:
        run_s: How long the sample ran, seconds.
        inhibit_s: How long of it the instrument was blind, seconds.
        flow: Flow of the sample, mL/min.
    """

    run_s: float
    inhibit_s: float
    flow: float = _NORMAL_FLOW

    @property
    def look_s(self) -> float:
        """How long the instrument could see, seconds."""
        return self.run_s - self.inhibit_s

    @property
    def ml(self) -> float:
        """Volume analysed, mL."""
        return self.flow * self.look_s / 60.0


def flow_of(header: Header) -> float:
    """Return the flow of a sample, mL/min: a syringe in as many minutes as the header says."""
    fast = header.flag("runSampleFast")
    minutes = header.number("SamplingFastSpeed" if fast else "syringeSamplingSpeed")
    size = header.number("syringeSize")
    return size / minutes if size and minutes and size > 0 and minutes > 0 else _NORMAL_FLOW


def volume_by_header(header: Header) -> Volume | None:
    """Return the volume by the times in the header, None where they are missing."""
    run, inhibit = header.number("runTime"), header.number("inhibitTime")
    return None if run is None or inhibit is None else Volume(run, inhibit, flow_of(header))


def volume_by_records(records: Records, flow: float) -> Volume | None:
    """Return the volume by the times in the .adc file, None where there are none."""
    if not len(records):
        return None
    if "inhibit_time" not in records.columns:
        return _volume_of_old(records, flow)
    run, inhibit = records["run_time"], records["inhibit_time"]
    last = _last_sound(run, inhibit)
    return None if last is None else Volume(float(run[last]), float(inhibit[last]), flow)


def _last_sound(run: Numbers, inhibit: Numbers) -> int | None:
    """Return the last row whose counters follow from the row before it."""
    with np.errstate(invalid="ignore"):  # a damaged file may hold inf, and inf - inf
        sound = np.isfinite(run) & np.isfinite(inhibit)
        step = np.diff(inhibit)
        sound[1:] &= (np.diff(run) >= _BACK_S) & (step > _BACK_S) & (step < _ON_S)
    rows = np.flatnonzero(sound)
    return int(rows[-1]) if len(rows) else None


def _volume_of_old(records: Records, flow: float) -> Volume | None:
    """Reckon the blind times from the end of one image to the opening for the next."""
    _, firsts = np.unique(records["trigger"], return_index=True)
    grabbed = _past_midnight(records["frame_grab_time"][np.sort(firsts)])
    opened = _past_midnight(records["trigger_open_time"][np.sort(firsts)])
    with np.errstate(invalid="ignore", over="ignore"):
        blind = np.maximum(opened[1:] - grabbed[:-1], _OLD_INHIBIT_S).sum() + _OLD_INHIBIT_S
    run = float(grabbed[-1])
    return Volume(run, float(blind), flow) if np.isfinite(run + blind) else None


def _past_midnight(times: Numbers) -> Numbers:
    return np.where(times < 0, times + _DAY_S, times)
