from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ifcbgui.instrument.bins.header import parse_header
from tests.helpers.bin_files import HEADER, OLD_HEADER


def test_keys_and_values() -> None:
    header = parse_header(HEADER.replace("\n", "\r\n").encode())
    assert list(header)[:3] == ["SoftwareVersion", "sampleType", "triggerCount"]
    assert header["softwareversion"] == "2.5.0.0"
    assert header["FileComment"] == "pier: north end"
    assert header.number("humidity") == 41.86
    assert header.number("sampleType") is None
    assert header.flag("runSampleFast") is False
    assert header.flag("humidity") is None


def test_what_is_no_pair_is_kept() -> None:
    header = parse_header(b"SoftwareVersion: 2.0\nAnalog firmware version 36\nimagerID: 13\t\n")
    assert header.notes == ("Analog firmware version 36",)
    assert header["imagerID"] == "13"


def test_quoted_headers() -> None:
    header = parse_header(OLD_HEADER.encode())
    assert dict(header)["binarizeThreshold"] == "30"
    assert header.notes[0].startswith("Imaging FlowCytobot")


def test_headers_of_sentences() -> None:
    header = parse_header(
        b"run time = 1199.5 s   inhibit time = 12.5 s\n21.5 temperature,  30 humidity"
    )
    assert header.number("runTime") == 1199.5
    assert header.number("inhibitTime") == 12.5
    assert header.number("temperature") == 21.5
    assert header.number("humidity") == 30


@given(
    st.binary() | st.text().map(str.encode) | st.text().map(lambda text: f'"Temp {text}'.encode())
)
def test_any_bytes_are_read(data: bytes) -> None:
    header = parse_header(data)
    assert all(header[key.upper()] == header[key] for key in header if key.upper().lower() == key)
