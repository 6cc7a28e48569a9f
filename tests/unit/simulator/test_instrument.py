from __future__ import annotations

import pytest

from ifcbgui.instrument.catalogue import MESSAGE_FORMS
from ifcbgui.instrument.commands import COMMANDS, Command
from ifcbgui.instrument.messages import FieldSpec
from ifcbgui.instrument.parser import parse_message
from ifcbgui.instrument.pattern import matches, parse_pattern
from ifcbgui.instrument.routines import BUILTIN_ROUTINES
from ifcbgui.simulator.defaults import SETTINGS, SWITCHES
from tests.helpers.virtual_bench import Bench


def test_refresh_tells_everything_within_a_second() -> None:
    bench = Bench()
    bench.send("refresh")
    burst = bench.run(1.0)
    assert 90 <= len(bench.texts) <= 110
    assert burst[-1] == "syringetrack:0.00"
    for name in (*SWITCHES, *SETTINGS, "setzoomsize", "pausestate", "hostversion"):
        assert sum(text.startswith(f"valuechanged:{name}:") for text in bench.texts) == 1, name
    assert "valuechanged:switchtriggering:0" in burst
    assert "valuechanged:settriga:0.13" in burst


def test_everything_in_the_burst_is_understood() -> None:
    bench = Bench()
    bench.send("refresh")
    bench.run(1.0)
    for text in bench.texts:
        message = parse_message(text)
        assert message.known, text
        assert message.problem is None, text


@pytest.mark.parametrize("name", [name for name in SWITCHES if name != "switchviewactivity"])
def test_every_switch_is_echoed_and_reported(name: str) -> None:
    bench = Bench()
    for state in (1, 0):
        echo, report = bench.send(f"daq:{name}:{state}")[:2]
        assert echo == f"valuechanged:{name}:{state}"
        word = "ON" if state else "OFF"
        assert report.rstrip() == f"reportevent:{SWITCHES[name].label} switched {word}."


def test_reports_are_worded_like_the_hosts() -> None:
    bench = Bench()
    assert bench.send("daq:switchpump1:0")[1] == "reportevent:Pump 1 switched OFF. \n"
    assert bench.send("daq:switchpump2:1")[1] == "reportevent:Pump 2 switched ON.\n"
    assert bench.send("daq:setpmta:0.45")[1] == "reportevent:PMTA assigned 0.45V.\n"
    assert bench.send("daq:settriga:0.13")[1] == "reportevent:TrigA assigned 0.130V.\n"
    assert bench.send("daq:setsamplestorun:0")[1] == "reportevent:Samples to run set to 0.\n"
    assert bench.send("daq:setdatafolder:/data/pier:7") == [
        "valuechanged:setdatafolder:/data/pier:7",
        "reportevent:Data folder set to:\n/data/pier:7\n",
    ]


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_takes_its_limits_and_keeps_them(name: str) -> None:
    bench = Bench()
    spec = MESSAGE_FORMS[f"valuechanged:{name}"].fields[0]
    for limit in (spec.minimum, spec.maximum):
        text = "a: b" if spec.type == "text" else f"{limit or 0:g}"
        assert bench.send(f"daq:{name}:{text}")[0] == f"valuechanged:{name}:{text}"
        bench.send("refresh")
        assert f"valuechanged:{name}:{text}" in bench.run(1.0)


def example(spec: FieldSpec) -> str:
    """Return a value that a parameter can have."""
    if spec.type == "routine":
        return BUILTIN_ROUTINES["initialize"].to_json()
    return "1" if spec.minimum is None else f"{spec.minimum:g}"


# No public source shows what a host answers to these.
SILENT = {"list_groups", "list_steps", "list_files", "get_file"}


@pytest.mark.parametrize("command", COMMANDS.all(), ids=lambda command: command.id)
def test_every_command_of_the_catalogue_is_confirmed_as_it_says(command: Command) -> None:
    bench = Bench(particle_rate=0.0)
    # Something must run for a stop to be announced, and nothing for a start.
    if command.id == "stop_routine":
        bench.send("interactive:load:[]", "interactive:start", "daq:switchlaser:1")
    elif command.id == "stop_acquisition":
        bench.send("acquisition:start")
    values = {spec.name: example(spec) for spec in command.params}
    filled = command.filled(values)
    bench.said.clear()
    bench.send(filled.text)
    said = bench.run(2.0)
    if filled.echo and command.id not in SILENT:
        echo = parse_pattern(filled.echo)
        assert any(matches(echo, parse_message(text)) for text in bench.texts), filled.echo
    elif command.group == "routine":
        assert said
    if command.id in SILENT:
        assert not bench.texts


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("daq:setsamplevolume:7", "not within 0.1 to 5"),
        ("daq:setsamplevolume:nan", "not within"),
        ("daq:setcameragain:six", "is not a number"),
        ("daq:setcameragain:6.5", "is not a number"),
        ("daq:setzoomsize:200", "not width:height"),
    ],
)
def test_a_bad_value_is_reported_and_changes_nothing(command: str, words: str) -> None:
    bench = Bench()
    said = bench.send(command)
    assert len(said) == 1
    assert said[0].startswith("reportevent:")
    assert words in said[0]


@pytest.mark.parametrize(
    "command",
    [
        "",
        "Client connected.",
        "Client disconnected.",
        "daq:switchnothing:1",
        "daq:switchlaser:2",
        "daq:setnothing:1",
        "routine:nothing",
        "routine:../runsample",
        "interactive:listgroups",
        "saveroutines",
        "valuechanged:switchlaser:0",
    ],
)
def test_what_no_host_is_known_to_answer_is_met_with_silence(command: str) -> None:
    bench = Bench()
    bench.send(command)
    bench.run(30.0)
    assert bench.texts == []


def test_environment_once_and_live() -> None:
    bench = Bench()
    (reading,) = bench.send("daq:getenvironment")
    humidity, temperature = map(float, reading.split(":")[2:])
    assert 37 < humidity < 40
    assert 23 < temperature < 25
    bench.send("daq:switchliveenv:1", "daq:switchliveenv:1")
    bench.said.clear()
    bench.run(59.0)
    assert len(bench.times_of("valuechanged:getenvironment")) == 11
    bench.send("daq:switchliveenv:0")
    bench.run(60.0)
    assert len(bench.times_of("valuechanged:getenvironment")) == 11


def test_motors_are_echoed() -> None:
    assert Bench().send("daq:movefocus:-50") == ["valuechanged:movefocus:-50"]


def test_views_that_are_off_say_nothing() -> None:
    bench = Bench(particle_rate=5.0)
    bench.send(
        *(
            f"daq:switchview{name}:0"
            for name in ("images", "triggers", "graphs", "fps", "syringe", "valve", "activity")
        ),
        "routine:runsample",
    )
    said = bench.run(1400.0)
    assert {text.split(":")[0] for text in said} == {"valuechanged"}
    assert not any("fpsrate" in text for text in said)


def test_same_seed_same_texts() -> None:
    def texts(seed: int) -> list[str]:
        bench = Bench(seed=seed, frame_period=60.0, trigger_content=True)
        bench.send("refresh", "acquisition:start")
        bench.run(260.0)
        return bench.texts

    assert texts(1) == texts(1)
    assert texts(1) != texts(2)
