"""The state after the traffic, on samples in the order a real instrument says things."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ifcbgui.instrument.catalogue import MESSAGE_FORMS
from ifcbgui.instrument.entry import Direction, Entry
from ifcbgui.instrument.parser import parse_message
from ifcbgui.instrument.reducer import reduce_all, reduce_state
from ifcbgui.instrument.routines import BUILTIN_ROUTINES
from ifcbgui.instrument.run_tracking import withdraw_request
from ifcbgui.instrument.state import InstrumentState, Reading, RunPhase

RUN_SAMPLE = BUILTIN_ROUTINES["runsample"]
STARTED = "valuechanged:interactive:started"
STOPPED = "valuechanged:interactive:stopped"
BIN = "D20260314T150512_IFCB207"


class Instrument:
    """The state after the texts so far; each comes a second after the one before."""

    def __init__(self):
        self.state = InstrumentState()
        self.now_s = 0
        self.entries = []

    def says(self, *texts):
        return self._take(Direction.IN, texts)

    def reports(self, *texts):
        return self.says(*(f"reportevent:{text}\n" for text in texts))

    def is_told(self, *texts):
        return self._take(Direction.OUT, texts)

    def refuses(self, told):
        """Withdraw the command that was the number ``told`` of all texts so far."""
        self.state = withdraw_request(self.state, self.entries[told - 1])
        return self.state

    def _take(self, direction, texts):
        for text in texts:
            self.now_s += 1
            moment = self.now_s * 10**9
            entry = Entry(parse_message(text), direction, time_ns=moment, monotonic_ns=moment + 5)
            self.entries.append(entry)
            self.state = reduce_state(self.state, entry)
        return self.state

    @property
    def run(self):
        return self.state.run

    @property
    def step_type(self):
        steps = [step for _, step in self.run.routine.steps]
        return None if self.run.step_index is None else steps[self.run.step_index].type


@pytest.fixture
def ifcb():
    return Instrument()


def load_text(routine=RUN_SAMPLE):
    return f"interactive:load:{routine.to_json()}"


def initialize(ifcb):
    ifcb.says(
        "valuechanged:switchtriggering:0",
        "reportevent:Triggering switched OFF.\n",
        "valuechanged:switchlaser:1",
        "reportevent:Laser switched ON.\n",
        "reportevent:Initializing.\n",
        "movevalvestarted:ccw:exhaust",
        "reportevent:Valve to exhaust, CCW.\n",
        "movevalvefinished:exhaust",
        "reportevent:Valve at exhaust, CCW.\n",
        "syringetrack:0.52",
        "syringetrack:0.00",
        "reportevent:Initialized.\n",
    )


def draw_and_image(ifcb):
    ifcb.reports("Syringe to 0.00 ml.", "Valve to intake, CW.", "Wait 1.0 seconds.")
    ifcb.reports("Syringe speed set to 0.4 min/syr.")
    ifcb.says("valuechanged:getenvironment:41.9:24.1")
    ifcb.reports("Condition: False:", "Syringe to 5.00 ml.", "Wait 2.0 seconds.")
    ifcb.reports("Valve to needle, CW.", "Wait 1.0 seconds.")
    ifcb.reports("Syringe speed set to 20.0 min/syr.", f"Grab file: {BIN}.")
    ifcb.says("valuechanged:switchtriggering:1")
    ifcb.reports("Triggering switched ON.", "Syringe to 0.00 ml.")


def save(ifcb):
    ifcb.reports("Wait 1.0 seconds.")
    ifcb.says("valuechanged:switchtriggering:0")
    ifcb.reports("Triggering switched OFF.", f"{BIN} saved.")


class TestValues:
    @pytest.mark.parametrize(
        ("text", "values"),
        [
            ("valuechanged:switchlaser:0", {"switchlaser": False}),
            ("valuechanged:setpmta:0.45", {"setpmta": 0.45}),
            ("valuechanged:setzoomsize:640:480", {"zoom_width": 640, "zoom_height": 480}),
            ("valuechanged:pausestate:1", {"pausestate": True}),
            ("valuechanged:fpsrate:3.2", {"fpsrate": 3.2}),
            ("valuechanged:hostversion:3.0:1", {"hostversion": "3.0:1"}),
            ("valuechanged:getenvironment:41.9:24.1", {"humidity": 41.9, "temperature": 24.1}),
            ("syringetrack:3.27", {"syringe_volume": 3.27}),
            ("movevalvestarted:ccw:exhaust", {"valve_moving": ("ccw", "exhaust")}),
            ("movevalvefinished:exhaust", {"valve_port": "exhaust", "valve_moving": None}),
            ("valuechanged:acquisition:started", {"acquisition": "started"}),
            ("valuechanged:acquisition:stopped", {"acquisition": "stopped"}),
            ("valuechanged:acquisition:status:9 [N]", {"acquisition_status": "9 [N]"}),
            ("client:enableroutines", {"routines_enabled": True}),
            ("client:disableroutines", {"routines_enabled": False}),
            (STOPPED, {"interactive": "stopped"}),
            (
                "triggerchanged:517:processed:2:516:561",
                {"trigger_number": 517, "trigger_rois": 2}
                | {"triggers_processed": 516, "rois_total": 561},
            ),
            (
                "triggerchanged:517:saved:515:1",
                {"trigger_number": 517, "triggers_saved": 515, "triggers_skipped": 1},
            ),
            ("valuechanged:samplegpsposition:age: 2", {"samplegpsposition": "age: 2"}),
            ("valuechanged:movefocus:-50", {"movefocus": -50}),
            ("reportevent:Laser on.\n", {"report": "Laser on.\n"}),
            (
                f"reportevent:Grab file: {BIN}.\n",
                {"report": f"Grab file: {BIN}.\n", "bin": BIN, "bin_saved": False},
            ),
            (
                f"reportevent:{BIN} saved.\n",
                {"report": f"{BIN} saved.\n", "bin": BIN, "bin_saved": True},
            ),
            (
                "reportevent:Syringe speed set to 0.3 min/syr.\n",
                {"report": "Syringe speed set to 0.3 min/syr.\n", "syringe_speed": 0.3},
            ),
            ("client:reset", {}),
            ("triggerimage:AAAA", {}),
            ("valuechanged:switchnew:1", {}),
            ("", {}),
        ],
    )
    def test_what_a_message_says(self, ifcb, text, values):
        ifcb.says(text)
        assert {name: r.value for name, r in ifcb.state.values.items()} == values

    def test_value_carries_its_time(self, ifcb):
        ifcb.says("syringetrack:3.27")
        assert ifcb.state.reading("syringe_volume") == Reading(3.27, 1 * 10**9, 1 * 10**9 + 5)

    def test_equal_value_renews_its_time(self, ifcb):
        ifcb.says("syringetrack:3.27", "valuechanged:switchlaser:1", "syringetrack:3.27")
        assert ifcb.state.reading("syringe_volume").time_ns == 3 * 10**9
        assert ifcb.state.reading("switchlaser").time_ns == 2 * 10**9

    def test_state_before_is_left_as_it_was(self, ifcb):
        before = ifcb.says("syringetrack:3.27")
        ifcb.says("syringetrack:3.20")
        assert before.value("syringe_volume") == 3.27
        with pytest.raises(TypeError):
            before.values["syringe_volume"] = 1

    @pytest.mark.parametrize(
        "text",
        [
            "syringetrack:NaN",
            "valuechanged:switchlaser:2",
            "client:enableroutines:x",
            "reportevent",
            "movevalvestarted:cw",
            "movevalvefinished",
        ],
    )
    def test_what_cannot_be_read_says_nothing(self, ifcb, text):
        ifcb.says("syringetrack:3.27")
        before = ifcb.state
        assert ifcb.says(text) is before

    def test_good_field_is_kept_beside_a_bad_one(self, ifcb):
        ifcb.says("valuechanged:getenvironment:41.9:24.1", "valuechanged:getenvironment:NaN:25")
        assert ifcb.state.value("humidity") == 41.9
        assert ifcb.state.value("temperature") == 25

    def test_what_we_send_is_no_word_of_the_instrument(self, ifcb):
        before = ifcb.state
        assert ifcb.is_told("valuechanged:switchlaser:1", "daq:switchlaser:1") is before

    def test_loaded_routine_is_kept(self, ifcb):
        ifcb.says(f"valuechanged:{load_text()}")
        assert ifcb.state.value("loaded") == RUN_SAMPLE
        ifcb.says('valuechanged:interactive:load:{"no":1}')
        assert ifcb.state.value("loaded") is None


class TestStoredRoutine:
    def test_is_requested_until_something_is_heard(self, ifcb):
        ifcb.is_told("routine:runsample")
        run = ifcb.run
        assert (run.name, run.phase, run.evidence) == (
            "runsample",
            RunPhase.REQUESTED,
            "routine:runsample",
        )
        ifcb.says("syringetrack:0.00", "valuechanged:switchlaser:1", "valuechanged:fpsrate:0")
        ifcb.reports("Laser switched ON.", "Valve at exhaust, CCW.", f"{BIN} saved.")
        assert ifcb.run is run
        assert ifcb.state.busy

    @pytest.mark.parametrize(
        "report",
        [
            "Initializing.",
            "Valve to intake, CW.",
            "Syringe to 5.00 ml.",
            "Syringe speed set to 0.4 min/syr.",
            f"Grab file: {BIN}.",
        ],
    )
    def test_runs_when_a_report_shows_it(self, ifcb, report):
        ifcb.is_told("routine:runsample")
        ifcb.reports(report)
        assert ifcb.run.phase is RunPhase.RUNNING
        assert ifcb.run.evidence == f"reportevent:{report}\n"
        assert ifcb.run.started.time_ns == 2 * 10**9
        assert ifcb.run.step == report

    def test_whole_sample(self, ifcb):
        ifcb.is_told("routine:runsample")
        initialize(ifcb)
        assert ifcb.step_type == "Initialize"
        assert ifcb.run.step == "Initialized."
        draw_and_image(ifcb)
        assert ifcb.step_type == "DriveSyringe"
        assert ifcb.run.step == "Syringe to 0.00 ml."
        assert ifcb.state.value("bin") == BIN
        assert ifcb.state.value("bin_saved") is False
        save(ifcb)
        assert ifcb.step_type == "SaveFiles"
        assert ifcb.state.value("bin_saved") is True
        assert ifcb.run.phase is RunPhase.RUNNING
        ifcb.reports("Finished - Run sample.")
        assert ifcb.run.phase is RunPhase.FINISHED
        assert ifcb.run.evidence == "reportevent:Finished - Run sample.\n"
        assert ifcb.run.name == "runsample"
        assert ifcb.run.changed.time_ns > ifcb.run.started.time_ns
        assert not ifcb.state.busy

    def test_initialize_ends_with_its_only_step(self, ifcb):
        ifcb.is_told("routine:initialize")
        initialize(ifcb)
        assert ifcb.run.phase is RunPhase.FINISHED
        assert ifcb.run.evidence == "reportevent:Initialized.\n"

    def test_stop_sample_ends_by_its_title(self, ifcb):
        ifcb.is_told("routine:stopsample")
        ifcb.reports("Triggering switched OFF.", f"{BIN} saved.", "Finished - Stop sample.")
        assert ifcb.run.phase is RunPhase.FINISHED

    def test_end_of_another_is_no_end_of_what_was_requested(self, ifcb):
        ifcb.is_told("routine:runsample")
        ifcb.reports("Finished - Debubble.")
        assert ifcb.run.phase is RunPhase.REQUESTED

    def test_routine_the_program_does_not_know(self, ifcb):
        ifcb.is_told("routine:ours")
        initialize(ifcb)
        assert (ifcb.run.name, ifcb.run.routine) == ("ours", None)
        assert ifcb.run.step_index is None
        ifcb.reports("Finished - Something else.")
        assert ifcb.run.phase is RunPhase.FINISHED

    def test_finished_run_stays_as_it_ended(self, ifcb):
        ifcb.is_told("routine:runsample")
        ifcb.reports("Initializing.", "Finished - Run sample.")
        ended = ifcb.run
        ifcb.says(STOPPED, "valuechanged:acquisition:stopped")
        ifcb.reports("Valve to needle, CW.", "Finished - Run sample.")
        assert ifcb.run is ended


class TestRequestBehindAnother:
    def test_reports_of_the_earlier_one_prove_nothing(self, ifcb):
        ifcb.is_told("routine:debubble")
        initialize(ifcb)
        ifcb.is_told("routine:runsample")
        ifcb.reports("Valve to needle, CCW.", "Finished - Debubble.")
        assert (ifcb.run.name, ifcb.run.phase) == ("runsample", RunPhase.REQUESTED)
        ifcb.reports("Syringe to 0.00 ml.")
        assert ifcb.run.phase is RunPhase.RUNNING

    def test_same_routine_twice(self, ifcb):
        ifcb.is_told("routine:debubble")
        initialize(ifcb)
        ifcb.is_told("routine:debubble", "routine:debubble")
        ifcb.reports("Finished - Debubble.")
        assert ifcb.run.phase is RunPhase.REQUESTED
        ifcb.reports("Initializing.", "Finished - Debubble.")
        assert ifcb.run.phase is RunPhase.FINISHED

    def test_fresh_start_proves_it(self, ifcb):
        ifcb.is_told("routine:debubble")
        initialize(ifcb)
        ifcb.is_told("routine:runsample")
        ifcb.reports("Initializing.")
        assert (ifcb.run.name, ifcb.run.phase) == ("runsample", RunPhase.RUNNING)


class TestInteractiveRoutine:
    def start(self, ifcb, text):
        ifcb.is_told(text, "interactive:start")
        ifcb.says(f"valuechanged:{text}", "client:reset")

    def test_whole_sample(self, ifcb):
        self.start(ifcb, load_text())
        assert (ifcb.run.name, ifcb.run.phase) == ("runsample", RunPhase.REQUESTED)
        ifcb.says(STARTED, "client:disableroutines", "client:reset")
        assert (ifcb.run.phase, ifcb.run.evidence) == (RunPhase.RUNNING, STARTED)
        assert ifcb.state.value("routines_enabled") is False
        initialize(ifcb)
        draw_and_image(ifcb)
        assert (ifcb.run.name, ifcb.run.routine) == ("runsample", RUN_SAMPLE)
        assert ifcb.step_type == "DriveSyringe"
        save(ifcb)
        ifcb.says("client:enableroutines", STOPPED)
        assert (ifcb.run.phase, ifcb.run.evidence) == (RunPhase.FINISHED, STOPPED)

    def test_unknown_steps_have_no_name(self, ifcb):
        text = 'interactive:load:[{"Type":"Sequence","Steps":[{"StepType":"Initialize"}]}]'
        self.start(ifcb, text)
        ifcb.says(STARTED)
        assert ifcb.run.name is None
        assert len(list(ifcb.run.routine.steps)) == 1

    def test_started_by_somebody_else(self, ifcb):
        ifcb.says(f"valuechanged:{load_text()}", STARTED)
        assert (ifcb.run.name, ifcb.run.phase) == ("runsample", RunPhase.RUNNING)

    def test_started_with_nothing_loaded(self, ifcb):
        ifcb.says(STARTED)
        assert (ifcb.run.name, ifcb.run.routine) == (None, None)

    def test_stored_routine_that_is_announced_keeps_its_name(self, ifcb):
        ifcb.says(f"valuechanged:{load_text()}")
        ifcb.is_told("routine:debubble")
        ifcb.says(STARTED)
        assert (ifcb.run.name, ifcb.run.phase) == ("debubble", RunPhase.RUNNING)

    def test_what_the_host_loaded_counts_not_what_we_sent(self, ifcb):
        ifcb.is_told(load_text(), "interactive:start")
        ifcb.says(f"valuechanged:{load_text(BUILTIN_ROUTINES['debubble'])}", STARTED)
        assert ifcb.run.name == "debubble"

    def test_early_stopped_does_not_end_what_was_requested(self, ifcb):
        self.start(ifcb, load_text())
        ifcb.says(STOPPED)
        assert ifcb.run.phase is RunPhase.REQUESTED

    def test_initializing_again_is_part_of_it(self, ifcb):
        self.start(ifcb, load_text())
        ifcb.says(STARTED)
        initialize(ifcb)
        ifcb.reports("Initializing.")
        assert ifcb.run.name == "runsample"


class TestSomebodyElse:
    def test_initializing_without_a_known_run(self, ifcb):
        ifcb.reports("Initializing.")
        assert (ifcb.run.name, ifcb.run.phase) == (None, RunPhase.RUNNING)
        ifcb.reports("Finished - Debubble.")
        assert (ifcb.run.name, ifcb.run.phase) == ("debubble", RunPhase.FINISHED)

    def test_other_reports_without_a_known_run(self, ifcb):
        ifcb.reports("Valve to intake, CW.", "Finished - Run sample.")
        assert ifcb.run is None

    def test_second_initializing_is_another_run(self, ifcb):
        ifcb.is_told("routine:runsample")
        initialize(ifcb)
        draw_and_image(ifcb)
        ifcb.reports("Initializing.")
        assert (ifcb.run.name, ifcb.run.phase) == (None, RunPhase.RUNNING)
        assert ifcb.run.step == "Initializing."

    def test_beads_initialize_behind_their_first_step(self, ifcb):
        ifcb.is_told("routine:beads")
        ifcb.reports("Stirrer switched ON.", "Initializing.")
        assert ifcb.run.name == "beads"
        assert ifcb.step_type == "Initialize"

    def test_acquisition_that_stops_ends_its_run(self, ifcb):
        ifcb.says("valuechanged:acquisition:started")
        ifcb.reports("Initializing.")
        ifcb.says("valuechanged:acquisition:stopped")
        assert ifcb.run.phase is RunPhase.FINISHED
        assert ifcb.run.evidence == "valuechanged:acquisition:stopped"

    def test_acquisition_that_did_not_run_ends_nothing(self, ifcb):
        ifcb.is_told("routine:runsample")
        ifcb.reports("Initializing.")
        ifcb.says("valuechanged:acquisition:stopped")
        assert ifcb.run.phase is RunPhase.RUNNING


class TestMarkers:
    def marker(self, kind, path, value=None, routine="runsample"):
        payload = {"kind": kind, "routine": routine, "path": path, "value": value}
        return f"reportevent:$phyto-arm$0${json.dumps(payload)}\n"

    def enter(self):
        return self.marker("enter", [], json.loads(RUN_SAMPLE.to_json()))

    def test_name_routine_and_step(self, ifcb):
        ifcb.says(STARTED, self.enter(), self.marker("before", [0]))
        assert (ifcb.run.name, ifcb.run.routine) == ("runsample", RUN_SAMPLE)
        ifcb.says(self.marker("before", [0, 2]))
        ifcb.reports("Valve to intake, CW.")
        assert ifcb.run.step_index == 2
        assert ifcb.run.step == "Valve to intake, CW."
        ifcb.says(self.marker("after", [0, 2]), self.marker("before", [4, 1]))
        groups = RUN_SAMPLE.groups
        assert ifcb.run.step_index == sum(len(group.steps) for group in groups[:4]) + 1

    def test_reports_do_not_contradict_them(self, ifcb):
        ifcb.says(STARTED, self.enter(), self.marker("before", [4, 2]))
        index = ifcb.run.step_index
        ifcb.reports("Wait 1.0 seconds.")
        assert (ifcb.run.step_index, ifcb.step_type) == (index, "Wait")

    def test_is_no_report_for_people(self, ifcb):
        ifcb.reports("Initializing.")
        ifcb.says(self.enter())
        assert ifcb.state.value("report") == "Initializing.\n"
        assert len(ifcb.run.evidence) <= 200

    def test_late_markers_start_no_run(self, ifcb):
        ifcb.says(self.marker("after", [0, 1]), self.marker("exit", []))
        assert ifcb.run is None

    def test_joined_in_the_middle(self, ifcb):
        ifcb.says(self.marker("before", [0, 1]))
        assert (ifcb.run.name, ifcb.run.phase) == ("runsample", RunPhase.RUNNING)
        assert ifcb.run.step_index is None

    def test_requested_routine_runs(self, ifcb):
        ifcb.is_told("routine:runsample")
        ifcb.says(self.marker("before", [0, 1]))
        assert (ifcb.run.phase, ifcb.run.step_index) == (RunPhase.RUNNING, 1)

    def test_markers_of_another_routine(self, ifcb):
        ifcb.is_told("routine:debubble")
        ifcb.says(self.marker("before", [0, 1]))
        assert (ifcb.run.name, ifcb.run.phase) == ("debubble", RunPhase.REQUESTED)
        ifcb.says(self.enter())
        assert (ifcb.run.name, ifcb.run.phase) == ("runsample", RunPhase.RUNNING)

    @pytest.mark.parametrize("path", [[99, 0], [0, 99], [-1, 0], [0, 0, 0]])
    def test_impossible_step(self, ifcb, path):
        ifcb.says(STARTED, self.enter(), self.marker("before", path))
        assert ifcb.run.step_index is None


texts = st.one_of(
    st.text(),
    st.sampled_from(["0", "1", "x", "", "[]"]).flatmap(
        lambda rest: st.sampled_from([f"{key}:{rest}" for key in MESSAGE_FORMS])
    ),
    st.sampled_from(
        [
            "routine:runsample",
            "routine:",
            load_text(),
            "interactive:load:",
            "interactive:start",
            STARTED,
            STOPPED,
            f"valuechanged:{load_text(BUILTIN_ROUTINES['bleach'])}",
            "reportevent:Initializing.\n",
            "reportevent:Initialized.\n",
            "reportevent:Valve to intake, CW.\n",
            "reportevent:Syringe to 0.00 ml.\n",
            "reportevent:Finished - Run sample.\n",
            'reportevent:$phyto-arm$0${"kind":"before","routine":"bleach","path":[2,9]}',
        ]
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(Direction), texts), max_size=15))
def test_never_raises(lines):
    state = InstrumentState()
    for direction, text in lines:
        state = reduce_state(state, Entry(parse_message(text), direction))
    if state.run is not None and state.run.step_index is not None:
        assert 0 <= state.run.step_index < len(list(state.run.routine.steps))


class TestStopping:
    def _sampling(self, ifcb):
        ifcb.is_told("routine:runsample")
        initialize(ifcb)
        draw_and_image(ifcb)
        return ifcb

    def test_a_stop_is_remembered_and_ends_nothing_by_itself(self, ifcb):
        self._sampling(ifcb).is_told("interactive:stop")
        assert ifcb.run.phase is RunPhase.RUNNING
        assert ifcb.run.stop_asked.value == "interactive:stop"
        ifcb.reports("Triggering switched OFF.")
        assert ifcb.run.phase is RunPhase.RUNNING

    @pytest.mark.parametrize("report", [f"{BIN} saved.", "Stopped.", "Aborted by user."])
    def test_word_of_the_end_after_a_stop_ends_the_run(self, ifcb, report):
        self._sampling(ifcb).is_told("interactive:stop")
        ifcb.reports(report)
        assert ifcb.run.phase is RunPhase.FINISHED
        assert report in ifcb.run.evidence

    @pytest.mark.parametrize("report", [f"{BIN} saved.", "Stopped."])
    def test_the_same_word_without_a_stop_ends_nothing(self, ifcb, report):
        self._sampling(ifcb).reports(report)
        assert ifcb.run.phase is RunPhase.RUNNING

    def test_the_next_run_starts_unstopped(self, ifcb):
        self._sampling(ifcb).is_told("interactive:stop")
        ifcb.reports("Stopped.")
        ifcb.is_told("routine:runsample")
        assert ifcb.run.stop_asked is None


class TestRefusedRequest:
    def test_first_start_leaves_no_run(self, ifcb):
        ifcb.is_told("routine:runsample")
        ifcb.refuses(1)
        assert ifcb.run is None
        assert not ifcb.state.busy

    @pytest.mark.parametrize("command", ["routine:beads", "interactive:start"])
    def test_run_under_way_goes_on(self, ifcb, command):
        ifcb.says(STARTED)
        running = ifcb.run
        ifcb.is_told(command)
        ifcb.refuses(2)
        assert ifcb.run == running
        assert ifcb.run.phase is RunPhase.RUNNING

    @pytest.mark.parametrize("end", [STOPPED, "reportevent:Finished - Run sample.\n"])
    def test_run_that_ended_meanwhile_is_not_revived(self, ifcb, end):
        ifcb.says(STARTED)
        ifcb.is_told("routine:beads")
        ifcb.says(end)
        ifcb.refuses(2)
        assert ifcb.run.phase is RunPhase.FINISHED

    @pytest.mark.parametrize("order", [(2, 3), (3, 2)])
    def test_two_starts_are_refused_in_any_order(self, ifcb, order):
        ifcb.says(STARTED)
        running = ifcb.run
        ifcb.is_told("routine:beads", "routine:bleach")
        for told in order:
            ifcb.refuses(told)
        assert ifcb.run == running

    def test_earlier_request_holds_when_the_later_is_refused(self, ifcb):
        ifcb.is_told("routine:beads", "routine:bleach")
        ifcb.refuses(2)
        assert (ifcb.run.name, ifcb.run.phase) == ("beads", RunPhase.REQUESTED)

    def test_run_that_has_begun_all_the_same_stays(self, ifcb):
        ifcb.is_told("routine:initialize")
        ifcb.reports("Initializing.")
        begun = ifcb.run
        ifcb.refuses(1)
        assert ifcb.run is begun
        assert begun.phase is RunPhase.RUNNING

    def test_refused_stop_was_not_asked_for(self, ifcb):
        ifcb.says(STARTED)
        ifcb.is_told("interactive:stop")
        ifcb.refuses(2)
        ifcb.reports(f"{BIN} saved.")
        assert ifcb.run.phase is RunPhase.RUNNING

    def test_endless_requests_are_not_all_remembered(self, ifcb):
        ifcb.is_told(*["routine:beads"] * 2000)
        depth, run = 0, ifcb.run
        while run is not None:
            depth, run = depth + 1, run.before
        assert depth == 3


said = st.sampled_from(
    [
        STARTED,
        STOPPED,
        "triggerchanged:1:processed:2:3:4",
        "triggerchanged:2:saved:1:0",
        "triggerchanged:x:saved:1:0",
        "valuechanged:getenvironment:40.1:23.4",
        "valuechanged:fpsrate:2.5",
        "valuechanged:fpsrate:none",
        "valuechanged:acquisition:started",
        "valuechanged:acquisition:stopped",
        "reportevent:Initializing\n",
        f"reportevent:{BIN} saved.\n",
        "routine:runsample",
        "graphchanged:0.1:0.2:0.3:1.0:948:412:1:0.45:0.6:0.13:0.13:2026-03-14|03-09",
        "never heard of",
    ]
)


@given(st.lists(st.tuples(st.sampled_from(Direction), said), max_size=12))
def test_several_lines_at_once_leave_the_state_that_they_leave_one_by_one(lines):
    entries = [
        Entry(parse_message(text), direction, time_ns=now, monotonic_ns=now + 5)
        for now, (direction, text) in enumerate(lines)
    ]
    one_by_one = InstrumentState()
    for entry in entries:
        one_by_one = reduce_state(one_by_one, entry)
    assert reduce_all(InstrumentState(), entries) == one_by_one
