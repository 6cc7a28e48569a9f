"""The bins of the virtual instrument: their names, their counts, and what is written of them."""

from __future__ import annotations

from ifcbgui.simulator.bin_header import bin_header
from ifcbgui.simulator.bin_writer import BinWriter
from ifcbgui.simulator.environment import Environment
from ifcbgui.simulator.fluidics import SAMPLING_SPEED
from ifcbgui.simulator.host import Host
from ifcbgui.simulator.trigger import Trigger


class SampleFiles:
    """The file set a sample goes to.

    Args:
        host: Its clock and number make the names, its settings the header.
        environment: Its readings stand in the header.
        writer: Writes the files; None where nobody wants any.
    """

    def __init__(self, host: Host, environment: Environment, writer: BinWriter | None) -> None:
        self._host = host
        self._environment = environment
        self._writer = writer
        self._name: str | None = None
        self._stopped = False
        self._samples = 0
        self._rois = 0
        self._last: Trigger | None = None

    def begin(self) -> str:
        """Begin a file set by the present time; return its name."""
        self._name = f"D{self._host.utc:%Y%m%dT%H%M%S}_IFCB{self._host.imager:03d}"
        self._stopped = False
        self._samples += 1
        self._rois = 0
        self._last = None
        if self._writer:
            self._writer.begin(self._name)
        return self._name

    def add(self, trigger: Trigger) -> None:
        """Add a trigger, if a file set is open."""
        if self._name is None:
            return
        self._last = trigger
        self._rois += len(trigger.rois)
        if self._writer:
            self._writer.add(trigger)

    def mark_stopped(self) -> None:
        """Remember that the sample did not run to its end."""
        self._stopped = True

    def save(self) -> str | None:
        """Close the file set; return its name if there was one and output files are on."""
        name, self._name = self._name, None
        if name is None or not self._host.on("switchoutputfiles"):
            if self._writer:
                self._writer.discard()
            return None
        if self._writer:
            self._writer.save(self._header())
        return name

    def _header(self) -> str:
        last, environment = self._last, self._environment
        return bin_header(
            self._host,
            speed=SAMPLING_SPEED,
            sample_number=self._samples,
            # Seen: these two.
            sample_type="Stopped" if self._stopped else "Normal",
            trigger_count=last.number if last else 0,
            roi_count=self._rois,
            sends_content=self._host.sends_content,
            humidity=environment.humidity,
            temperature=environment.temperature,
            run_time=last.run_time if last else 0.0,
            inhibit_time=last.inhibit_time if last else 0.0,
        )
