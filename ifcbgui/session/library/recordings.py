"""Session files put together to recordings: a file may go on from another one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from ifcbgui.session.library.facts import SessionFacts, SessionState
from ifcbgui.session.library.shelf import SessionFile
from ifcbgui.session.names import SUFFIX, iso_time

_NAME: Final = re.compile(r"(?P<serial>.+)_(?P<stamp>\d{8}T\d{6}Z)(-\d+)?" + re.escape(SUFFIX))


@dataclass(frozen=True, slots=True)
class Recording:
    """What was recorded from one Connect to the end, in one file or several.

    Attributes:
        files: Its files in order, at least one.
    """

    files: tuple[SessionFile, ...]

    @property
    def path(self) -> Path:
        """The first file."""
        return self.files[0].path

    @property
    def paths(self) -> tuple[Path, ...]:
        """All files."""
        return tuple(file.path for file in self.files)

    @property
    def state(self) -> SessionState | None:
        """How it stands; None before that is known."""
        states = [facts.state for facts in self._facts]
        if any(file.held for file in self.files):
            return SessionState.RECORDING
        if SessionState.DAMAGED in states:
            return SessionState.DAMAGED
        return states[-1] if len(states) == len(self.files) else None

    @property
    def problem(self) -> str:
        """What is wrong with it, or ""."""
        *earlier, last = self.files
        problems = [file.facts.problem for file in earlier if _is_damaged(file) and file.facts]
        if last.facts and not last.held:
            problems.append(last.facts.problem)
        return " ".join(filter(None, problems))

    @property
    def serial(self) -> str:
        """Serial of the instrument."""
        found = next((facts.serial for facts in self._facts if facts.serial), "")
        return found or _named(self.path)[0]

    @property
    def server(self) -> str:
        """Address of the instrument, or ""."""
        return next((facts.server for facts in self._facts if facts.server), "")

    @property
    def start_ns(self) -> int:
        """UTC of its start, nanoseconds since 1970; 0 if not even its name tells."""
        found = next((facts.start_ns for facts in self._facts if facts.start_ns), 0)
        return found or _named(self.path)[1]

    @property
    def length_ns(self) -> int:
        """Nanoseconds from its start to its end, or to the last message."""
        ends = (facts.end_ns for facts in self._facts)
        return max(0, max(ends, default=0) - self.start_ns)

    @property
    def messages(self) -> int:
        """How many messages it holds, as far as that is known."""
        return sum(facts.messages for facts in self._facts)

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(file.size for file in self.files)

    @property
    def routines(self) -> tuple[str, ...]:
        """The runs that are known to have begun, in order."""
        return tuple(name for facts in self._facts for name in facts.routines)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the operator noted."""
        return tuple(note for facts in self._facts for note in facts.notes)

    @property
    def bookmarks(self) -> tuple[str, ...]:
        """The notes of its bookmarks, some perhaps empty."""
        return tuple(note for facts in self._facts for note in facts.bookmarks)

    @property
    def read(self) -> bool:
        """True once all of it was read."""
        return all(file.facts for file in self.files)

    @property
    def _facts(self) -> list[SessionFacts]:
        return [file.facts for file in self.files if file.facts]

    def has(self, words: Sequence[str]) -> bool:
        """Return True if all words, case-folded, are found in what is told of it."""
        names = (path.name for path in self.paths)
        told = [
            *(self.serial, self.server, iso_time(self.start_ns), self.state or "", self.problem),
            *(*names, *self.routines, *self.notes, *self.bookmarks),
        ]
        text = "\n".join(told).casefold()
        return all(word in text for word in words)


def recordings(files: Iterable[SessionFile]) -> list[Recording]:
    """Put files together: each goes behind the one that it says it goes on from.

    One that goes on from a file that is not there begins a recording of its own. None is left out.
    """
    ordered = sorted(files, key=lambda file: (Recording((file,)).start_ns, file.path.name))
    chains: list[list[SessionFile]] = []
    ends: dict[str, list[SessionFile]] = {}
    for file in ordered:
        before = file.facts.continues if file.facts else ""
        chain = ends.pop(before, None) if before else None
        if chain is None:
            chain = []
            chains.append(chain)
        chain.append(file)
        ends[file.path.name] = chain
    return [Recording(tuple(chain)) for chain in chains]


def counted(names: Iterable[str]) -> list[str]:
    """Return names, each once, with how often it came: ``Run sample (3)``."""
    return [f"{name} ({count})" if count > 1 else name for name, count in Counter(names).items()]


def _is_damaged(file: SessionFile) -> bool:
    return file.facts is not None and file.facts.state is SessionState.DAMAGED


def _named(path: Path) -> tuple[str, int]:
    """Return serial and start as the file's name tells them, or "" and 0."""
    found = _NAME.fullmatch(path.name)
    if found is None:
        return "", 0
    try:
        moment = datetime.strptime(found["stamp"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return found["serial"], 0
    return found["serial"], int(moment.timestamp()) * 1_000_000_000
