"""One fetch on a hostile host: a test for each rule."""

from __future__ import annotations

import base64
import sys

import pytest

from ifcbgui.instrument.files.transfer import (
    Begun,
    Chunk,
    Done,
    Event,
    Failed,
    Limits,
    Received,
    Transfer,
)
from ifcbgui.instrument.messages import Message
from ifcbgui.instrument.parser import parse_message

S = 1_000_000_000
NAME = "D20260314T150512_IFCB207.roi"
START = f"file:start:{NAME}:2:octet/stream"
ONE, TWO = f"file:chunk:{NAME}:0:b25l", f"file:chunk:{NAME}:1:dHdv"
END = f"file:end:{NAME}"


class Fetch:
    """A transfer with a clock."""

    def __init__(self, limits: Limits | None = None, received: Received | None = None) -> None:
        self.transfer = Transfer(NAME, 0, limits, received)
        self.now_ns = 0

    def say(self, *texts: str) -> Event | None:
        """Return what the last message made."""
        event = None
        for text in texts:
            event = self.transfer.take(parse_message(text), self.now_ns)
        return event

    def fails(self, *texts: str) -> Failed:
        event = self.say(*texts)
        assert isinstance(event, Failed), event
        assert self.transfer.over
        return event

    def wait(self, seconds: int) -> Failed | None:
        for _ in range(seconds):
            self.now_ns += S
            if failed := self.transfer.tick(self.now_ns):
                return failed
        return None


def test_a_file_comes() -> None:
    fetch = Fetch()
    assert fetch.say(START) == Begun(anew=False)
    assert fetch.say(ONE) == Chunk(0, b"one")
    assert fetch.say(TWO) == Chunk(1, b"two")
    assert fetch.say(END) == Done()
    assert fetch.transfer.over
    assert fetch.transfer.ignored == 0


def test_text_keeps_its_colons_and_line_ends() -> None:
    name = NAME.replace("roi", "hdr")
    transfer = Transfer(name, 0)
    transfer.take(parse_message(f"file:start:{name}:1:text/plain; charset=utf-8"), 0)
    event = transfer.take(parse_message(f"file:chunk:{name}:0:a: 1\nb: é:2\n"), 0)
    assert event == Chunk(0, "a: 1\nb: é:2\n".encode())


def test_an_empty_file_is_one_that_says_so() -> None:
    assert Fetch().say(f"file:start:{NAME}:0:octet/stream", END) == Done()


# --- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize("count", ["999999999", "-1", "", "9" * 30, "nan"])
def test_the_count_is_bounded_before_anything_is_made_of_it(count: str) -> None:
    failed = Fetch().fails(f"file:start:{NAME}:{count}:octet/stream")
    assert "262,144" in failed.reason
    assert "Retry" in failed.reason
    assert not failed.keeps


def test_a_large_count_takes_no_memory() -> None:
    fetch = Fetch()
    fetch.say(f"file:start:{NAME}:262144:octet/stream")
    received = fetch.transfer.received
    assert received is not None
    assert sys.getsizeof(received.digests) < 1000


@pytest.mark.parametrize("index", ["2", "-1", "9" * 30, "x", "0x1"])
def test_a_chunk_beyond_the_count(index: str) -> None:
    failed = Fetch().fails(START, f"file:chunk:{NAME}:{index}:b25l")
    assert "of 2 chunks" in failed.reason


def test_a_chunk_of_another_file_changes_nothing() -> None:
    fetch = Fetch()
    assert fetch.say(START, ONE.replace("IFCB207", "IFCB208")) is None
    assert fetch.transfer.ignored == 1
    assert fetch.say(ONE) == Chunk(0, b"one")


def test_a_name_in_another_case_is_another_file() -> None:
    fetch = Fetch()
    assert fetch.say(START.replace(NAME, NAME.lower())) is None
    assert not fetch.transfer.begun


def test_a_chunk_or_an_end_before_the_start_changes_nothing() -> None:
    fetch = Fetch()
    assert fetch.say(ONE, END) is None
    assert fetch.transfer.ignored == 2
    assert fetch.transfer.received is None


def test_a_chunk_that_comes_twice_is_taken_once() -> None:
    fetch = Fetch()
    assert fetch.say(START, ONE, ONE) is None
    assert fetch.transfer.ignored == 1
    assert fetch.say(TWO, END) == Done()


def test_a_chunk_that_comes_twice_with_other_contents() -> None:
    failed = Fetch().fails(START, ONE, f"file:chunk:{NAME}:0:dHdv")
    assert "twice with different contents" in failed.reason
    assert not failed.keeps


def test_an_end_before_all_chunks_keeps_what_has_come() -> None:
    failed = Fetch().fails(START, TWO, END)
    assert "only 1 of 2 chunks" in failed.reason
    assert failed.keeps


def test_the_same_start_twice_changes_nothing() -> None:
    fetch = Fetch()
    assert fetch.say(START, ONE, START) is None
    assert fetch.say(TWO, END) == Done()


@pytest.mark.parametrize("other", [":3:octet/stream", ":2:text/plain"])
def test_a_second_start_that_differs(other: str) -> None:
    failed = Fetch().fails(START, f"file:start:{NAME}{other}")
    assert "twice" in failed.reason


def test_an_unknown_type() -> None:
    failed = Fetch().fails(f"file:start:{NAME}:2:application/x-sh")
    assert "application/x-sh" in failed.reason


@pytest.mark.parametrize(
    "data", ["b25", "b25l!", "b2 5l", "é", "b25l====", "b25l\n", "=", "\ud800"]
)
def test_a_chunk_that_is_no_base64(data: str) -> None:
    assert "no base64" in Fetch().fails(START, f"file:chunk:{NAME}:0:{data}").reason


def test_a_text_that_is_none() -> None:
    fetch = Fetch()
    failed = fetch.fails(f"file:start:{NAME}:1:text/plain", f"file:chunk:{NAME}:0:\ud800")
    assert "no text" in failed.reason


@pytest.mark.parametrize("kind", ["octet/stream", "text/plain"])
def test_a_chunk_that_is_too_large(kind: str) -> None:
    limits = Limits(chunk_bytes=4)
    data = b"fives"
    shown = data.decode() if kind == "text/plain" else base64.b64encode(data).decode()
    fetch = Fetch(limits)
    failed = fetch.fails(f"file:start:{NAME}:1:{kind}", f"file:chunk:{NAME}:0:{shown}")
    assert "larger than 4 bytes" in failed.reason


def test_a_huge_chunk_is_not_even_decoded() -> None:
    data = "?" * 1000  # what a decoder would complain of
    failed = Fetch(Limits(chunk_bytes=100)).fails(START, f"file:chunk:{NAME}:0:{data}")
    assert "larger" in failed.reason


def test_a_file_that_is_too_large() -> None:
    assert "larger than 5 bytes" in Fetch(Limits(file_bytes=5)).fails(START, ONE, TWO).reason


def test_a_text_has_a_limit_of_its_own() -> None:
    fetch = Fetch(Limits(text_bytes=5))
    text = [START.replace("octet/stream", "text/plain"), ONE, TWO]
    assert "larger than 5 bytes" in fetch.fails(*text).reason


def test_many_chunks_with_nothing_in_them() -> None:
    empty = [f"file:chunk:{NAME}:0:", f"file:chunk:{NAME}:1:"]
    assert "empty" in Fetch().fails(START, *empty, END).reason


@pytest.mark.parametrize(
    "text", ["file:start:{0}", "file:start:{0}:2", "file:chunk:{0}", "file:end:{0}:x"]
)
def test_messages_that_are_cut_off(text: str) -> None:
    fetch = Fetch()
    assert fetch.say(START, text.format(NAME)) is None
    assert fetch.say(ONE, TWO, END) == Done()


def test_after_its_end_nothing_matters() -> None:
    fetch = Fetch()
    fetch.say(START, ONE, TWO, END)
    assert fetch.say(START, ONE) is None


def test_a_message_that_is_none() -> None:
    assert Transfer(NAME, 0).take(Message("", ()), 0) is None


# --- silence ------------------------------------------------------------------------------------


def test_a_host_that_never_begins() -> None:
    failed = Fetch().wait(40)
    assert failed is not None
    assert failed.silent
    assert "did not begin" in failed.reason


def test_a_host_that_falls_silent_keeps_what_has_come() -> None:
    fetch = Fetch()
    fetch.say(START, ONE)
    assert fetch.wait(29) is None
    fetch.say(TWO)
    assert fetch.wait(29) is None
    failed = fetch.wait(3)
    assert failed is not None
    assert failed.keeps
    assert "nothing more" in failed.reason


def test_what_is_repeated_is_no_sign_of_life() -> None:
    fetch = Fetch()
    fetch.say(START, ONE)
    for _ in range(40):
        fetch.say(ONE, START, "file:chunk:other:0:x")
        if failed := fetch.wait(1):
            break
    assert failed is not None


def test_chunks_that_waited_in_the_socket_come_in_time() -> None:
    fetch = Fetch()
    fetch.say(START)
    assert fetch.wait(1) is None
    fetch.now_ns += 60 * S  # the event loop was blocked
    assert fetch.transfer.tick(fetch.now_ns) is None
    fetch.say(ONE)
    assert fetch.wait(5) is None


# --- another attempt ----------------------------------------------------------------------------


def first_attempt() -> Received:
    fetch = Fetch()
    fetch.say(START, ONE)
    assert fetch.transfer.received is not None
    return fetch.transfer.received


def test_another_attempt_skips_what_is_there() -> None:
    fetch = Fetch(received=first_attempt())
    assert fetch.say(START) == Begun(anew=False)
    assert fetch.say(ONE) is None
    assert fetch.say(TWO) == Chunk(1, b"two")
    assert fetch.say(END) == Done()


def test_what_is_skipped_is_a_sign_of_life() -> None:
    fetch = Fetch(received=first_attempt())
    fetch.say(START)
    assert fetch.wait(29) is None
    fetch.say(ONE)
    assert fetch.wait(29) is None


@pytest.mark.parametrize("other", [":3:octet/stream", ":2:text/plain"])
def test_another_file_of_that_name_begins_anew(other: str) -> None:
    fetch = Fetch(received=first_attempt())
    assert fetch.say(f"file:start:{NAME}{other}") == Begun(anew=True)
    assert fetch.transfer.received is not None
    assert not fetch.transfer.received.digests


def test_a_file_that_has_changed_in_between_is_thrown_away() -> None:
    failed = Fetch(received=first_attempt()).fails(START, f"file:chunk:{NAME}:0:dHdv")
    assert not failed.keeps
