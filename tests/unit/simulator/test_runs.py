from __future__ import annotations

import itertools

import pytest

from ifcbgui.instrument.parser import parse_message
from ifcbgui.instrument.routines import BUILTIN_NAMES, BUILTIN_ROUTINES
from tests.helpers.virtual_bench import Bench

SAMPLE_SCRIPT = [
    "valuechanged:interactive:load:",
    "client:reset",
    "valuechanged:interactive:started",
    "client:disableroutines",
    "client:reset",
    "valuechanged:switchliveenv:0",
    "reportevent:Live Env switched OFF.",
    "valuechanged:interactive:save",
    "valuechanged:switchtriggering:0",
    "reportevent:Triggering switched OFF.",
    "valuechanged:switchstirrer:0",
    "valuechanged:switchlaser:1",
    "valuechanged:switchpump1:0",
    "reportevent:Pump 1 switched OFF. \n",
    "valuechanged:switchpump2:1",
    "valuechanged:switchviewimages:1",
    "valuechanged:switchliveenv:0",
    "valuechanged:switchcontinuoustrigger:0",
    "reportevent:Initializing.",
    "movevalvestarted:ccw:exhaust",
    "movevalvefinished:exhaust",
    "syringetrack:0.00",
    "reportevent:Initialized.",
    "reportevent:Valve to intake, CW.",
    "movevalvestarted:cw:intake",
    "movevalvefinished:intake",
    "reportevent:Valve at intake, CW.",
    "reportevent:Wait 1.0 seconds.",
    "reportevent:Syringe speed set to 0.4 min/syr.",
    "valuechanged:currentgpsposition:age: ",
    "valuechanged:samplegpsposition:age: ",
    "valuechanged:getenvironment:",
    "reportevent:Condition: False:",
    "reportevent:Syringe to 5.00 ml.",
    "syringetrack:5.00",
    "reportevent:Valve to needle, CW.",
    "movevalvefinished:needle",
    "reportevent:Syringe speed set to 20.0 min/syr.",
    "reportevent:Condition: False:",
    "reportevent:Grab file: D20260314T18",
    "reportevent:TrigA assigned 0.130V.",
    "reportevent:TrigB assigned 0.130V.",
    "reportevent:PMTA assigned 0.45V.",
    "reportevent:PMTB assigned 0.60V.",
    "reportevent:PMTA turned OFF.",
    "reportevent:PMTB turned ON.",
    "reportevent:Flash assigned 3.20V.",
    "reportevent:Flash turned ON.",
    "valuechanged:switchtriggering:1",
    "reportevent:Triggering switched ON.",
    "graphchanged:",
    "triggerchanged:1:saved:1:0",
    "triggerchanged:1:processed:0:1:0",
    "reportevent:Syringe to 0.00 ml.",
    "syringetrack:5.00",
    "valuechanged:fpsrate:",
    "syringetrack:0.00",
    "reportevent:Wait 1.0 seconds.",
    "valuechanged:switchtriggering:0",
    "reportevent:D20260314T18",
    "reportevent:Finished - Run sample.\n",
    "client:enableroutines",
    "valuechanged:interactive:stopped",
]


def load(name: str) -> str:
    return f"interactive:load:{BUILTIN_ROUTINES[name].to_json()}"


def assert_in_order(texts: list[str], script: list[str]) -> None:
    rest = iter(texts)
    for line in script:
        assert any(text.startswith(line) for text in rest), f"{line!r} is missing or too early"


def test_an_interactive_sample_follows_the_script_of_a_real_one() -> None:
    bench = Bench(frame_period=300.0)
    bench.send(load("runsample"), "interactive:start")
    took = bench.run_until("valuechanged:interactive:stopped")
    assert_in_order(bench.texts, SAMPLE_SCRIPT)
    assert 1255 < took < 1285
    assert bench.texts[0] == f"valuechanged:{load('runsample')}"


def test_everything_said_in_a_sample_is_understood() -> None:
    bench = Bench(frame_period=300.0, trigger_content=True)
    bench.send("daq:setsamplevolume:0.5", "daq:switchviewroisonly:1")
    bench.send(load("runsample"), "interactive:start")
    bench.run(120.0)
    bench.send("daq:switchviewroisonly:0")
    bench.run_until("valuechanged:interactive:stopped")
    for text in bench.texts:
        message = parse_message(text)
        assert message.known, text[:80]
        assert message.problem is None, text[:80]


def test_a_stored_routine_announces_nothing_but_its_last_report() -> None:
    bench = Bench(frame_period=300.0)
    bench.send("routine:runsample")
    bench.run_until("reportevent:Finished - Run sample.")
    bench.run(60.0)
    assert bench.texts[-1] == "reportevent:Finished - Run sample.\n"
    assert not any(t.startswith(("client:", "valuechanged:interactive")) for t in bench.texts)


@pytest.mark.parametrize("name", BUILTIN_NAMES)
def test_every_stored_routine_comes_to_its_end(name: str) -> None:
    bench = Bench(frame_period=1e9)
    bench.send("routine:runsample")
    bench.run(200.0)
    bench.send("interactive:stop", f"routine:{name}")
    bench.run(3600.0)
    assert not any("not run" in text or "Nothing is called" in text for text in bench.texts)
    bench.send("routine:initialize")
    assert bench.run_until("reportevent:Initialized.") < 60


def test_the_syringe_tells_where_it_is_every_second_and_ends_exactly() -> None:
    bench = Bench(particle_rate=0.0)
    bench.send("routine:runsample")
    bench.run_until("reportevent:Finished")
    drive = bench.times_of("reportevent:Syringe to 0.00 ml.")[-1]
    tracks = [(t, s) for t, s in bench.said if s.startswith("syringetrack:") and t > drive]
    gaps = [b[0] - a[0] for a, b in itertools.pairwise(tracks)]
    assert all(gap == pytest.approx(1.01) for gap in gaps[:-1])
    volumes = [float(text.split(":")[1]) for _, text in tracks]
    assert volumes == sorted(volumes, reverse=True)
    assert volumes[-1] == 0.0
    assert 1202 < tracks[-1][0] - drive < 1204


def test_the_valve_takes_the_time_of_a_real_one() -> None:
    bench = Bench(particle_rate=0.0)
    bench.send("routine:debubble")
    bench.run_until("reportevent:Finished")
    started, finished = bench.times_of("movevalvestarted"), bench.times_of("movevalvefinished")
    # Home, then debubble (3 ports), needle (1), exhaust (2), intake (1), needle (1).
    took = [end - begin for begin, end in zip(started, finished, strict=True)]
    assert took == pytest.approx([6.6, 10.05, 4.59, 7.32, 4.59, 4.59], abs=0.01)
    # 135 s in the capture, 13 of them for the reports that somebody had put between the steps.
    assert bench.times_of("reportevent:Finished")[0] == pytest.approx(122, abs=4)


def test_pause_holds_the_syringe_and_resume_goes_on() -> None:
    bench = Bench(frame_period=1e9)
    bench.send("routine:runsample")
    bench.run_until("reportevent:Grab file")
    bench.run(300.0)
    assert bench.send("acquisition:pause")[0] == "valuechanged:pausestate:1"
    bench.run(2.0)
    held = bench.run(600.0)
    assert {text.split(":")[1] for text in held} == {"fpsrate"}
    assert held[-1] == "valuechanged:fpsrate:0.0"
    assert bench.send("acquisition:resume")[0] == "valuechanged:pausestate:0"
    rest = bench.run_until("reportevent:Finished - Run sample.")
    assert 890 < rest < 920


def test_pause_holds_a_routine_between_steps() -> None:
    bench = Bench()
    bench.send("routine:debubble")
    bench.run_until("movevalvestarted:cw:debubble")
    bench.send("acquisition:pause")
    said = bench.run(300.0)
    assert said == ["movevalvefinished:debubble", "reportevent:Valve at debubble, CW.\n"]


def test_stop_ends_an_interactive_run_and_saves_what_is_open() -> None:
    bench = Bench(frame_period=1e9)
    bench.send(load("runsample"), "interactive:start")
    bench.run_until("reportevent:Grab file")
    grabbed = bench.texts[-1].removeprefix("reportevent:Grab file: ").rstrip(".\n")
    bench.run(100.0)
    assert bench.send("interactive:stop") == [
        "valuechanged:switchtriggering:0",
        "reportevent:Triggering switched OFF.\n",
        f"reportevent:{grabbed} saved.\n",
        "reportevent:Stopped.\n",
        "client:enableroutines",
        "valuechanged:interactive:stopped",
    ]
    assert bench.run(600.0) == []


def test_stop_while_paused_ends_the_pause() -> None:
    bench = Bench()
    bench.send("routine:debubble")
    bench.run(30.0)
    bench.send("acquisition:pause")
    assert "valuechanged:pausestate:0" in bench.send("interactive:stop")


def test_a_valve_that_turns_when_stopped_still_arrives() -> None:
    bench = Bench()
    bench.send("routine:debubble")
    bench.run_until("movevalvestarted:cw:debubble")
    bench.send("interactive:stop", "routine:debubble")
    said = bench.run(20.0)
    assert said.index("movevalvefinished:debubble") < said.index("movevalvestarted:ccw:exhaust")


def test_no_file_is_saved_while_output_files_are_off() -> None:
    bench = Bench(particle_rate=0.0)
    bench.send("daq:switchoutputfiles:0", "routine:runsample")
    bench.run_until("reportevent:Finished")
    assert not any("saved." in text for text in bench.texts)


def test_what_is_set_is_what_runs() -> None:
    bench = Bench(particle_rate=0.0)
    bench.send(
        "daq:setsamplevolume:2",
        "daq:setskipvolume:0.5",
        "daq:setfastfactor:10",
        "daq:switchrunsamplefast:1",
        "daq:switchuvwithsample:1",
        "daq:settrigb:0.2",
        "routine:runsample",
    )
    bench.run_until("reportevent:Finished")
    assert_in_order(
        bench.texts,
        [
            "reportevent:Aux power 1 switched ON.",
            "reportevent:Syringe to 2.00 ml.",
            "reportevent:Condition: True:",
            "reportevent:Syringe speed set to 2.0 min/syr.",
            "reportevent:TrigB assigned 0.200V.",
            "reportevent:Syringe to 0.50 ml.",
            "syringetrack:0.50",
        ],
    )


def test_an_iteration_runs_as_often_as_is_set() -> None:
    bench = Bench()
    bench.send("daq:setbleachrinsecount:2", "routine:bleach")
    bench.run_until("reportevent:Finished - Bleach.")
    assert bench.texts.count("reportevent:Syringe to 1.00 ml.\n") == 3


@pytest.mark.parametrize("count", ["-1", "0", '"many"', "NaN"])
def test_an_iteration_of_nonsense_runs_never(count: str) -> None:
    bench = Bench()
    steps = '{"StepType":"Report","Arguments":["round"]}'
    bench.send(
        f'interactive:load:[{{"Type":"Iteration","Parameters":[{count}],"Steps":[{steps}]}}]',
        "interactive:start",
    )
    bench.run_until("valuechanged:interactive:stopped")
    assert "reportevent:round\n" not in bench.texts


def test_an_endless_iteration_leaves_the_program_alive() -> None:
    bench = Bench()
    bench.send('interactive:load:[{"Type":"Iteration","Parameters":[1e300]}]', "interactive:start")
    assert bench.run_until("valuechanged:interactive:stopped") < 2


def test_a_second_start_is_refused() -> None:
    bench = Bench()
    bench.send("routine:debubble")
    bench.run(10.0)
    for command in ("routine:runsample", "interactive:start", "acquisition:start"):
        assert bench.send(command) == ["reportevent:Not started: a routine is running.\n"]


def test_stopsample_ends_a_sample_and_saves_it() -> None:
    bench = Bench(frame_period=1e9)
    bench.send("routine:runsample")
    bench.run_until("reportevent:Grab file")
    bench.run(60.0)
    bench.send("routine:stopsample")
    assert bench.run_until("reportevent:Finished - Stop sample.") < 5
    assert any(text.endswith("saved.\n") for text in bench.texts)
    assert bench.run(600.0) == []


def test_acquisition_takes_sample_after_sample() -> None:
    bench = Bench(frame_period=1e9, particle_rate=0.01)
    bench.send("daq:setsamplestorun:2", "acquisition:start")
    took = bench.run_until("valuechanged:acquisition:stopped")
    # A sample with debubble: 23.5 min in the capture.
    assert took == pytest.approx(2 * 23.5 * 60, rel=0.03)
    assert_in_order(
        bench.texts,
        [
            "valuechanged:acquisition:started",
            "valuechanged:acquisition:status:1 [N]",
            "reportevent:Finished - Debubble.",
            "reportevent:Finished - Run sample.",
            "valuechanged:acquisition:status:2 [N]",
            "reportevent:Finished - Run sample.",
            "valuechanged:acquisition:stopped",
        ],
    )


def test_a_list_with_nonsense_in_it_is_reported_and_the_rest_runs() -> None:
    bench = Bench()
    bench.send(
        'interactive:load:[{"Type":"Sequence","Steps":['
        '{"StepType":"Dance"},{"StepType":"MoveValve","Arguments":["moon","CW"]},'
        '{"StepType":"ChangeSpeed","Arguments":[0]},{"StepType":"Wait"},'
        '{"StepType":"Report","Arguments":["Finished - Nonsense."]}]}]',
        "interactive:start",
    )
    bench.run_until("valuechanged:interactive:stopped")
    assert [text.strip() for text in bench.texts if "not run" in text] == [
        "reportevent:Step Dance not run: there is no such step.",
        "reportevent:Step MoveValve not run: moon CW is no move of the valve.",
        "reportevent:Step ChangeSpeed not run: 0 min/syr is no speed.",
        "reportevent:Step Wait not run: its arguments do not fit.",
    ]
    assert "reportevent:Finished - Nonsense.\n" in bench.texts


def test_what_is_no_routine_is_not_loaded() -> None:
    (said,) = Bench().send("interactive:load:{}")
    assert said.startswith("reportevent:Routine not loaded: ")
