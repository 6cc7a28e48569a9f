"""The catalogue against the list of every form that public sources show."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ifcbgui.instrument.catalogue import MESSAGE_FORMS
from ifcbgui.instrument.parser import parse_message

OTHER_FORMS = [
    "client:reset",
    "client:disconnected",
    "client:enableroutines",
    "client:disableroutines",
    "syringetrack:<f>",
    "movevalvestarted:<s>:<s>",
    "movevalvefinished:<s>",
    "triggerchanged:<i>:processed:<i>:<i>:<i>",
    "triggerchanged:<i>:saved:<i>:<i>",
    "triggerchanged:<i>:skipped:<i>:<i>:<i>:<i>",
    "triggerimage:<b64>",
    "graphchanged:<f>:<f>:<f>:<f>:<i>:<i>:<i>:<f>:<f>:<f>:<f>:<t>",
    "file:start:<s>:<i>:<s>",
    "file:end:<s>",
    "valuechanged:acquisition:status:<s>",
    "valuechanged:acquisition:started",
    "valuechanged:acquisition:stopped",
    "valuechanged:pausestate:<b>",
    "valuechanged:fpsrate:<f>",
    "valuechanged:interactive:load:<j>",
    "valuechanged:interactive:clear",
    "valuechanged:interactive:save",
    "valuechanged:interactive:started",
    "valuechanged:interactive:stopped",
    "valuechanged:setzoomsize:<i>:<i>",
    "valuechanged:getenvironment:<f>:<f>",
    "valuechanged:movefocus:<i>",
    "valuechanged:movelaser:<i>",
    "valuechanged:uvmodulepresent:<b>",
    "valuechanged:hostversion:<s>",
    "reportevent:<s>",
    "file:chunk:<s>:<i>:<s>",
    "valuechanged:currentgpsposition:<s>",
    "valuechanged:samplegpsposition:<s>",
]

SWITCHES = [
    "stirrer",
    "laser",
    "camera",
    "pump1",
    "pump2",
    "autostart",
    "autoshutdown",
    "continuoustrigger",
    "refillafterdebubble",
    "debubblewithsample",
    "primewithsample",
    "backflushwithsample",
    "beads",
    "runsamplefast",
    "liveenv",
    "flash",
    "pmta",
    "pmtb",
    "altpmta",
    "altpmtb",
    "bleachtoexhaust",
    "viewimages",
    "viewroisonly",
    "viewtriggers",
    "viewgraphs",
    "viewactivity",
    "featuregeneration",
    "viewfps",
    "viewsyringe",
    "viewvalve",
    "auxpower1",
    "triggering",
    "blobgeneration",
    "folderhierarchy",
    "interactiveautostart",
    "outputfiles",
    "uvwithsample",
    "promptfilecomment",
    "viewzoom",
]

FLOAT_SETTINGS = [
    "biocidevolume",
    "bleachrinsevolume",
    "bleachvolume",
    "pmta",
    "triga",
    "pmtb",
    "trigb",
    "flashvoltage",
    "altflashvoltage",
    "pumpvoltage",
    "altpmta",
    "alttriga",
    "altpmtb",
    "alttrigb",
    "samplevolume",
    "altsamplevolume",
    "beadsvolume",
    "skipvolume",
    "flashdelay",
    "humiditythreshold",
    "primevolume",
    "flushvolume",
    "debubbleconevolume",
    "debubbleneedlevolume",
    "debubblerefillvolume",
    "debubbleleftvolume",
]

INT_SETTINGS = [
    "cleaninginterval",
    "counteralt",
    "counterbeads",
    "countercleaning",
    "altconfigint",
    "beadsinterval",
    "fastfactor",
    "binarizethreshold",
    "minimumblobarea",
    "xgrowamount",
    "ygrowamount",
    "minimumgap",
    "firstframetimeout",
    "bleachrinsecount",
    "cameragain",
    "samplestorun",
    "focuslargestep",
    "focussmallstep",
    "laserlargestep",
    "lasersmallstep",
]

TEXT_SETTINGS = ["datafolder", "filecomment"]

FORMS = (
    OTHER_FORMS
    + [f"valuechanged:switch{name}:<b>" for name in SWITCHES]
    + [f"valuechanged:set{name}:<f>" for name in FLOAT_SETTINGS]
    + [f"valuechanged:set{name}:<i>" for name in INT_SETTINGS]
    + [f"valuechanged:set{name}:<s>" for name in TEXT_SETTINGS]
)
SPECIAL_FORMS = [
    "file:list",
    "triggerrois",
    "triggercontent",
    "valuechanged:interactive:listgroups",
    "valuechanged:interactive:liststeps",
]
TYPES = {"<f>": "float", "<i>": "int", "<b>": "bool", "<s>": "text", "<j>": "json"} | {
    "<b64>": "base64",
    "<t>": "stamp",
}
WIRE = {"<f>": "0.25", "<i>": "7", "<b>": "1", "<s>": "a text", "<j>": '[{"a":1}]'} | {
    "<b64>": "AAAA",
    "<t>": "2026-03-14|03-09",
}


def wire_text(form: str) -> str:
    return ":".join(WIRE.get(part, part) for part in form.split(":"))


def test_holds_exactly_the_known_forms():
    assert len(FORMS) == 121  # 117 fixed forms, three with free text and the file chunk
    keys = {":".join(part for part in form.split(":") if part[0] != "<") for form in FORMS}
    assert set(MESSAGE_FORMS) == keys | set(SPECIAL_FORMS)


@pytest.mark.parametrize("form", FORMS)
def test_form_has_these_types(form):
    found = parse_message(wire_text(form)).form
    assert found is not None
    variable = [(i, TYPES[part]) for i, part in enumerate(form.split(":")) if part in TYPES]
    assert [(spec.position, spec.type) for spec in found.fields] == variable


@pytest.mark.parametrize("form", FORMS)
def test_every_field_is_converted(form):
    message = parse_message(wire_text(form))
    assert message.problem is None
    kinds = {"float": float, "int": int, "bool": bool, "text": str, "json": list, "base64": bytes}
    for spec in message.form.fields:
        if spec.type in kinds:
            assert type(message.fields[spec.position]) is kinds[spec.type]


@pytest.mark.parametrize("key", FORMS + SPECIAL_FORMS)
def test_every_message_can_be_explained(key):
    form = MESSAGE_FORMS.get(key) or parse_message(wire_text(key)).form
    assert form.label
    assert form.meaning.endswith(".")
    assert form.source.startswith(("seen in", "inferred"))
    for field in form.fields:
        assert field.meaning
        if field.minimum is not None and field.maximum is not None:
            assert field.minimum < field.maximum
    if form.stream_switch:
        assert MESSAGE_FORMS[f"valuechanged:{form.stream_switch}"].group == "switch"


def test_volumes_are_in_millilitres_and_bounded_by_the_syringe():
    for key, form in MESSAGE_FORMS.items():
        if key.endswith("volume"):
            assert form.fields[0].unit == "mL", key
            assert form.fields[0].maximum == 5, key


def test_labels_of_switches_and_settings_differ():
    labels = [form.label for form in MESSAGE_FORMS.values() if form.group in ("switch", "setting")]
    assert len(set(labels)) == len(labels)


def test_importing_reads_no_resource():
    code = (
        "import sys, ifcbgui._resources as r; r.read_text = None\n"
        "import ifcbgui.instrument.parser, ifcbgui.instrument.routines\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)
