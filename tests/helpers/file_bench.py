"""A host that has files and sends them in chunks, as messages, without a line between."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from ifcbgui.instrument.files import FileQueue, Files, Limits
from ifcbgui.instrument.files.spool import OpenFile, open_new
from ifcbgui.instrument.messages import Message
from ifcbgui.instrument.parser import parse_message

S = 1_000_000_000


def chunks_of(name: str, data: bytes, size: int = 5) -> list[str]:
    """Return all messages of a file, as ``file:get`` is answered."""
    text = name.endswith((".hdr", ".adc"))
    parts = [data[at : at + size] for at in range(0, len(data), size)]
    shown = [part.decode() if text else base64.b64encode(part).decode() for part in parts]
    kind = "text/plain" if text else "octet/stream"
    return [
        f"file:start:{name}:{len(parts)}:{kind}",
        *(f"file:chunk:{name}:{index}:{part}" for index, part in enumerate(shown)),
        f"file:end:{name}",
    ]


class FileBench:
    """A queue of files on a host that is told what to say.

    Attributes:
        asked: The commands that left, in order.
        now_ns: The clock.
        folder: Where the files go.
    """

    def __init__(
        self, folder: Path, limits: Limits | None = None, open_file: OpenFile = open_new
    ) -> None:
        self.asked: list[str] = []
        self.now_ns = 100 * S
        self.folder = folder
        self.queue = FileQueue(self.asked.append, limits, open_file)

    def fetch(self, *names: str) -> None:
        self.queue.fetch(names, self.folder, self.now_ns)

    def say(self, *texts: str | Message) -> None:
        for text in texts:
            message = parse_message(text) if isinstance(text, str) else text
            self.queue.take(message, self.now_ns)

    def pass_time(self, seconds: int) -> None:
        for _ in range(seconds):
            self.now_ns += S
            self.queue.tick(self.now_ns)

    def serve(self, files: Mapping[str, bytes]) -> None:
        """Answer everything that was asked for, and what is asked for thereupon."""
        for name in self._asked_for():
            self.say(*chunks_of(name, files[name]))

    def _asked_for(self) -> Iterator[str]:
        answered = 0
        while answered < len(self.asked):
            yield self.asked[answered].removeprefix("file:get:")
            answered += 1

    @property
    def view(self) -> Files:
        return self.queue.view(self.now_ns)

    @property
    def states(self) -> list[str]:
        return [str(job.state) for job in self.view.jobs]

    @property
    def words(self) -> str:
        """What is said of the last file."""
        return self.view.jobs[-1].words

    @property
    def files(self) -> dict[str, bytes]:
        """What is in the folder; see `plain_name`."""
        if not self.folder.is_dir():
            return {}
        return {plain_name(path): path.read_bytes() for path in self.folder.iterdir()}


def plain_name(path: Path) -> str:
    """Return the name of a file, that of an unfinished one without what is made up by chance."""
    return re.sub(r"\.ifcbgui-[0-9a-f]{8}\.part$", ".part", path.name)
