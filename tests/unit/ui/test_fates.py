from __future__ import annotations

from ifcbgui.instrument.commands import COMMANDS
from ifcbgui.instrument.ticket import Fate, Step, Ticket
from ifcbgui.ui.models.fates import FATE_LOOKS, span_text, story_of
from tests.helpers.log_traffic import TIME_NS

MS = 1_000_000


def ticket(*steps: Step) -> Ticket:
    pause = COMMANDS.get("pause")
    result = Ticket(1, pause.text, pause, row_id=1, sent_ns=TIME_NS)
    for step in steps:
        result = result.with_step(step)
    return result


def test_a_story_gives_each_step_with_its_time() -> None:
    story = story_of(
        ticket(
            Step(Fate.SENT, 0),
            Step(Fate.ACCEPTED, 35 * MS),
            Step(Fate.CONFIRMED, 210 * MS, "valuechanged:pausestate:1"),
        ),
        utc=True,
    )
    assert story.splitlines() == [
        "Sent 16:00:00.000 UTC",
        "Accepted by the hub after 35 ms",
        "Confirmed after 210 ms by “valuechanged:pausestate:1”",
    ]


def test_a_failure_is_told_in_its_own_words() -> None:
    story = story_of(
        ticket(Step(Fate.SENT, 0), Step(Fate.REFUSED, 41 * MS, "No such host.")), utc=True
    )
    assert story.endswith("Refused after 41 ms: No such host.")


def test_every_fate_has_a_look_of_its_own() -> None:
    assert set(FATE_LOOKS) == set(Fate)
    assert len({look.mark for look in FATE_LOOKS.values()}) == len(Fate)
    assert len({look.short for look in FATE_LOOKS.values()}) == len(Fate)


def test_a_silent_hub_is_not_said_to_have_done_nothing() -> None:
    for fate in (Fate.TIMED_OUT, Fate.UNKNOWN):
        assert "may have run" in FATE_LOOKS[fate].mark
        assert "may have been executed" in FATE_LOOKS[fate].words


def test_spans_are_as_exact_as_they_need_be() -> None:
    spans = (0, 999 * MS, 1500 * MS, 9949 * MS, 30_000 * MS)
    assert [span_text(span) for span in spans] == ["0 ms", "999 ms", "1.5 s", "9.9 s", "30 s"]
