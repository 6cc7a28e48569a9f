from __future__ import annotations

from pathlib import Path

import pytest

from ifcbgui.cli import WindowOptions
from ifcbgui.cli.arguments import join_dashed_values
from ifcbgui.cli.main import build_parser, main
from ifcbgui.cli.window import options_of
from ifcbgui.session import TimeRange

URL = "ws://127.0.0.1:8092/ifcbHub"


def parsed(*arguments):
    return build_parser().parse_args(arguments)


class TestWindow:
    def test_without_arguments_nothing_special_is_asked(self):
        assert options_of(parsed()) == WindowOptions()

    def test_every_option_arrives(self):
        arguments = (
            f"--connect {URL} --serial 111-111-111 --observe --session-dir there "
            "--screenshot a.png --quit-after 2.5 --tour pictures --theme dark --size 1280x800"
        )
        assert options_of(parsed(*arguments.split())) == WindowOptions(
            connect=URL,
            serial="111-111-111",
            observe=True,
            session_dir=Path("there"),
            screenshot=Path("a.png"),
            quit_after=2.5,
            tour=Path("pictures"),
            theme="dark",
            size=(1280, 800),
        )


class TestCommands:
    def test_simulate_listens_where_an_instrument_does(self):
        arguments = parsed("simulate")
        assert (arguments.host, arguments.port) == ("127.0.0.1", 8092)
        assert (arguments.serial, arguments.seed) == ("111-111-111", None)
        assert (arguments.speed, arguments.trigger_rate, arguments.faults) == (1.0, 3.0, [])

    def test_faults_may_follow_one_another_or_be_given_one_by_one(self):
        together = parsed("simulate", "--fault", "clog", "drop@5:2").faults
        apart = parsed("simulate", "--fault", "clog", "--fault", "drop@5:2").faults
        assert [fault.name for fault in together] == ["clog", "drop"]
        assert together == apart

    def test_without_a_filter_everything_passes(self):
        wanted = parsed("watch", URL, "x").filter
        assert wanted.matches("report", "in", "reportevent:anything")

    def test_a_value_may_begin_with_a_dash(self):
        given = "export x --format text -o y --from -10m --to -1m --filter -valve"
        arguments = parsed(*join_dashed_values(given.split()))
        assert arguments.start == TimeRange.parse(start="-10m")
        assert arguments.stop == TimeRange.parse(stop="-1m")
        assert not arguments.filter.matches("report", "in", "reportevent:Valve")

    def test_an_option_is_no_value(self):
        given = ["watch", "url", "x", "--filter", "--json"]
        assert join_dashed_values(given) == given

    def test_record_keeps_its_folder_apart_from_the_window(self):
        arguments = parsed("record", URL, "x", "--session-dir", "there")
        assert arguments.session_dir == Path("there")
        assert options_of(arguments) == WindowOptions()


@pytest.mark.parametrize(
    "line",
    [
        "--simulate --connect ws://h/x --serial s",
        "--connect ws://h/x",
        "--serial s",
        "--connect nonsense --serial s",
        "--size 1280",
        "--size 0x0",
        "--theme pink",
        "--quit-after 0",
        "--quit-after nan",
        "--screenshot picture.jpg",
        "--observe watch ws://h/x s",
        "--session-dir d export s --format csv -o o",
        "unheard-of",
        "watch",
        "watch ws://h/x",
        "watch 192.168.1.100 s",
        "watch ftp://h/x s",
        "watch ws://h/x s --filter kind:nonsense",
        "send ws://h/x s",
        "send ws://h/x s c --timeout 0",
        "simulate --port 65536",
        "simulate --port -1",
        "simulate --speed 0",
        "simulate --trigger-rate -1",
        "simulate --fault nonsense",
        "export s --format xml -o o",
        "export s --format csv",
        "export s -o o",
    ],
)
def test_wrong_usage_ends_with_2_and_says_why(line, capsys):
    with pytest.raises(SystemExit) as ended:
        main(line.split())
    assert ended.value.code == 2
    output, errors = capsys.readouterr()
    assert output == ""
    assert "usage: ifcbgui" in errors
    assert "error: " in errors


def test_points_at_what_is_wrong_with_a_filter(capsys):
    with pytest.raises(SystemExit):
        main(["watch", "ws://h/x", "s", "--filter", "a humidty>5"])
    assert "did you mean humidity?" in (errors := capsys.readouterr().err)
    assert errors.endswith("\n  a humidty>5\n    ^\n")


def test_a_secret_in_an_address_is_not_repeated(capsys):
    with pytest.raises(SystemExit):
        main(["watch", "http//user:secret@host/x?access_token=secret", "s"])
    assert "secret" not in capsys.readouterr().err
