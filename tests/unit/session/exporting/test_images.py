from __future__ import annotations

import csv
import io
from base64 import b64encode
from pathlib import Path

import pytest
from PIL import Image

from ifcbgui.session import SessionError, SessionReader, SessionRow, export
from tests.helpers.recorded import MakeSession, message


def png(width: int, height: int) -> str:
    file = io.BytesIO()
    Image.new("L", (width, height)).save(file, "png")
    return b64encode(file.getvalue()).decode()


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "images"


def exported(path: Path, out: Path, ids: list[int] | None = None) -> list[dict[str, str]]:
    with SessionReader(path) as reader:
        count = export(reader, out, "images", ids=ids)
    with (out / "index.csv").open(newline="") as file:
        index = list(csv.DictReader(file))
    assert len(index) == count
    assert sorted(path.name for path in out.iterdir()) == sorted(
        ["index.csv", *(line["file"] for line in index)]
    )
    return index


def rows() -> list[SessionRow]:
    return [
        message(1, f"triggerimage:{png(1360, 1024)}"),
        message(2, "triggerchanged:41:processed:2:41:60"),
        message(3, "syringetrack:2.5"),
        message(4, f"triggerrois:2:412:948:{png(30, 20)}:0:936:{png(8, 9)}"),
        message(5, f"triggercontent:daq:PeakA:0.5:rois:1:7:8:{png(3, 4)}"),
        message(6, f"triggerimage:{png(1, 1)}", direction="out"),
    ]


def test_each_image_is_a_file_with_a_line_in_the_index(
    make_session: MakeSession, out: Path
) -> None:
    index = exported(make_session(rows()), out)

    assert [line["file"] for line in index] == [
        "00000001_frame.png",
        "00000004_trigger-41_roi-1.png",
        "00000004_trigger-41_roi-2.png",
        "00000005_trigger-41_roi-1.png",
    ]
    assert index[1] == {
        "file": "00000004_trigger-41_roi-1.png",
        "message_id": "4",
        "time": "2026-11-22T16:25:00.123456Z",
        "trigger": "41",
        "roi": "1",
        "top": "412",
        "left": "948",
        "width": "30",
        "height": "20",
        "kind": "triggerrois",
    }
    assert (index[0]["trigger"], index[0]["roi"], index[0]["top"]) == ("", "", "")
    for line in index:
        with Image.open(out / line["file"]) as image:
            assert image.size == (int(line["width"]), int(line["height"]))


def test_the_trigger_is_known_where_its_messages_are_left_out(
    make_session: MakeSession, out: Path
) -> None:
    [first, _] = exported(make_session(rows()), out, ids=[4])
    assert first["trigger"] == "41"


def test_a_trigger_of_long_ago_is_not_taken_for_the_image_s(
    make_session: MakeSession, out: Path
) -> None:
    between = [message(number, "syringetrack:2.5") for number in range(2, 30)]
    first, last = (
        message(1, "triggerchanged:41:saved:1:0"),
        message(30, f"triggerimage:{png(1, 1)}"),
    )
    [line] = exported(make_session([first, *between, last]), out)
    assert line["trigger"] == ""


def test_what_is_no_png_is_kept_but_not_called_so(make_session: MakeSession, out: Path) -> None:
    [line] = exported(make_session([message(1, "triggerimage:AAAA")]), out)
    assert (line["file"], line["width"]) == ("00000001_frame.bin", "")
    assert (out / line["file"]).read_bytes() == b"\0\0\0"


def test_broken_images_are_no_images(make_session: MakeSession, out: Path) -> None:
    texts = [
        "triggerrois:1:2",
        "triggerimage",
        "triggerimage:%",
        "triggercontent:x",
        "triggerrois:0",
    ]
    broken = [message(number, text) for number, text in enumerate(texts, start=1)]
    assert exported(make_session(broken), out) == []


def test_an_empty_folder_is_filled_and_no_other(make_session: MakeSession, out: Path) -> None:
    path = make_session(rows())
    out.mkdir()
    assert exported(path, out)
    kept = {file.name: file.read_bytes() for file in out.iterdir()}
    with SessionReader(path) as reader, pytest.raises(SessionError, match="is not empty"):
        export(reader, out, "images")
    with SessionReader(path) as reader, pytest.raises(SessionError, match="is a folder"):
        export(reader, out, "text")
    with (
        SessionReader(path) as reader,
        pytest.raises(SessionError, match="images go into a folder"),
    ):
        export(reader, out / "index.csv", "images")

    assert {file.name: file.read_bytes() for file in out.iterdir()} == kept
    assert not list(out.parent.glob(".*.part"))
