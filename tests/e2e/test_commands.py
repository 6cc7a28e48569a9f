"""Every command as a process of its own, against a simulated instrument as another."""

from __future__ import annotations

import csv
import json
import signal
import socket
import sqlite3
import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from mcap.reader import make_reader

from tests.helpers.processes import (
    PROGRAM,
    end,
    run_ifcbgui,
    running_ifcbgui,
    simulated_instrument,
)


@pytest.fixture(scope="module")
def instrument():
    with simulated_instrument("--speed", "60", "--seed", "1") as address:
        yield address


def assert_one_line(errors, *words):
    assert errors.startswith("ifcbgui: ")
    assert errors.count("\n") == 1, errors
    for word in words:
        assert word in errors


class TestWatch:
    def test_prints_messages_as_they_come_until_ctrl_c(self, instrument):
        with running_ifcbgui("watch", *instrument) as process:
            lines = [process.stdout.readline() for _ in range(10)]
            _, errors = end(process)
        assert all(line.split()[1] in ("in", "out") for line in lines)
        assert any("valuechanged:" in line for line in lines)
        assert (process.returncode, errors) == (0, "")

    def test_json_has_the_columns_of_a_session_and_what_was_understood(self, instrument):
        with running_ifcbgui("watch", *instrument, "--json", "--filter", "dir:in") as process:
            entries = [json.loads(process.stdout.readline()) for _ in range(5)]
            end(process)
        for entry in entries:
            assert {"id", "time_ns", "time", "direction", "sender", "source", "seqno", "text"} | {
                "known",
                "fields",
                "problem",
            } == set(entry)
            assert entry["direction"] == "in"
        assert len({entry["id"] for entry in entries}) == 5

    def test_prints_only_what_passes_the_filter(self, instrument):
        with running_ifcbgui("watch", *instrument, "--filter", "valuechanged -switch") as process:
            lines = [process.stdout.readline() for _ in range(5)]
            end(process)
        assert all("valuechanged" in line and "switch" not in line for line in lines)

    def test_a_long_text_is_cut_also_on_a_terminal_without_that_sign(self, instrument):
        arguments = ["watch", *instrument, "--filter", "triggerimage"]
        with running_ifcbgui(*arguments, env={"PYTHONIOENCODING": "ascii"}) as process:
            run_ifcbgui("send", *instrument, "routine:runsample")
            line = process.stdout.readline()
            _, errors = end(process)
        assert line.endswith(" in all)\n")
        assert r"\u2026" in line
        assert len(line) < 600
        assert (process.returncode, errors) == (0, "")

    def test_ends_without_a_word_when_its_reader_has_gone(self, instrument):
        with running_ifcbgui("watch", *instrument) as process:
            process.stdout.readline()
            process.stdout.close()
            process.stdout = None
            # Messages of the run meet the closed pipe.
            run_ifcbgui("send", *instrument, "routine:runsample")
            _, errors = process.communicate(timeout=30)
        assert (process.returncode, errors) == (0, "")

    def test_a_hub_that_goes_is_told_and_waited_for(self):
        with (
            simulated_instrument("--fault", "drop@1:1") as address,
            running_ifcbgui("watch", *address, "--filter", "kind:gps") as process,
        ):
            lost, found = process.stderr.readline(), process.stderr.readline()
            end(process)
        assert "Trying until it is back." in lost
        assert "Connected again." in found
        assert process.returncode == 0


class TestSend:
    def test_prints_the_message_waited_for(self, instrument):
        done = run_ifcbgui(
            "send",
            *instrument,
            "routine:runsample",
            "--wait",
            "valuechanged:*:*",
            "--timeout",
            "20",
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("valuechanged:")
        assert done.stderr == ""

    def test_fails_when_the_message_does_not_come(self, instrument):
        done = run_ifcbgui(
            "send", *instrument, "refresh", "--wait", "nothing:like:this", "--timeout", "0.5"
        )
        assert (done.returncode, done.stdout) == (1, "")
        assert_one_line(done.stderr, "nothing:like:this", "0.5 s")

    def test_without_wait_it_is_done_when_the_hub_has_accepted(self, instrument):
        done = run_ifcbgui("send", *instrument, "refresh")
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

    @pytest.mark.parametrize(
        ("command", "word"),
        [("acquisition:resume", "inferred"), ("no:such", "not in the catalogue")],
    )
    def test_warns_of_a_command_that_is_not_confirmed(self, instrument, command, word):
        done = run_ifcbgui("send", *instrument, command)
        assert done.returncode == 0
        assert_one_line(done.stderr, "Warning", command, word)

    def test_an_interrupted_wait_is_no_success(self, instrument):
        arguments = ["send", *instrument, "no:such", "--wait", "never", "--timeout", "50"]
        with running_ifcbgui(*arguments) as process:
            assert "Warning" in process.stderr.readline()
            _, errors = end(process, signal.SIGTERM)
        assert process.returncode == 1
        assert_one_line(errors, "Interrupted")


@pytest.fixture(scope="module")
def session(instrument, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sessions")
    with running_ifcbgui("record", *instrument, "--session-dir", str(folder)) as process:
        first = process.stdout.readline()
        run_ifcbgui("send", *instrument, "routine:runsample", "--wait", "triggerimage")
        output, errors = end(process)
    (path,) = folder.iterdir()
    assert str(path) in first
    assert str(path) in output
    assert (process.returncode, errors) == (0, "")
    return path


@pytest.fixture(scope="module")
def rows(session):
    connection = sqlite3.connect(session)
    rows = connection.execute("SELECT id, direction, text FROM messages ORDER BY id").fetchall()
    connection.close()
    return rows


class TestRecordAndExport:
    def test_the_session_holds_what_came_and_went(self, rows):
        texts = [text for _, _, text in rows]
        assert [number for number, _, _ in rows] == list(range(1, len(rows) + 1))
        assert ("out", "Client connected.") in [row[1:] for row in rows]
        assert any(text.startswith("triggerimage:") for text in texts)

    def test_csv_has_every_text_whole(self, session, rows, tmp_path):
        out = tmp_path / "log.csv"
        done = run_ifcbgui("export", str(session), "--format", "csv", "-o", str(out))
        assert (done.returncode, done.stderr) == (0, "")
        csv.field_size_limit(10**9)
        with out.open(newline="", encoding="utf-8") as file:
            exported = [
                (int(row["id"]), row["direction"], row["text"]) for row in csv.DictReader(file)
            ]
        assert exported == rows

    def test_jsonl_has_every_text_whole(self, session, rows, tmp_path):
        out = tmp_path / "log.jsonl"
        done = run_ifcbgui("export", str(session), "--format", "jsonl", "-o", str(out))
        assert done.returncode == 0
        entries = map(json.loads, out.read_text(encoding="utf-8").splitlines())
        assert [(entry["id"], entry["direction"], entry["text"]) for entry in entries] == rows

    def test_text_has_a_line_for_every_message_that_passes(self, session, rows, tmp_path):
        out = tmp_path / "log.txt"
        done = run_ifcbgui(
            "export", str(session), "--format", "text", "--filter", "dir:out", "-o", str(out)
        )
        assert done.returncode == 0
        texts = [line.split(" ", 2)[2].strip() for line in out.read_text().splitlines()]
        assert texts == [text for _, direction, text in rows if direction == "out"]

    def test_mcap_has_every_message(self, session, rows, tmp_path):
        out = tmp_path / "log.mcap"
        done = run_ifcbgui("export", str(session), "--format", "mcap", "-o", str(out))
        assert (done.returncode, done.stderr) == (0, "")
        with out.open("rb") as file:
            ids = [
                json.loads(message.data)["id"]
                for _, channel, message in make_reader(file).iter_messages(log_time_order=False)
                if not channel.topic.endswith(("/image", "/events"))
            ]
        assert ids == [number for number, _, _ in rows]

    def test_images_go_into_a_folder(self, session, rows, tmp_path):
        out = tmp_path / "images"
        done = run_ifcbgui("export", str(session), "--format", "images", "-o", str(out))
        assert (done.returncode, done.stderr) == (0, "")
        with (out / "index.csv").open(newline="") as file:
            images = list(csv.DictReader(file))
        assert done.stdout == f"{len(images)} images in {out}\n"
        assert images
        assert {image["file"] for image in images} == {path.name for path in out.glob("*.png")}
        again = run_ifcbgui("export", str(session), "--format", "images", "-o", str(out))
        assert again.returncode == 1
        assert_one_line(again.stderr, "not empty")

    def test_a_range_of_time_begins_there_and_ends_before(self, session, rows, tmp_path):
        out = tmp_path / "log.txt"
        into = ("--format", "text", "-o", str(out))
        run_ifcbgui("export", str(session), "--from", "-0.5s", *into)
        last = out.read_text().splitlines()
        assert 0 < len(last) < len(rows)
        run_ifcbgui("export", str(session), "--to", "-0.5s", *into)
        assert len(out.read_text().splitlines()) + len(last) == len(rows)

    def test_json_lines_become_the_same_session_again(self, session, tmp_path):
        out = tmp_path / "log.jsonl"
        run_ifcbgui("export", str(session), "--format", "jsonl", "-o", str(out))
        lines = out.read_bytes()
        done = run_ifcbgui("import", str(out), "--session-dir", str(tmp_path / "sessions"))
        assert (done.returncode, done.stderr) == (0, "")
        [made] = (tmp_path / "sessions").iterdir()
        count = len(lines.splitlines())
        assert done.stdout == f"{count} messages in {made}\n"
        run_ifcbgui("export", str(made), "--format", "jsonl", "-o", str(out))
        assert out.read_bytes() == lines

    def test_lines_that_cannot_be_imported_are_named(self, tmp_path):
        path = tmp_path / "log.jsonl"
        path.write_text('{"text": "client:reset", "time_ns": 1}\nnothing\n')
        done = run_ifcbgui("import", str(path), "--session-dir", str(tmp_path / "sessions"))
        assert done.returncode == 1
        assert done.stdout.startswith("1 messages in ")
        assert_one_line(done.stderr, "1 lines are no messages", "line 2")

    def test_the_session_itself_is_never_overwritten(self, session):
        before = session.read_bytes()
        done = run_ifcbgui("export", str(session), "--format", "csv", "-o", str(session))
        assert done.returncode == 1
        assert_one_line(done.stderr, "is the session itself")
        assert session.read_bytes() == before

    def test_a_file_that_is_no_session(self, tmp_path):
        path = tmp_path / "notes.txt"
        path.write_text("nothing of the kind")
        done = run_ifcbgui("export", str(path), "--format", "csv", "-o", str(tmp_path / "out"))
        assert done.returncode == 1
        assert_one_line(done.stderr, "notes.txt")

    def test_a_folder_that_cannot_be_written_is_told_at_once(self, instrument, tmp_path):
        blocked = tmp_path / "file"
        blocked.touch()
        with running_ifcbgui("record", *instrument, "--session-dir", str(blocked)) as process:
            told = process.stderr.readline()
            output, errors = end(process)
        assert str(blocked) in told
        assert (process.returncode, output) == (1, "")
        assert "could not be written" in errors


class NoHub(BaseHTTPRequestHandler):
    """Any other web server."""

    def do_POST(self):
        self.send_error(404)

    do_GET = do_POST

    def log_message(self, *arguments):
        pass


@contextmanager
def silent_server():
    """Accept connections and say nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"ws://127.0.0.1:{server.getsockname()[1]}/ifcbHub"


class TestBadInput:
    def test_nobody_listens(self, unused_tcp_port):
        url = f"ws://127.0.0.1:{unused_tcp_port}/ifcbHub"
        for command in (["watch", url, "x"], ["send", url, "x", "refresh"], ["record", url, "x"]):
            done = run_ifcbgui(*command)
            assert (done.returncode, done.stdout) == (1, "")
            assert_one_line(done.stderr, str(unused_tcp_port), "Check")

    def test_an_instrument_out_of_reach_leaves_no_session(self, unused_tcp_port, tmp_path):
        url = f"ws://127.0.0.1:{unused_tcp_port}/ifcbHub"
        run_ifcbgui("record", url, "x", "--session-dir", str(tmp_path / "sessions"))
        assert not (tmp_path / "sessions").exists()

    def test_a_web_server_that_is_no_hub(self):
        server = HTTPServer(("127.0.0.1", 0), NoHub)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            done = run_ifcbgui("watch", f"http://127.0.0.1:{server.server_port}/ifcbHub", "x")
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
        assert done.returncode == 1
        assert_one_line(done.stderr, "hub")

    def test_a_wrong_serial(self, instrument):
        done = run_ifcbgui("watch", instrument[0], "999-999-999")
        assert done.returncode == 1
        assert_one_line(done.stderr, "999-999-999", "serial")

    def test_a_port_that_is_taken(self, instrument):
        port = instrument[0].rpartition(":")[2].partition("/")[0]
        done = run_ifcbgui("simulate", "--port", port)
        assert done.returncode == 1
        assert_one_line(done.stderr, port, "--port")

    def test_ctrl_c_while_it_connects(self):
        with silent_server() as url, running_ifcbgui("watch", url, "x") as process:
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(1)
            output, errors = end(process)
        assert (process.returncode, output, errors) == (0, "", "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_simulate_ends_cleanly_on_a_signal(number):
    with running_ifcbgui("simulate", "--port", "0") as process:
        process.stdout.readline()
        output, errors = end(process, number)
    assert (process.returncode, output, errors) == (0, "", "")


def test_the_installed_script_is_the_same_program():
    help_text = subprocess.run([*PROGRAM, "--help"], capture_output=True, text=True, check=True)
    for command in ("simulate", "watch", "send", "record", "export", "import"):
        assert command in help_text.stdout
