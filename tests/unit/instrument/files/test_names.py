"""Names of a hostile host: none leaves the folder, none means another file than it says."""

from __future__ import annotations

import tempfile
import unicodedata
from pathlib import Path, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifcbgui.instrument.files import UnsafeNameError, safe_name


@pytest.mark.parametrize(
    "name",
    ["D20260314T150512_IFCB207.roi", "IFCB5_2012_028_081515.adc", "été 1.zip", "console.txt"],
)
def test_names_of_files_are_taken_as_they_are(name: str) -> None:
    assert safe_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../../etc/passwd",
        "..\\..\\boot.ini",
        "/etc/passwd",
        "\\\\server\\share\\x",
        "C:\\x",
        "C:x",
        "D2026/D20260314T150512_IFCB207.hdr",
        "x.hdr:stream",
        ".bashrc",
        "x\0.hdr",
        "x\n.hdr",
        "x\x1b[2J.hdr",
        "x\u202erdh.exe",
        "x\u200b.hdr",
        "x\ufeff.hdr",
        "x\u2028.hdr",
        "x\ud800.hdr",
        "x.hdr.",
        "x.hdr ",
        " x.hdr",
        "x.hdr\u00a0",
        "con",
        "NUL.hdr",
        "Com1.txt",
        "lpt\u00b9.adc",
        "aux .tar.gz",
        "conout$",
        "x?.hdr",
        "a|b",
        "x" * 256,
        "é" * 128,
    ],
)
def test_all_others_are_refused(name: str) -> None:
    with pytest.raises(UnsafeNameError) as refused:
        safe_name(name)
    assert str(refused.value).isprintable()


PIECES = st.sampled_from(
    ["..", ".", "/", "\\", ":", "C:", "NUL", "CON", "x", " ", "\0", "\u202e", ".hdr", "é", "\n"]
)


@given(st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=6).map("".join)))
def test_what_is_taken_is_one_file_in_the_folder(text: str) -> None:
    try:
        name = safe_name(text)
    except UnsafeNameError:
        return
    assert name == text
    assert len(name.encode()) <= 255
    assert Path("/folder", name).parent == Path("/folder")
    assert Path("/folder", name).name == name
    windows = PureWindowsPath("C:/folder", name)
    assert (windows.parent, windows.name) == (PureWindowsPath("C:/folder"), name)
    assert not PureWindowsPath(name).is_reserved()
    assert not any(unicodedata.category(letter).startswith("C") for letter in name)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / name).write_bytes(b"x")
        assert [path.name for path in Path(folder).iterdir()] == [name]
