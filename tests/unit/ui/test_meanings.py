from __future__ import annotations

from ifcbgui.ui.meanings import Meaning, meaning_of


def test_a_switch_is_told_by_its_form() -> None:
    meaning = meaning_of("switchlaser")
    assert meaning.label == "Laser"
    assert meaning.wire == "valuechanged:switchlaser:<on>"
    assert meaning.stream_switch is None


def test_a_field_of_many_is_told_by_itself() -> None:
    humidity, temperature = meaning_of("humidity"), meaning_of("temperature")
    assert (humidity.unit, temperature.unit) == ("%RH", "°C")
    assert humidity.label == "Relative humidity"
    assert humidity.wire == temperature.wire


def test_stale_times_and_streams_come_from_the_catalogue() -> None:
    assert meaning_of("fpsrate").stale_after_ns == 15_000_000_000
    assert meaning_of("fpsrate").stream_switch == "switchviewfps"
    assert meaning_of("valve_moving").stream_switch == "switchviewvalve"


def test_a_name_the_catalogue_lacks_stands_for_itself() -> None:
    assert meaning_of("bin") == Meaning("bin")
