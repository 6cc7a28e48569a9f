"""The .hdr file: what the instrument was set to, and how the sample went.

Seen in published bins are three layouts: ``key: value`` lines (since version 2), and of version 1
quoted lines whose last two are names and values, or a few sentences.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping

_PAIR = re.compile(r"([^:]+): ?(.*)")
# Names of the quoted layout, and what the same values are called since.
_OLD_NAMES = {
    "temp": "temperature",
    "humidity": "humidity",
    "binarizethresh": "binarizeThreshold",
    "pmt1hv(ssc)": "scatteringPhotomultiplierSetting",
    "pmt2hv(chl)": "fluorescencePhotomultiplierSetting",
    "blobsizethresh": "blobSizeThreshold",
}
_SENTENCES = (
    (re.compile(r"run time = ([\d.]+) s\s+inhibit time = ([\d.]+)"), ("runTime", "inhibitTime")),
    (re.compile(r"([\d.]+) temperature,\s+([\d.]+) humidity"), ("temperature", "humidity")),
)


class Header(Mapping[str, str]):
    """The values of a header in the order of the file, found whatever the case of the key.

    Args:
        pairs: Keys and values; of a key that comes twice the first value counts.
        notes: Lines that are no key and value.
    """

    def __init__(self, pairs: Iterable[tuple[str, str]] = (), notes: Iterable[str] = ()) -> None:
        self._pairs: dict[str, tuple[str, str]] = {}
        for key, value in pairs:
            self._pairs.setdefault(key.casefold(), (key, value))
        self.notes = tuple(notes)

    def __getitem__(self, key: str) -> str:
        return self._pairs[key.casefold()][1]

    def __iter__(self) -> Iterator[str]:
        return (key for key, _ in self._pairs.values())

    def __len__(self) -> int:
        return len(self._pairs)

    def number(self, key: str) -> float | None:
        """Return a value as a number, None where there is none."""
        try:
            number = float(self.get(key, ""))
        except ValueError:
            return None
        return number if math.isfinite(number) else None

    def flag(self, key: str) -> bool | None:
        """Return a value as yes or no (seen: True and False, earlier 1 and 0), else None."""
        return {"true": True, "1": True, "false": False, "0": False}.get(
            self.get(key, "").casefold()
        )


def parse_header(data: bytes) -> Header:
    """Read a header of any version; what is not understood is kept as a note."""
    lines = [line.strip() for line in data.decode("utf-8", "replace").splitlines()]
    if lines and lines[0].startswith('"'):
        return _quoted(lines)
    pairs: list[tuple[str, str]] = []
    notes: list[str] = []
    for line in filter(None, lines):
        if told := _sentence(line):
            pairs += told
        elif match := _PAIR.fullmatch(line):
            pairs.append((match[1].strip(), match[2].strip()))
        else:
            notes.append(line)
    return Header(pairs, notes)


def _sentence(line: str) -> list[tuple[str, str]]:
    for pattern, keys in _SENTENCES:
        if match := pattern.match(line):
            return list(zip(keys, match.groups(), strict=True))
    return []


def _quoted(lines: list[str]) -> Header:
    names: list[str] = []
    for number, line in enumerate(lines):
        words = line.strip('"').split()
        if words and words[0].casefold() == "temp":
            names = [_OLD_NAMES.get(word.casefold(), word) for word in words]
            values = re.findall(r'[^\s",]+', lines[number + 1]) if number + 1 < len(lines) else []
            # Fewer values than names: the file is cut off.
            return Header(zip(names, values, strict=False), _unquoted(lines[:number]))
    return Header((), _unquoted(lines))


def _unquoted(lines: list[str]) -> list[str]:
    return [line.strip('"') for line in lines]
