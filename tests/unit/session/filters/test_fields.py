from __future__ import annotations

from ifcbgui.instrument.catalogue import MESSAGE_FORMS
from ifcbgui.session.filters import forms_with
from ifcbgui.session.filters.fields import ROW_FIELDS, field_names, natures, without_unit

OWN_NAMES = {"kind", "dir", "time"}


def test_says_which_forms_have_a_field_under_either_name() -> None:
    assert forms_with("humidity") == {"valuechanged:getenvironment"}
    assert forms_with("volume") == forms_with("syringe_volume") == {"syringetrack"}
    assert len(forms_with("number")) > 2
    assert forms_with("no_such") == frozenset()


def test_what_is_neither_number_nor_switch_nor_text_cannot_be_compared() -> None:
    assert not {"daq", "image"} & set(field_names())
    assert natures("rois") == {"number"}
    assert natures("value") == {"number", "text"}
    assert natures("pausestate") == {"switch"}


def test_no_name_of_the_catalogue_hides_a_name_of_the_language() -> None:
    catalogue = {name for name in field_names() if forms_with(name)}
    assert not catalogue & (OWN_NAMES | set(ROW_FIELDS))


def test_no_message_begins_with_a_name_so_that_a_typed_beginning_is_text() -> None:
    beginnings = {key.partition(":")[0] for key in MESSAGE_FORMS}
    assert not beginnings & (OWN_NAMES | set(field_names()))


def test_takes_away_only_a_unit_of_the_field() -> None:
    assert without_unit("humidity", "55%") == "55"
    assert without_unit("humidity", "55%rh") == "55"
    assert without_unit("temperature", "20°c") == without_unit("temperature", "20c") == "20"
    assert without_unit("humidity", "55v") == "55v"
    assert without_unit("report", "55%") == "55%"
