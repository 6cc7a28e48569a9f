"""A recorded session served as an instrument: every client hears again what was said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ifcbgui.session import SessionReader
from tests.helpers.processes import end, run_ifcbgui, running_ifcbgui, simulated_instrument


def heard(session: Path) -> list[tuple[object, object, object, str]]:
    """Return what an instrument said, in order, with its envelope."""
    with SessionReader(session) as reader:
        return [row[3:] for row in reader.rows() if row.direction == "in"]


@contextmanager
def replayed(session: Path, *arguments: str) -> Iterator[tuple[object, tuple[str, str]]]:
    """Run ``ifcbgui replay`` on a free port; yield the process, and URL and serial."""
    with running_ifcbgui("replay", str(session), "--port", "0", *arguments) as process:
        line = process.stdout.readline()
        found = re.fullmatch(r"Replay of IFCB (\S+) at (\S+)\. Ctrl-C ends it\.\n", line)
        assert found, line + process.stderr.read()
        yield process, (found[2], found[1])


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sessions")
    arguments = ("--speed", "400", "--seed", "3", "--trigger-rate", "0.1")
    with (
        simulated_instrument(*arguments) as address,
        running_ifcbgui("record", *address, "--session-dir", str(folder)) as recorder,
    ):
        recorder.stdout.readline()
        run_ifcbgui(
            *(
                "send",
                *address,
                "routine:runsample",
                "--wait",
                "reportevent:Finished - Run sample.",
            ),
            *("--timeout", "25"),
        )
        end(recorder)
    [path] = folder.glob("*.ifcbsession")
    return path


def test_what_is_recorded_of_a_replay_is_what_was_recorded(session: Path, tmp_path: Path) -> None:
    with replayed(session, "--speed", "100") as (process, address):
        with running_ifcbgui("record", *address, "--session-dir", str(tmp_path)) as recorder:
            ended = process.stdout.readline()
            end(recorder)
        end(process)
    [again] = tmp_path.glob("*.ifcbsession")
    assert len(heard(session)) > 100
    assert heard(again) == heard(session)
    assert ended.startswith(f"All {len(heard(session)):,} messages have been said")
    assert process.returncode == 0


def test_who_comes_later_is_told_the_last_state_and_commands_do_nothing(session: Path) -> None:
    with replayed(session, "--speed", "100") as (process, address):
        run_ifcbgui("send", *address, "refresh", "--wait", "reportevent", "--timeout", "20")
        process.stdout.readline()
        told = run_ifcbgui(
            *("send", *address, "refresh", "--wait", "valuechanged:pausestate", "--timeout", "10")
        )
        refused = run_ifcbgui(
            *("send", *address, "routine:runsample", "--wait", "valuechanged:interactive:started"),
            *("--timeout", "1"),
        )
        _, errors = end(process)
    assert "valuechanged:pausestate:0" in told.stdout, told.stderr
    assert refused.returncode == 1
    assert "Not obeyed, for this is a replay: routine:runsample" in errors


def test_a_file_that_is_no_session_is_named(tmp_path: Path) -> None:
    done = run_ifcbgui("replay", str(tmp_path / "none.ifcbsession"))
    assert done.returncode == 1
    assert done.stderr.startswith("ifcbgui: ")
    assert "none.ifcbsession" in done.stderr
