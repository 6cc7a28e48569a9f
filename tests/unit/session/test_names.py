from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifcbgui.session.names import iso_time, public_address, session_path

START_NS = 1_795_363_500_000_000_000  # 2026-11-22T16:05:00Z


def test_a_session_is_named_after_instrument_and_start(tmp_path: Path) -> None:
    assert session_path(tmp_path, "111-111-111", START_NS) == (
        tmp_path / "111-111-111_20261122T160500Z.ifcbsession"
    )


def test_no_name_is_given_twice_not_even_that_of_a_left_over_side_file(tmp_path: Path) -> None:
    first = session_path(tmp_path, "1", START_NS)
    Path(f"{first}-wal").touch()
    second = session_path(tmp_path, "1", START_NS)
    second.touch()
    third = session_path(tmp_path, "1", START_NS)

    assert [path.stem for path in (first, second, third)] == [
        "1_20261122T160500Z",
        "1_20261122T160500Z-2",
        "1_20261122T160500Z-3",
    ]


@pytest.mark.parametrize("serial", ["", "../../etc", "a/b\\c:d", "\0", "..", "CON", "x" * 500, "é"])
def test_any_serial_gives_a_file_in_the_folder(tmp_path: Path, serial: str) -> None:
    path = session_path(tmp_path, serial, START_NS)
    path.touch()

    assert path.parent == tmp_path
    assert not path.name.startswith(".")
    assert path.name.isascii()


@pytest.mark.parametrize(
    ("time_ns", "iso"),
    [
        (START_NS + 123_456_789, "2026-11-22T16:05:00.123456Z"),
        (0, "1970-01-01T00:00:00.000000Z"),
        (-1, "1969-12-31T23:59:59.999999Z"),
        (2**63 - 1, "2262-04-11T23:47:16.854775Z"),
        (-(2**63), "1677-09-21T00:12:43.145224Z"),
    ],
)
def test_iso_time_is_exact_to_the_microsecond(time_ns: int, iso: str) -> None:
    assert iso_time(time_ns) == iso


@pytest.mark.parametrize(
    ("url", "public"),
    [
        ("ws://192.168.1.100:8092/ifcbHub", "ws://192.168.1.100:8092/ifcbHub"),
        ("wss://[fe80::1]:8092/ifcbHub", "wss://[fe80::1]:8092/ifcbHub"),
        ("https://me:secret@ship.example/ifcbHub", "https://ship.example/ifcbHub"),
        ("ws://host/ifcbHub?access_token=secret#secret", "ws://host/ifcbHub"),
        ("ws://me:12345?secret@host/ifcbHub", ""),
        ("me:secret@host:8092/ifcbHub", "host:8092/ifcbHub"),
        ("ws://me:sec/secret@host/ifcbHub", ""),
        ("ws://me:secret?x@host/ifcbHub", ""),
        ("ws://me:secret#x@host/ifcbHub", ""),
        ("ws://@secret@/", ""),
    ],
)
def test_an_address_is_kept_without_secrets(url: str, public: str) -> None:
    assert public_address(url) == public


@given(secret=st.text(st.sampled_from("s@/?#:[] ")))
def test_no_password_gets_through(secret: str) -> None:
    public = public_address(f"ws://me:12345{secret}67890@host/ifcbHub")

    assert "12345" not in public
    assert "67890" not in public
