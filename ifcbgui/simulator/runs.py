"""What runs: a routine, an interactive list or an acquisition; pause, resume, stop."""

from __future__ import annotations

from ifcbgui.instrument.routines import BUILTIN_ROUTINES, Routine
from ifcbgui.simulator.fluidics import Fluidics
from ifcbgui.simulator.host import Host
from ifcbgui.simulator.runner import Runner
from ifcbgui.simulator.sample_files import SampleFiles
from ifcbgui.simulator.timeline import Activity, Task
from ifcbgui.simulator.triggers import Daq

_BETWEEN_S = 0.01
# The one routine that is meant to end another.
_STOP_ROUTINE = "stopsample"


class Runs:
    """At most one thing runs at a time.

    The host announces the start and end of an interactive list and of an acquisition (seen in
    WHOIGit/PhytO-ARM and WHOIGit/pyifcbclient); of a stored routine it announces nothing.
    What a host does with a second start is not public: here it is refused with a report.
    """

    def __init__(
        self, host: Host, fluidics: Fluidics, daq: Daq, runner: Runner, files: SampleFiles
    ) -> None:
        self._host = host
        self._fluidics = fluidics
        self._daq = daq
        self._runner = runner
        self._files = files
        self._task: Task | None = None
        self._interactive = False
        self._acquiring = False
        self._loaded = Routine()
        self._sample = 0

    @property
    def busy(self) -> bool:
        """True while something runs."""
        return self._task is not None and not self._task.done

    @property
    def acquiring(self) -> bool:
        """True while an acquisition runs."""
        return self._acquiring

    @property
    def paused(self) -> bool:
        """True while the instrument is paused."""
        return not self._fluidics.go.is_open

    def load(self, routine: Routine) -> None:
        """Keep an interactive list for the next start."""
        self._loaded = routine

    def start_stored(self, name: str) -> None:
        """Run a stored routine; a name that is not stored is ignored."""
        routine = BUILTIN_ROUTINES.get(name)
        if routine is None:
            return
        if name == _STOP_ROUTINE:
            self._halt()
        if self._is_free():
            self._task = self._host.timeline.spawn(self._runner.run(routine))

    def start_interactive(self) -> None:
        """Run the loaded list, with the announcements seen around one."""
        if self._is_free():
            self._interactive = True
            self._task = self._host.timeline.spawn(self._run_interactive())

    def start_acquisition(self) -> None:
        """Take samples one after another, as many as are set."""
        if self._is_free():
            self._acquiring = True
            self._task = self._host.timeline.spawn(self._acquire())

    def pause(self) -> None:
        """Hold the routine before its next step, and the syringe where it is."""
        self._fluidics.go.shut()
        self._host.changed("pausestate", 1)
        self._host.report("Paused.")

    def resume(self) -> None:
        """Go on where it was held."""
        self._fluidics.go.open()
        self._host.changed("pausestate", 0)
        self._host.report("Resumed.")

    def stop(self) -> None:
        """End whatever runs: no more triggers, open files saved, the end announced."""
        if not self.busy:
            return
        self._halt()
        if self._host.on("switchtriggering"):
            self._daq.switch_triggering(False)
        self._runner.save_files()
        self._host.report("Stopped.")
        self._announce_end()

    def _halt(self) -> None:
        """Stop the steps where they are; what is open stays open."""
        if self._task:
            self._task.cancel()
            self._files.mark_stopped()
        if self.paused:
            self.resume()

    def _is_free(self) -> bool:
        if self.busy:
            self._host.report("Not started: a routine is running.")
        return not self.busy

    def _run_interactive(self) -> Activity:
        host = self._host
        host.say("client", "reset")
        yield _BETWEEN_S
        host.changed("interactive", "started")
        host.say("client", "disableroutines")
        yield _BETWEEN_S
        host.say("client", "reset")
        host.switch("switchliveenv", False)
        yield _BETWEEN_S
        host.changed("interactive", "save")
        yield from self._runner.run(self._loaded)
        yield 0.35
        self._announce_end()

    def _acquire(self) -> Activity:
        host = self._host
        host.changed("acquisition", "started")
        for _ in range(int(host.number("setsamplestorun"))):
            self._sample += 1
            host.changed("acquisition", "status", f"{self._sample} [N]")
            if host.on("switchdebubblewithsample"):
                yield from self._runner.run(BUILTIN_ROUTINES["debubble"])
            yield from self._runner.run(BUILTIN_ROUTINES["runsample"])
        self._announce_end()

    def _announce_end(self) -> None:
        if self._interactive:
            self._interactive = False
            self._host.say("client", "enableroutines")
            self._host.changed("interactive", "stopped")
        if self._acquiring:
            self._acquiring = False
            self._host.changed("acquisition", "stopped")
