"""The files that are wanted of a host, fetched one at a time, as the reference host serves them.

No thread, no clock: `FileWorker` runs it. The words that ask are inferred, not seen; they go
through the door like every other command, and what the door says to them comes back here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Final

from ifcbgui.instrument.commands import COMMANDS, CommandValueError
from ifcbgui.instrument.files.checks import oddities
from ifcbgui.instrument.files.jobs import Files, Job, JobState
from ifcbgui.instrument.files.listing import Listing, read_listing
from ifcbgui.instrument.files.names import UnsafeNameError, safe_name
from ifcbgui.instrument.files.spool import OpenFile, Spool, SpoolError, open_new
from ifcbgui.instrument.files.transfer import (
    Begun,
    Chunk,
    Done,
    Event,
    Failed,
    Limits,
    Transfer,
)
from ifcbgui.instrument.messages import Message

MOST_JOBS: Final = 1000
LIST_TIMEOUT_S: Final = 30
DRAIN_S: Final = 5
"""Seconds of silence after which a host counts as done with a file that is wanted no more."""
_NS: Final = 1_000_000_000


class FileQueue:
    """Asks for one file after the other, and sees each of them to its end.

    Args:
        ask: Sends a command to the host; `not_sent` is called where that failed.
        limits: What is taken of a host.
        open_file: Opens a new file.

    Attributes:
        unsolicited: Messages about files that nobody here has asked for.
        left_out: Messages that were not even looked at because too many waited.
    """

    def __init__(
        self,
        ask: Callable[[str], None],
        limits: Limits | None = None,
        open_file: OpenFile = open_new,
    ) -> None:
        self._ask = ask
        self._limits = limits or Limits()
        self._open_file = open_file
        self._jobs: dict[int, Job] = {}
        self._count = 0
        self._active: Job | None = None
        self._transfer: Transfer | None = None
        self._left_out_before = 0
        self._draining = ""
        self._held = False
        self._listing: Listing | None = None
        self._list_asked_ns: int | None = None
        self._words = ""
        self._heard_ns = self._looked_ns = 0
        self.unsolicited = 0
        self.left_out = 0

    @property
    def idle(self) -> bool:
        """True while no message of a host can matter."""
        return self._active is None and not self._draining and self._list_asked_ns is None

    def view(self, now_ns: int) -> Files:
        """Return how everything stands.

        Args:
            now_ns: Monotonic time, nanoseconds.
        """
        return Files(
            self._listing,
            self._list_asked_ns is not None,
            self._words,
            tuple(job.view(now_ns) for job in self._jobs.values()),
            self._draining,
            self.unsolicited,
            self.left_out,
        )

    # --- what somebody wants ----------------------------------------------------------------

    def ask_for_list(self, now_ns: int) -> None:
        """Ask the host what it has."""
        self._list_asked_ns = self._looked_ns = now_ns
        self._words = ""
        self._ask(list_command())

    def fetch(self, names: Iterable[str], folder: Path, now_ns: int) -> None:
        """Queue files, by the names the host gave them; what is under way is not asked twice."""
        self._words = ""
        wanted = {(job.name, job.folder) for job in self._jobs.values() if not job.state.ended}
        left_out = 0
        for name in names:
            if (name, folder) in wanted:
                continue
            if not self._has_room() or not _can_be_asked_for(name):
                left_out += 1
                continue
            self._count += 1
            spool = Spool(folder, name, self._open_file)
            self._jobs[self._count] = Job(self._count, name, folder, spool)
            wanted.add((name, folder))
        if left_out:
            self._words = (
                f"{left_out:,} files were not queued: at most {MOST_JOBS:,} can wait, and their"
                " names must be names of files here. Fetch them later."
            )
        self._go_on(now_ns)

    def cancel(self, ids: Collection[int], now_ns: int) -> None:
        """Want some files no more; what has come of them is thrown away."""
        for job in self._some(ids):
            if job.state is JobState.DONE:
                continue
            if job is self._active:
                self._leave_active()
                self._draining, self._heard_ns = job.name, now_ns
            job.discard()
            job.state, job.words = JobState.CANCELLED, ""
        self._go_on(now_ns)

    def retry(self, ids: Collection[int], now_ns: int) -> None:
        """Ask again for some files that failed or were cancelled; what was kept is kept."""
        for job in self._some(ids):
            if job.state in (JobState.FAILED, JobState.CANCELLED):
                job.state, job.words = JobState.WAITING, ""
        self._go_on(now_ns)

    def clear(self) -> None:
        """Forget the files that have ended, with what was kept of them."""
        for job in list(self._jobs.values()):
            if job.state.ended:
                self._drop(job)

    def forget_host(self, now_ns: int) -> None:
        """Another instrument comes: want nothing of this one any more."""
        self._listing, self._list_asked_ns = None, None
        self.cancel(list(self._jobs), now_ns)
        self._draining = ""

    def close(self) -> None:
        """Take all unfinished files away; nobody could go on with them."""
        self._leave_active()
        for job in self._jobs.values():
            job.discard()

    # --- what happens -----------------------------------------------------------------------

    def take(self, message: Message, now_ns: int) -> None:
        """Take a message of the group ``file``.

        Args:
            message: The message.
            now_ns: Monotonic time of its arrival, nanoseconds.
        """
        if message.key == "file:list":
            self._take_list(message)
            return
        name = message.fields[2] if len(message.fields) > 2 else ""
        if self._draining and name == self._draining:
            self._heard_ns = now_ns
            if message.key == "file:end":
                self._draining = ""
                self._go_on(now_ns)
        elif self._transfer is None or name != self._transfer.name:
            self.unsolicited += 1
        elif event := self._transfer.take(message, now_ns):
            self._handle(event, now_ns, goes_on=message.key != "file:end")

    def tick(self, now_ns: int) -> None:
        """Give up what is silent for too long; call it about once a second."""
        looked_ns, self._looked_ns = self._looked_ns, now_ns
        asked_ns = self._list_asked_ns
        if asked_ns is not None and looked_ns - asked_ns >= LIST_TIMEOUT_S * _NS:
            self._list_asked_ns = None
            self._words = (
                f"No list has come within {LIST_TIMEOUT_S} s. The instrument may not know the"
                " words that ask for it: look at what it says in the log before you ask again."
            )
        if self._draining and looked_ns - self._heard_ns >= DRAIN_S * _NS:
            self._draining = ""
        if self._transfer and (event := self._transfer.tick(now_ns)):
            self._handle(event, now_ns)
        self._go_on(now_ns)

    def not_sent(self, text: str, why: str, now_ns: int) -> None:
        """A command did not get through.

        Args:
            text: The command.
            why: What happened and what to do.
            now_ns: Monotonic time, nanoseconds.
        """
        if text == list_command():
            if self._list_asked_ns is not None:
                self._list_asked_ns, self._words = None, why
            return
        job = self._active
        if job is None or text != get_command(job.name):
            return
        # It would be the same with the others: they are not asked for one by one to learn that.
        self._leave_active()
        for waiting in self._jobs.values():
            if not waiting.state.ended:
                waiting.state, waiting.words = JobState.FAILED, why

    def link_lost(self, now_ns: int) -> None:
        """Wait for the link: what was under way is asked for again when it is back."""
        self._held, self._draining = True, ""
        if self._list_asked_ns is not None:
            self._list_asked_ns = None
            self._words = "The connection was lost before the list came. Ask again."
        job = self._active
        if job is not None:
            self._leave_active()
            job.state = JobState.WAITING
            job.words = "The connection was lost. What has come is kept; it goes on with the link."

    def link_back(self, now_ns: int) -> None:
        """Go on."""
        self._held = False
        self._go_on(now_ns)

    def disconnected(self, now_ns: int) -> None:
        """The connection has ended for good: nothing is asked for until somebody says so."""
        self.link_lost(now_ns)
        for job in self._jobs.values():
            if not job.state.ended:
                job.state = JobState.FAILED
                job.words = "Disconnected. What has come is kept: connect, then Retry goes on."

    # --- one after the other ----------------------------------------------------------------

    def _some(self, ids: Collection[int]) -> list[Job]:
        return [job for job in self._jobs.values() if job.id in ids]

    def _go_on(self, now_ns: int) -> None:
        """Ask for the next file, if the host is free for it."""
        if self._held or self._active or self._draining:
            return
        waiting = (job for job in self._jobs.values() if job.state is JobState.WAITING)
        job = next(waiting, None)
        if job is None:
            return
        if not job.spool.intact:
            job.discard()
        job.state = JobState.ASKED
        self._active = job
        self._transfer = Transfer(job.name, now_ns, self._limits, job.received)
        self._left_out_before = self.left_out
        self._ask(get_command(job.name))

    def _leave_active(self) -> None:
        if self._transfer is not None:
            self.unsolicited += self._transfer.ignored
        if self._active is not None:
            self._active.spool.pause()
        self._active = self._transfer = None

    def _handle(self, event: Event, now_ns: int, *, goes_on: bool = False) -> None:
        """Do what an event of the file under way wants.

        Args:
            event: The event.
            now_ns: Monotonic time, nanoseconds.
            goes_on: True where the host sends on, whatever becomes of the file here.
        """
        job, transfer = self._active, self._transfer
        assert job is not None
        assert transfer is not None
        job.received = transfer.received
        match event:
            case Begun(anew):
                job.state = JobState.RECEIVING
                if anew:
                    job.spool.clear()
                job.words = "It is not the file it was before: begun anew." if anew else ""
            case Chunk(index, data):
                self._write(job, index, data, now_ns)
            case Done():
                self._finish(job, now_ns)
            case Failed(reason, keeps, silent):
                self._fail(job, reason, now_ns, keeps=keeps, drain=goes_on and not silent)

    def _write(self, job: Job, index: int, data: bytes, now_ns: int) -> None:
        job.speed.add(now_ns, len(data))
        try:
            job.spool.write(index, data)
        except SpoolError as error:
            assert job.received is not None
            del job.received.digests[index]
            job.received.size -= len(data)
            self._fail(job, str(error), now_ns, keeps=True, drain=True)

    def _finish(self, job: Job, now_ns: int) -> None:
        try:
            unnamed = job.spool.settle()
            odd = oddities(job.name, unnamed, job.spool.size)
            job.path = job.spool.finish()
        except SpoolError as error:
            self._fail(job, str(error), now_ns, keeps=True, drain=False)
            return
        job.state = JobState.DONE
        job.words = " ".join((*job.spool.remarks, *odd))
        self._leave_active()
        self._go_on(now_ns)

    def _fail(self, job: Job, reason: str, now_ns: int, *, keeps: bool, drain: bool) -> None:
        left_out = self.left_out - self._left_out_before
        if left_out:
            reason += f" This computer was too slow to write all that came ({left_out:,} messages)."
        self._leave_active()
        job.state, job.words = JobState.FAILED, reason
        if not keeps:
            job.discard()
        if drain:
            self._draining, self._heard_ns = job.name, now_ns
        self._go_on(now_ns)

    # --- lists and limits -------------------------------------------------------------------

    def _take_list(self, message: Message) -> None:
        if self._list_asked_ns is None:
            self.unsolicited += 1
            return
        self._list_asked_ns = None
        names = message.fields[2]
        unread = message.text.count(":") - 1 - len(names) if message.problem else 0
        self._listing = read_listing(names, unread)

    def _has_room(self) -> bool:
        """Tell whether one more can be queued; files that have ended make room."""
        if len(self._jobs) < MOST_JOBS:
            return True
        ended = (job for job in self._jobs.values() if job.state.ended)
        oldest = next(ended, None)
        if oldest is not None:
            self._drop(oldest)
        return oldest is not None

    def _drop(self, job: Job) -> None:
        job.discard()
        del self._jobs[job.id]


def list_command() -> str:
    """Return the words that ask for the list (inferred)."""
    return COMMANDS.get("list_files").text


def get_command(name: str) -> str:
    """Return the words that ask for a file (inferred)."""
    return COMMANDS.get("get_file").render(name=name)


def _can_be_asked_for(name: str) -> bool:
    try:
        return bool(get_command(safe_name(name)))
    except (UnsafeNameError, CommandValueError):
        return False
