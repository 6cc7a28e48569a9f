"""`parse_message` beside a linear scan of patterns, over the whole catalogue."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence

import pytest

from ifcbgui import parse_message
from ifcbgui.instrument.catalogue import MESSAGE_FORMS
from ifcbgui.instrument.messages import FieldSpec, MessageForm
from tests.bench.flood_hub import traffic
from tests.bench.linear_scan import scan

# Eight by eight pixels: to decode base64 is no matter of how a form is found.
PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAAAAADhZOFXAAAAG0lEQVR4nGPcwgABTAzYGCUwRk8JAwMDI27FAHjBAusj"
    "HEy/AAAAAElFTkSuQmCC"
)
EXAMPLES = {
    "int": "412",
    "float": "0.4523",
    "bool": "1",
    "text": "exhaust",
    "json": '[{"Type":"Sequence","Steps":[{"StepType":"Initialize"}]}]',
    "base64": PNG,
    "stamp": "2026-03-14|03-09",
    "rois": f"2:120:310:{PNG}:64:18:{PNG}",
    "daq": "daq:ADCTime:4295.101:PeakA:0.016:InhibitTime:0.420:rois",
    "names": "a.adc:a.hdr:a.roi",
    "items": "1:a:b",
}
OWN_EXAMPLES = {
    "report": "Syringe speed set to 20.0 min/syr\n",
    "position": "age: 1 lat: 41.52457 lon: -70.66970",
    "data": "aHVtaWRpdHk6IDQx",
}
ROUNDS = 100


def example(form: MessageForm) -> str:
    """Return a message of a form as an instrument might send it."""
    fields = {f"<{field.name}>": value(field) for field in form.fields}
    return ":".join(fields.get(part, part) for part in form.pattern.split(":"))


def value(field: FieldSpec) -> str:
    if field.type == "text":
        return OWN_EXAMPLES.get(field.name, EXAMPLES["text"])
    return EXAMPLES[field.type]


def costs_us(texts: Sequence[str], *parsers: Callable[[str], object]) -> list[float]:
    """Return what a message costs each parser at its best, in microseconds of this thread.

    They take turns, since other programs share the machine. Every text is a new object each time,
    as from the wire: Python remembers the hash of a text.
    """
    raw = [text.encode() for text in texts]
    costs: list[list[int]] = [[] for _ in parsers]
    for parse, spent in ROUNDS * list(zip(parsers, costs, strict=True)):
        fresh = [data.decode() for data in raw]
        start = time.thread_time_ns()
        for text in fresh:
            parse(text)
        spent.append(time.thread_time_ns() - start)
    return [min(spent) / len(texts) / 1000 for spent in costs]


CATALOGUE = [example(form) for form in MESSAGE_FORMS.values()]


@pytest.mark.parametrize(
    ("name", "texts", "target"),
    [
        (
            "the catalogue, each form once",
            [example(f) for f in MESSAGE_FORMS.values()],
            " (target 25)",
        ),
        ("what is said during a sample", list(itertools.islice(traffic(), 500)), ""),
    ],
)
def test_parser_speed(name: str, texts: list[str], target: str) -> None:
    assert all(scan(text) for text in texts)
    assert all(m.known and not m.problem for m in map(parse_message, texts))
    scanned, parsed = costs_us(texts, scan, parse_message)
    print(
        f"\n{name}: linear scan {scanned:.2f} us, parse_message {parsed:.2f} us a message: "
        f"{scanned / parsed:.1f} times as fast{target}"
    )
