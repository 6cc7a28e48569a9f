"""A virtual instrument on virtual time, for tests: hours pass in milliseconds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ifcbgui.simulator.instrument import VirtualInstrument
from ifcbgui.simulator.timeline import Timeline

# Half past six in the evening: the host's twelve-hour clock will say 06-30.
STARTED = datetime(2026, 3, 14, 18, 30, 0, tzinfo=UTC)


class Bench:
    """Sends commands, lets time pass, and keeps what was said, with the time it was said."""

    def __init__(self, **arguments: Any) -> None:
        self.timeline = Timeline()
        self.said: list[tuple[float, str]] = []
        options: dict[str, Any] = {"serial": "111-111-207", "seed": 7, "started": STARTED}
        self.instrument = VirtualInstrument(self.timeline, self._hear, **(options | arguments))

    def _hear(self, text: str) -> None:
        self.said.append((self.timeline.now, text))

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.said]

    def send(self, *texts: str) -> list[str]:
        """Send commands and return what is said to them within the same moment."""
        before = len(self.said)
        for text in texts:
            self.instrument.receive(text)
        self.run(0.0)
        return self.texts[before:]

    def run(self, seconds: float) -> list[str]:
        """Let time pass; return what is said in it."""
        before = len(self.said)
        self.timeline.run_until(self.timeline.now + seconds)
        return self.texts[before:]

    def run_until(self, start_of_text: str, within: float = 7200.0) -> float:
        """Let time pass until something is said; return how long it took."""
        begin, seen = self.timeline.now, len(self.said)
        while self.timeline.now < begin + within:
            self.timeline.run_next()
            for time, text in self.said[seen:]:
                if text.startswith(start_of_text):
                    return time - begin
            seen = len(self.said)
        raise AssertionError(f"{start_of_text!r} was not said within {within} s")

    def times_of(self, start_of_text: str) -> list[float]:
        """Return when a text was said, each time."""
        return [time for time, text in self.said if text.startswith(start_of_text)]
