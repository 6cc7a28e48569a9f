"""One fetch of a file: the host's messages in, what is to be written out. No I/O here.

The messages are seen in WHOIGit/pyifcbclient: ``file:start``, ``file:chunk`` (base64 by itself, or
plain text), ``file:end``. What is demanded of them beyond that is our own: whatever a host says,
it can neither fill the memory nor have an incomplete file taken for a whole one.
"""

from __future__ import annotations

import binascii
import hashlib
from dataclasses import dataclass, field
from typing import Any, Final

from ifcbgui.instrument.messages import Message

GIVEN_UP: Final = (
    "Nothing of it was kept. Retry; if it happens again, copy the file from the instrument"
    " by other means."
)
KEPT: Final = "It has no name yet, but what has come is kept: Retry asks again and goes on."

_BINARY, _TEXT = "octet/stream", "text/plain"
_NS: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What is taken of a host.

    Attributes:
        chunks: Most chunks of a file.
        chunk_bytes: Most bytes of a chunk.
        file_bytes: Most bytes of a binary file.
        text_bytes: Most bytes of a text file.
        silence_s: Seconds without anything new after which a file is given up.
    """

    chunks: int = 262_144
    chunk_bytes: int = 16 * 1024 * 1024
    file_bytes: int = 2 * 1024**3
    text_bytes: int = 100_000_000
    silence_s: float = 30.0


@dataclass(slots=True)
class Received:
    """What has come of a file so far, over all attempts; the bytes themselves are elsewhere.

    Attributes:
        count: Number of its chunks as the host said it.
        text: True for a text file.
        digests: A digest of each chunk that has come, by its number.
        size: Bytes of all of them.
    """

    count: int
    text: bool
    digests: dict[int, bytes] = field(default_factory=dict)
    size: int = 0

    @property
    def complete(self) -> bool:
        """True when every chunk is there."""
        return len(self.digests) == self.count


@dataclass(frozen=True, slots=True)
class Begun:
    """The host has begun to send.

    Attributes:
        anew: True when it is another file than before, so that what was kept is void.
    """

    anew: bool


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk that was not there yet.

    Attributes:
        index: Its place among the chunks, from 0.
        data: Its bytes.
    """

    index: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Done:
    """All chunks are there, and the host has said that this was all."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The attempt is over.

    Attributes:
        reason: What happened, what it means, what to do.
        keeps: True when another attempt can go on from what has come.
        silent: True when the host just says no more.
    """

    reason: str
    keeps: bool = False
    silent: bool = False


Event = Begun | Chunk | Done | Failed


class _HostError(ValueError):
    """What a host said that cannot be taken; the text says what."""


class Transfer:
    """One attempt to fetch a file.

    Args:
        name: The host's name of the file, as it was asked for.
        now_ns: Monotonic time of the asking, nanoseconds.
        limits: What is taken.
        received: What earlier attempts have brought.

    Attributes:
        received: What has come, None before the host has begun.
        ignored: Messages that changed nothing: they were of other files, early, or repeated.
        begun: True once the host has begun to send in this attempt.
        over: True when the attempt has ended, well or not.
    """

    def __init__(
        self,
        name: str,
        now_ns: int,
        limits: Limits | None = None,
        received: Received | None = None,
    ) -> None:
        self.name = name
        self.received = received
        self.ignored = 0
        self.begun = self.over = False
        self._limits = limits or Limits()
        self._seen: set[int] = set()  # of this attempt: what is repeated is no sign of life
        self._heard_ns = self._looked_ns = now_ns

    def take(self, message: Message, now_ns: int) -> Event | None:
        """Take a message of the host.

        Args:
            message: Any message.
            now_ns: Monotonic time of its arrival, nanoseconds.

        Returns:
            What it means for the file, or None.
        """
        fields = message.fields
        if self.over or len(fields) < 3 or fields[2] != self.name:
            self.ignored += 1
            return None
        try:
            event = self._event(message.key, fields, now_ns)
        except _HostError as error:
            return self._fail(f"{error} {GIVEN_UP}")
        self.over = isinstance(event, Done | Failed)
        return event

    def tick(self, now_ns: int) -> Failed | None:
        """Give the file up after a long silence; call it about once a second.

        Only what was overdue at the previous look is given up: while the event loop is blocked,
        chunks wait in the socket, and the first look comes before they are read.
        """
        looked_ns, self._looked_ns = self._looked_ns, now_ns
        silence_s = self._limits.silence_s
        if self.over or looked_ns - self._heard_ns < silence_s * _NS:
            return None
        what = "sent nothing more of the file" if self.begun else "did not begin to send the file"
        tail = KEPT if self.received else "Retry, or ask for the list again."
        return self._fail(
            f"The instrument {what} for {silence_s:.0f} s. {tail}", keeps=True, silent=True
        )

    def _event(self, key: str, fields: tuple[Any, ...], now_ns: int) -> Event | None:
        match key, len(fields):
            case "file:start", 5:
                return self._start(fields[3], fields[4], now_ns)
            case "file:chunk", 5 if self.begun:
                return self._chunk(fields[3], fields[4], now_ns)
            case "file:end", 3 if self.begun:
                return self._end()
        self.ignored += 1
        return None

    def _fail(self, reason: str, *, keeps: bool = False, silent: bool = False) -> Failed:
        self.over = True
        return Failed(reason, keeps, silent)

    # --- the three messages -----------------------------------------------------------------

    def _start(self, count: object, kind: str, now_ns: int) -> Event | None:
        most = self._limits.chunks
        if not isinstance(count, int) or not 0 <= count <= most:
            raise _HostError(
                f"The instrument announced {str(count)[:20]} chunks; 0 to {most:,} are taken."
            )
        text = kind.startswith(_TEXT)
        if not text and not kind.startswith(_BINARY):
            raise _HostError(f"The instrument sends the file as {kind[:40]!r}, which is not known.")
        before = self.received
        same = before is not None and (before.count, before.text) == (count, text)
        if self.begun:
            if not same:
                raise _HostError("The instrument began the file twice, and differently.")
            self.ignored += 1
            return None
        self.begun, self._heard_ns = True, now_ns
        if not same:
            self.received = Received(count, text)
        return Begun(anew=before is not None and not same)

    def _chunk(self, index: object, data: str, now_ns: int) -> Event | None:
        received = self.received
        assert received is not None
        if not isinstance(index, int) or not 0 <= index < received.count:
            raise _HostError(
                f"The instrument sent a chunk numbered {str(index)[:20]} of {received.count:,}"
                " chunks, numbered from 0."
            )
        content = self._bytes_of(data)
        digest = hashlib.blake2b(content, digest_size=16).digest()
        if index in self._seen:
            self.ignored += 1
        else:
            self._seen.add(index)
            self._heard_ns = now_ns
        known = received.digests.get(index)
        if known == digest:
            return None
        if known is not None:
            raise _HostError(f"Chunk {index:,} came twice with different contents.")
        self._check_size(received, len(content))
        received.digests[index] = digest
        received.size += len(content)
        return Chunk(index, content)

    def _bytes_of(self, data: str) -> bytes:
        assert self.received is not None
        most = self._limits.chunk_bytes
        # Four characters of base64 are three bytes. Looked at before anything is made of it.
        too_long = len(data) > (most if self.received.text else (most + 2) // 3 * 4)
        if not too_long:
            try:
                content = data.encode() if self.received.text else _decoded(data)
            except UnicodeEncodeError:
                raise _HostError("A chunk of the file is no text.") from None
            except ValueError:  # binascii.Error, or characters beyond ASCII
                raise _HostError("A chunk of the file is no base64: it is damaged.") from None
            if len(content) <= most:
                return content
        raise _HostError(f"A chunk of the file is larger than {most:,} bytes.")

    def _check_size(self, received: Received, more: int) -> None:
        limits = self._limits
        most = limits.text_bytes if received.text else limits.file_bytes
        if received.size + more > most:
            raise _HostError(f"The file is larger than {most:,} bytes, the most that is taken.")

    def _end(self) -> Event:
        received = self.received
        assert received is not None
        if not received.complete:
            return self._fail(
                f"The instrument ended the file, but only {len(received.digests):,} of"
                f" {received.count:,} chunks have come. {KEPT}",
                keeps=True,
            )
        if received.count and not received.size:
            raise _HostError(f"All {received.count:,} chunks of the file are empty.")
        return Done()


def _decoded(data: str) -> bytes:
    if data.endswith("==="):  # which Python lets pass
        raise binascii.Error
    return binascii.a2b_base64(data, strict_mode=True)
