"""Names that a host gives its files, checked before one of them reaches the file system."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LONGEST_NAME_BYTES: Final = 230
"""Systems take 255 bytes; the rest is for a number and for the ending of an unfinished file."""

_FORBIDDEN: Final = re.compile(r'[/\\:<>"|?*]')
# Controls, formats (they turn the reading direction), halves of characters, unassigned ones,
# and line ends: what cannot be seen cannot be judged.
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_RESERVED: Final = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\..*)?", re.IGNORECASE | re.DOTALL
)


class UnsafeNameError(ValueError):
    """A host's name cannot be the name of a file here; the text says why."""


def safe_name(host_name: str) -> str:
    """Return a host's name if it can be the name of a file, on every system and as it is.

    Nothing is repaired: of two repaired names one could be taken for the other, and the host
    is asked by the name it gave.

    Raises:
        UnsafeNameError: If it cannot.
    """
    if reason := _objection(host_name):
        raise UnsafeNameError(f"The instrument's name for a file {reason}: {host_name[:80]!r}.")
    return host_name


def _objection(name: str) -> str | None:
    if not name:
        return "is empty"
    if len(name) > LONGEST_NAME_BYTES:
        return "is too long"
    if not _is_visible(name):
        return "has characters that cannot be seen"
    if _FORBIDDEN.search(name):
        return "has a folder in it, or characters that no file's name may have"
    if len(name.encode()) > LONGEST_NAME_BYTES:
        return "is too long"
    if name.startswith("."):
        return "begins with a dot"
    if name[-1] in ". " or name[0].isspace() or name[-1].isspace():
        return "begins with a space, or ends with a space or a dot"
    if _RESERVED.fullmatch(name):
        return "means a device on Windows"
    return None


def _is_visible(name: str) -> bool:
    if name.isascii():
        return name.isprintable()
    return not any(unicodedata.category(character) in _INVISIBLE for character in name)
