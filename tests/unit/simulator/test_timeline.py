from __future__ import annotations

from ifcbgui.simulator.timeline import Activity, Gate, Timeline


def test_activities_run_in_the_order_of_their_times_then_of_asking() -> None:
    timeline = Timeline()
    seen: list[tuple[str, float]] = []

    def tick(name: str, *pauses: float) -> Activity:
        for pause in pauses:
            yield pause
            seen.append((name, timeline.now))

    timeline.spawn(tick("a", 2.0, 2.0))
    timeline.spawn(tick("b", 1.0, 3.0))
    timeline.run_until(3.5)
    assert seen == [("b", 1.0), ("a", 2.0)]
    assert timeline.now == 3.5
    timeline.run_until(10.0)
    assert seen[2:] == [("b", 4.0), ("a", 4.0)]
    assert timeline.next_due is None


def test_a_shut_gate_holds_and_an_open_one_does_not() -> None:
    timeline = Timeline()
    gate = Gate(timeline)
    passed: list[float] = []

    def walk() -> Activity:
        while True:
            yield gate
            passed.append(timeline.now)
            yield 1.0

    timeline.spawn(walk())
    timeline.run_until(1.5)
    gate.shut()
    timeline.run_until(9.5)
    assert passed == [0.0, 1.0]
    gate.open()
    timeline.run_until(10.0)
    assert passed == [0.0, 1.0, 9.5]


def test_a_cancelled_task_cleans_up_and_never_wakes() -> None:
    timeline = Timeline()
    gate = Gate(timeline, is_open=False)
    ends: list[str] = []

    def wait(name: str, at: float | Gate) -> Activity:
        try:
            yield at
            ends.append(f"{name} went on")
        finally:
            ends.append(f"{name} ended")

    tasks = [timeline.spawn(wait("sleeper", 5.0)), timeline.spawn(wait("waiter", gate))]
    timeline.run_until(1.0)
    for task in tasks:
        task.cancel()
    gate.open()
    timeline.run_until(10.0)
    assert ends == ["sleeper ended", "waiter ended"]
    assert timeline.next_due is None
