from __future__ import annotations

import re

import pytest

from ifcbgui.instrument.catalogue import MESSAGE_FORMS
from ifcbgui.instrument.commands import COMMANDS, CommandValueError
from ifcbgui.instrument.parser import parse_message
from ifcbgui.instrument.pattern import matches, parse_pattern
from ifcbgui.instrument.routines import BUILTIN_ROUTINES

CONFIRMED = {
    "Client connected.",
    "Client disconnected.",
    "refresh",
    "routine:runsample",
    "interactive:load:{routine}",
    "interactive:start",
    "daq:setdatafolder:{value}",
    "daq:switchauxpower1:1",
    "saveroutines",
    "general:getphytoarmdata",
}


def test_only_what_public_sources_show_is_confirmed():
    assert {c.text for c in COMMANDS.all() if c.status == "confirmed"} == CONFIRMED
    for command in COMMANDS.all():
        start = "seen in" if command.status == "confirmed" else "inferred"
        assert command.source.startswith(start), command.id


def test_every_switch_and_setting_has_its_command():
    for form in MESSAGE_FORMS.values():
        if form.group in ("switch", "setting"):
            name = form.key.partition(":")[2]
            assert any(c.text.startswith(f"daq:{name}:{{") for c in COMMANDS.all()), name


def test_every_routine_has_its_command_and_title():
    titles = {c.text: c.title for c in COMMANDS.all() if c.text.startswith("routine:")}
    assert titles == {f"routine:{name}": r.title for name, r in BUILTIN_ROUTINES.items()}


def test_every_command_can_be_explained():
    commands = COMMANDS.all()
    assert len({c.id for c in commands}) == len(commands)
    assert len({c.text for c in commands}) == len(commands)
    for command in commands:
        assert command.title
        assert command.help.endswith("."), command.id
        assert command.danger in {"safe", "changes", "moves", "hazard"}
        assert command.status in {"confirmed", "inferred"}
        assert {spec.name for spec in command.params} == set(re.findall(r"{(\w+)}", command.text))


@pytest.mark.parametrize(
    ("text", "danger"),
    [
        ("refresh", "safe"),
        ("daq:getenvironment", "safe"),
        ("daq:setpmta:0.5", "changes"),
        ("daq:switchliveenv:0", "changes"),
        ("daq:switchliveenv:1", "hazard"),
        ("daq:switchoutputfiles:1", "changes"),
        ("daq:switchoutputfiles:0", "hazard"),
        ("routine:runsample", "moves"),
        ("daq:movefocus:-50", "moves"),
        ("daq:movelaser:50", "moves"),
        ("routine:bleach", "hazard"),
        ("routine:biocide", "hazard"),
        ("routine:beads", "hazard"),
        ("routine:cartridgedebubble", "hazard"),
    ],
)
def test_danger(text, danger):
    assert COMMANDS.match(text).danger == danger


@pytest.mark.parametrize(
    ("text", "command_id", "title"),
    [
        ("routine:runsample", "run_sample", "Run sample"),
        ("acquisition:pause", "pause", "Pause"),
        ("daq:switchlaser:0", "switch_laser", "Laser off"),
        ("daq:switchauxpower1:1", "aux_power_on", "Auxiliary power on"),
        ("daq:switchauxpower1:0", "switch_auxpower1", "Auxiliary power off"),
        ("daq:setpmta:0.45", "set_pmta", "Set PMT A voltage"),
        ("daq:setcameragain:6", "set_cameragain", "Set camera gain"),
        ("daq:setdatafolder:C:\\data", "set_data_folder", "Set data folder"),
        ("daq:setfilecomment:", "set_file_comment", "Set file comment"),
        ("daq:setzoomsize:640:480", "set_zoomsize", "Set zoom size"),
        ("interactive:load:[]", "load_routine", "Load a routine"),
        ("file:get:a:b.roi", "get_file", "Get a file"),
    ],
)
def test_match_fills_in_what_was_typed(text, command_id, title):
    command = COMMANDS.match(text)
    assert (command.id, command.title, command.text) == (command_id, title, text)
    assert command.params == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":",
        "refresh:",
        "Refresh",
        "routine:other",
        "daq:switchlaser:",
        "daq:switchlaser:2",
        "daq:switchlaser:true:1",
        "daq:switchlaser:{on}",
        "daq:setpmta:1.5",
        "daq:setpmta:nan",
        "daq:setcameragain:6.5",
        "daq:setdatafolder: ",
        "daq:setzoomsize:640",
        "daq:setfilecomment:a\nb",
        "interactive:load:{}",
        "daq:switchnothing:1",
        "x" * 100_000,
    ],
)
def test_match_refuses_what_fits_no_entry(text):
    assert COMMANDS.match(text) is None


@pytest.mark.parametrize(
    ("text", "echo"),
    [
        ("acquisition:pause", "valuechanged:pausestate:1"),
        ("acquisition:resume", "valuechanged:pausestate:0"),
        ("daq:switchlaser:0", "valuechanged:switchlaser:0"),
        ("daq:setpmta:0.45", "valuechanged:setpmta:0.450"),
        ("daq:setdatafolder:/data/a:b", "valuechanged:setdatafolder:/data/a:b"),
        ("daq:movefocus:-50", "valuechanged:movefocus:-50"),
        ("daq:getenvironment", "valuechanged:getenvironment:40.1:23.9"),
        ("interactive:load:[]", "valuechanged:interactive:load:[]"),
        ("file:get:a.hdr", "file:start:a.hdr:2:text/plain"),
    ],
)
def test_echo_confirms(text, echo):
    assert matches(parse_pattern(COMMANDS.match(text).echo), parse_message(echo))


def test_another_value_is_no_echo_of_a_switch():
    echo = parse_pattern(COMMANDS.match("daq:switchlaser:0").echo)
    assert not matches(echo, parse_message("valuechanged:switchlaser:1"))


def test_every_echo_is_a_message_the_catalogue_knows():
    known = [form.pattern.split(":") for form in MESSAGE_FORMS.values()]
    for command in COMMANDS.all():
        echo = command.echo.split(":") if command.echo else []
        assert not echo or any(
            all(a == b or b.startswith("<") for a, b in zip(echo, form, strict=False))
            for form in known
        ), command.id


def test_render_takes_python_values_and_text():
    assert COMMANDS.get("switch_laser").render(on=True) == "daq:switchlaser:1"
    assert COMMANDS.get("switch_laser").render(on="0") == "daq:switchlaser:0"
    assert COMMANDS.get("set_pmta").render(value=0.45) == "daq:setpmta:0.45"
    assert COMMANDS.get("set_samplevolume").render(value=5.0) == "daq:setsamplevolume:5"
    assert COMMANDS.get("set_cameragain").render(value="6") == "daq:setcameragain:6"
    assert COMMANDS.get("set_data_folder").render(value="/{value}") == "daq:setdatafolder:/{value}"
    assert COMMANDS.get("refresh").render() == "refresh"


@pytest.mark.parametrize(
    ("command_id", "params", "said"),
    [
        ("set_pmta", {"value": 2}, "PMT A voltage must be from 0 to 1 V, not 2."),
        ("set_counteralt", {"value": -1}, "Counter alternate must be from 0 syringes, not -1."),
        ("set_pmta", {"value": "high"}, "PMT A voltage must be a number, not 'high'."),
        ("set_pmta", {"value": float("nan")}, "PMT A voltage must be a number, not nan."),
        ("set_cameragain", {"value": 6.5}, "Camera gain must be a whole number, not 6.5."),
        ("switch_laser", {"on": "on"}, "On or off must be 0 or 1, not 'on'."),
        ("set_data_folder", {"value": ""}, "Folder on the instrument must not be empty."),
        ("set_file_comment", {"value": "a\nb"}, "File comment must not hold line ends."),
        ("load_routine", {"routine": "{}"}, "A routine is a list of groups, not an object."),
    ],
)
def test_render_says_why_a_value_cannot_be_sent(command_id, params, said):
    with pytest.raises(CommandValueError) as caught:
        COMMANDS.get(command_id).render(**params)
    assert str(caught.value) == said


def test_unknown_id_is_a_programming_error():
    with pytest.raises(KeyError):
        COMMANDS.get("no_such_command")


class TestComplete:
    @pytest.mark.parametrize(
        ("typed", "first"),
        [
            ("run", "routine:runsample"),
            ("Run sample", "routine:runsample"),
            ("ref", "refresh"),
            ("bleach", "routine:bleach"),
            ("laser", "daq:switchlaser:1"),
            ("daq:setpmt", "daq:setpmta:"),
            ("daq:setpmta:0.5", "daq:setpmta:0.5"),
            ("daq:switchoutputfiles:0", "daq:switchoutputfiles:0"),
            ("humid", "daq:sethumiditythreshold:"),
        ],
    )
    def test_best_stands_first(self, typed, first):
        assert COMMANDS.complete(typed, 10)[0].text == first

    def test_keeps_to_the_limit_without_repeating(self):
        for limit in (1, 5, 500):
            texts = [command.text for command in COMMANDS.complete("s", limit)]
            assert len(texts) <= limit
            assert len(set(texts)) == len(texts)

    def test_offers_no_braces_and_no_greetings(self):
        offers = COMMANDS.complete("", 1000)
        assert not any("{" in offer.text for offer in offers)
        assert "Client connected." not in {offer.text for offer in offers}

    def test_offers_nothing_that_does_not_fit(self):
        assert COMMANDS.complete("zzz", 10) == []

    def test_offers_the_harmful_last_among_equals(self):
        texts = [offer.text for offer in COMMANDS.complete("daq:switchliveenv:", 10)]
        assert texts == ["daq:switchliveenv:0", "daq:switchliveenv:1"]
