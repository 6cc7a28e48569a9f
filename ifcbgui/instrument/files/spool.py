"""Writes a file as its chunks come, and gives it its name only when it is whole."""

from __future__ import annotations

import errno
import filecmp
import glob
import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

_ABANDONED_S: Final = 86_400
_MOST_NUMBERED: Final = 1000
_PIECE_BYTES: Final = 1024 * 1024
_FULL: Final = (errno.ENOSPC, errno.EDQUOT)
_FORBIDDEN: Final = (errno.EACCES, errno.EPERM, errno.EROFS)

OpenFile = Callable[[Path], BinaryIO]


class SpoolError(Exception):
    """A file could not be written; the text says what happened and what to do."""


def open_new(path: Path) -> BinaryIO:
    """Open a file that must not be there yet, to write and read it."""
    return path.open("x+b")


class Spool:
    """The unfinished file in its folder, under a name that no other ever has.

    Chunks are appended in the order in which they come, and brought into their own order at the
    end. The whole file is never in memory. What a crash has left of the same file is removed when
    it has not changed for a day.

    Args:
        folder: Where the file is to be; made with the first chunk.
        name: Its name, which must be safe.
        open_file: Opens a new file; raises `FileExistsError` where there is one.

    Attributes:
        size: Bytes written.
        remarks: What there is to know about the name it got.
        was_there: True where the finished file was there before, with the same content.
    """

    def __init__(self, folder: Path, name: str, open_file: OpenFile = open_new) -> None:
        self._folder, self._name, self._open = folder, name, open_file
        self._path: Path | None = None
        self._file: BinaryIO | None = None
        self._places: dict[int, tuple[int, int]] = {}  # by chunk: where it begins, how long it is
        self.size = 0
        self.remarks: tuple[str, ...] = ()
        self.was_there = False

    def write(self, index: int, data: bytes) -> None:
        """Append a chunk.

        Raises:
            SpoolError: If it cannot be written; what was written before stays good.
        """
        try:
            file = self._file or self._begin()
            file.seek(self.size)  # behind a chunk that was half written there may be a rest
            file.write(data)
            file.flush()
        except OSError as error:
            raise self._explained(error) from error
        self._places[index] = (self.size, len(data))
        self.size += len(data)

    @property
    def intact(self) -> bool:
        """False where somebody has taken away what was written."""
        if self._path is None:
            return not self.size
        try:
            return self._path.stat().st_size >= self.size
        except OSError:
            return False

    def pause(self) -> None:
        """Let go of the unfinished file until something is to be written again."""
        file, self._file = self._file, None
        if file is not None:
            with suppress(OSError):
                file.close()

    def clear(self) -> None:
        """Forget everything, and take the unfinished file away."""
        self.pause()
        if self._path is not None:
            with suppress(OSError):
                self._path.unlink()
        self._path = None
        self._places.clear()
        self.size = 0

    def settle(self) -> Path:
        """Bring the chunks in order, see to it that they are on the disk, and return the file.

        Raises:
            SpoolError: If that cannot be done; what was written stays good.
        """
        try:
            self._bring_in_order(self._file or self._begin())  # of an empty file nothing came
            assert self._file is not None
            assert self._path is not None
            os.fsync(self._file.fileno())
            self._file.close()
            self._file = None
        except OSError as error:
            raise self._explained(error) from error
        return self._path

    def finish(self) -> Path:
        """Give the settled file its name and return it.

        Nothing is ever overwritten: a file of that name that is not the same gets company, with a
        number in the name.

        Raises:
            SpoolError: If that cannot be done; the unfinished file stays.
        """
        try:
            final = self._give_name()
            _sync_folder(self._folder)
        except OSError as error:
            raise self._explained(error) from error
        self._path = None
        return final

    # --- the unfinished file ----------------------------------------------------------------

    def _begin(self) -> BinaryIO:
        if self._path is not None:
            self._file = self._path.open("r+b")
            return self._file
        self._folder.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(self._folder, self._name)
        self._path, file = self._new_file()
        self._file = file
        return file

    def _new_file(self) -> tuple[Path, BinaryIO]:
        path = self._folder / f"{self._name}{_ending(secrets.token_hex(4))}"
        return path, self._open(path)

    def _bring_in_order(self, file: BinaryIO) -> None:
        """Copy the chunks to another unfinished file, unless they came in their order."""
        places = [self._places[index] for index in sorted(self._places)]
        if file.seek(0, os.SEEK_END) < self.size:
            raise _cut_off()
        file.truncate(self.size)
        if places == sorted(places):
            return
        path, ordered = self._new_file()
        try:
            for start, length in places:
                for piece in _pieces(file, start, length):
                    ordered.write(piece)
            ordered.flush()
        except OSError:
            ordered.close()
            path.unlink(missing_ok=True)
            raise
        old, self._path, self._file = self._path, path, ordered
        self._places = dict(zip(sorted(self._places), _in_a_row(places), strict=True))
        file.close()
        if old is not None:
            old.unlink(missing_ok=True)

    # --- the name ---------------------------------------------------------------------------

    def _give_name(self) -> Path:
        assert self._path is not None
        stem, dot, ending = self._name.rpartition(".")
        if not dot:
            stem, ending = self._name, ""
        for number in range(1, _MOST_NUMBERED):
            name = self._name if number == 1 else f"{stem} ({number}){dot}{ending}"
            final = self._folder / name
            if _is_same(self._path, final):
                self._path.unlink()
                self.remarks = ("It was there already, with the same content.",)
                self.was_there = True
                return final
            with suppress(FileExistsError):
                _rename_to_new(self._path, final)
                renamed = f"Saved as {name}: there was another file of that name."
                self.remarks = (renamed,) if number > 1 else ()
                return final
        raise FileExistsError(errno.EEXIST, "too many files of this name", str(self._folder))

    def _explained(self, error: OSError) -> SpoolError:
        """Say what kept the file from being written; nothing half-named is left by it."""
        if error.errno in _FULL:
            what = f"The disk of {self._folder} is full. Free some space on it."
        elif error.errno in _FORBIDDEN:
            what = f"The program may not write in {self._folder}. Choose another folder."
        elif error.errno in (errno.ENOTDIR, errno.EEXIST):
            what = f"{self._folder} is no folder, or has too many files of this name."
        else:
            what = f"Writing in {self._folder} failed: {error.strerror or error}."
        return SpoolError(f"{what} What was written is kept as an unfinished file: Retry goes on.")


def _ending(token: str) -> str:
    return f".ifcbgui-{token}.part"


def _remove_abandoned(folder: Path, name: str) -> None:
    """Remove what nobody goes on with; whoever would all the same finds it gone, and begins anew.

    Only names that are certainly ours count: other programs have ``.part`` files as well.
    """
    for path in folder.glob(glob.escape(name) + _ending("[0-9a-f]" * 8)):
        with suppress(OSError):
            if time.time() - path.lstat().st_mtime > _ABANDONED_S:
                path.unlink()


def _pieces(file: BinaryIO, start: int, length: int) -> Iterator[bytes]:
    file.seek(start)
    while length > 0:
        piece = file.read(min(length, _PIECE_BYTES))
        if not piece:
            raise _cut_off()
        length -= len(piece)
        yield piece


def _cut_off() -> OSError:
    return OSError(errno.EIO, "somebody has cut off the unfinished file")


def _in_a_row(places: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    start = 0
    for _, length in places:
        yield start, length
        start += length


def _is_same(one: Path, other: Path) -> bool:
    """Tell whether two files have the same content; a link elsewhere is not the same."""
    return other.is_file() and not other.is_symlink() and filecmp.cmp(one, other, shallow=False)


def _rename_to_new(old: Path, new: Path) -> None:
    """Rename a file to a name that is free.

    Raises:
        FileExistsError: If it is not.
    """
    if os.name == "nt":
        old.rename(new)  # refuses there what it would overwrite elsewhere
        return
    try:
        new.hardlink_to(old)  # as renaming would be, at once, but for overwriting
    except FileExistsError:
        raise
    except OSError:  # a file system without links: the name is taken first
        new.touch(exist_ok=False)
        try:
            old.replace(new)
        except OSError:
            new.unlink(missing_ok=True)
            raise
    else:
        old.unlink()


def _sync_folder(folder: Path) -> None:
    """See to it that the new name is on the disk, where folders can be told that."""
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
