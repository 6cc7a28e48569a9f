"""The files of the virtual host: tells the names of its finished bins, and sends one when asked.

How a file travels was seen in WHOIGit/pyifcbclient. How one is asked for (``file:list``,
``file:get:NAME``), which type each ending has and how large chunks are is not public and inferred.
"""

from __future__ import annotations

import asyncio
import base64
import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from ifcbgui.instrument.bins.names import BinName

_GET = "file:get:"
_ENDINGS = (".hdr", ".adc", ".roi")
_TEXT_CHARACTERS = 32 * 1024
_BINARY_BYTES = 48 * 1024
# On the wire, base64 and all. So much may wait in front of a live message.
_BYTES_PER_S = 4_000_000
_MOST_AHEAD = 256 * 1024
_PAUSE_S = 0.01
_MOST_REQUESTS = 200
_LONGEST_NAME = 100


class Asker(Protocol):
    """Who asked for a file."""

    @property
    def gone(self) -> bool:
        """True when nobody is there any more to take it."""


class FileHost:
    """Answers requests for files: one file at a time, in the order in which they were asked for.

    An answer goes to all clients, like everything a host says: its messages are numbered in one
    row, and whoever is left out would see a gap.

    Args:
        folder: Where the bins are; nothing else in it or outside is ever sent.
        say: Sends a text to the clients.
        backlog: Tells how many bytes wait for the slowest of them.
    """

    def __init__(
        self, folder: Path, say: Callable[[str], None], backlog: Callable[[], int]
    ) -> None:
        self._folder = folder
        self._say = say
        self._backlog = backlog
        self._turn = asyncio.Lock()
        self._answers: set[asyncio.Task[None]] = set()

    def receive(self, text: str, asker: Asker) -> None:
        """Answer ``file:list`` or ``file:get:NAME``; anything else is met with silence."""
        if text == "file:list":
            answer = self._list()
        elif text.startswith(_GET):
            answer = self._get(text.removeprefix(_GET), asker)
        else:
            return
        if len(self._answers) >= _MOST_REQUESTS:
            answer.close()
            self._say("reportevent:Too many requests for files wait.\n")
            return
        task = asyncio.create_task(answer)
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def stop(self) -> None:
        """End what is being sent and forget what waits."""
        for task in self._answers:
            task.cancel()
        await asyncio.gather(*self._answers, return_exceptions=True)

    async def _list(self) -> None:
        names = await asyncio.to_thread(finished_files, self._folder)
        self._say(":".join(["file:list", *names]))

    async def _get(self, name: str, asker: Asker) -> None:
        async with self._turn:
            if asker.gone:
                return
            try:
                await self._send(name, asker)
            except OSError as exc:
                self._say(f"reportevent:File {name} not sent: {exc.strerror}.\n")

    async def _send(self, name: str, asker: Asker) -> None:
        if name not in await asyncio.to_thread(finished_files, self._folder):
            self._say(f"reportevent:File {name[:_LONGEST_NAME]} not found.\n")
            return
        source = await asyncio.to_thread(_open, self._folder / name)
        self._say(f"file:start:{name}:{source.count}:{source.type}")
        for index in range(source.count):
            chunk = await asyncio.to_thread(source.chunk, index)
            while self._backlog() > _MOST_AHEAD and not asker.gone:  # noqa: ASYNC110
                await asyncio.sleep(_PAUSE_S)  # that a queue grows shorter makes no event
            if asker.gone:
                return
            self._say(f"file:chunk:{name}:{index}:{chunk}")
            await asyncio.sleep(len(chunk) / _BYTES_PER_S)
        self._say(f"file:end:{name}")


def finished_files(folder: Path) -> list[str]:
    """Return the names of the files of all bins in a folder that are complete, oldest bin first.

    A header is a bin's last file, so that a bin with one is complete. Links lead elsewhere and do
    not count.
    """
    try:
        with os.scandir(folder) as entries:
            names = {entry.name for entry in entries if entry.is_file(follow_symlinks=False)}
    except OSError:
        return []
    bins = sorted(name.removesuffix(".hdr") for name in names if name.endswith(".hdr"))
    return [
        name
        for base in bins
        if BinName.parse(base)
        for name in (base + ending for ending in _ENDINGS)
        if name in names
    ]


def _open(path: Path) -> _Text | _Binary:
    return _Binary(path) if path.suffix == ".roi" else _Text(path)


class _Text:
    """A header or a table of triggers: plain text, small enough to be kept while it is sent."""

    type = "text/plain"

    def __init__(self, path: Path) -> None:
        self._text = path.read_bytes().decode("utf-8", "replace")
        self.count = math.ceil(len(self._text) / _TEXT_CHARACTERS)

    def chunk(self, index: int) -> str:
        start = index * _TEXT_CHARACTERS
        return self._text[start : start + _TEXT_CHARACTERS]


class _Binary:
    """Images, many megabytes: read chunk by chunk, each base64 by itself."""

    type = "octet/stream"

    def __init__(self, path: Path) -> None:
        self._path = path
        self.count = math.ceil(path.stat().st_size / _BINARY_BYTES)

    def chunk(self, index: int) -> str:
        with self._path.open("rb") as file:
            file.seek(index * _BINARY_BYTES)
            return base64.b64encode(file.read(_BINARY_BYTES)).decode("ascii")
