"""What is said of a bin, and what is taken out of it."""

from __future__ import annotations

import csv
import io
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ifcbgui.instrument.bins import BinError, open_bin
from ifcbgui.instrument.imaging.pictures import PictureError
from ifcbgui.ui.bin_text import GlanceLine, glance
from ifcbgui.ui.models.bin_files import save_images, table_file
from ifcbgui.ui.models.bin_rois import load_bin
from tests.helpers.bin_files import image, write_new_bin, write_old_bin


def lines(base: Path) -> dict[str, GlanceLine]:
    return {line.label: line for line in glance(open_bin(base))}


class TestGlance:
    def test_a_sound_bin_has_nothing_doubtful(self, tmp_path: Path) -> None:
        said = lines(write_new_bin(tmp_path))

        assert said["Began"].text == "2026-03-14 15:05:12 UTC"
        assert said["Instrument"].text == "IFCB207"
        assert (said["Triggers"].text, said["ROIs"].text) == ("3", "3")
        assert said["Run time"].text == "1,200.5 s (20:00)"
        assert said["Temperature"].text == "24.1 °C"
        assert said["Humidity"].text == "41.86 %RH"
        assert said["Analysed"].text == "5.001 mL (.adc)"
        assert said["by the header"].text == "5.001 mL (0.0%)"
        assert said["Comment"].text == "pier: north end"
        assert not any(line.doubtful for line in said.values())

    def test_header_and_table_that_differ_are_doubtful(self, tmp_path: Path) -> None:
        base = write_new_bin(tmp_path)
        header = base.with_suffix(".hdr")
        changed = header.read_text().replace("runTime: 1200.5", "runTime: 600.25")
        header.write_text(changed.replace("triggerCount: 3", "triggerCount: 9"))
        said = lines(base)

        assert said["by the header"] == GlanceLine("by the header", "2.500 mL (-50.0%)", True)
        assert said["Triggers"] == GlanceLine("Triggers", "3 (header: 9)", True)

    @pytest.mark.parametrize(
        ("run_s", "share"), [("1200.4", "(0.0%)"), ("1200.6", "(0.0%)"), ("1210.5", "(+0.8%)")]
    )
    def test_nothing_has_no_sign(self, tmp_path: Path, run_s: str, share: str) -> None:
        base = write_new_bin(tmp_path)
        header = base.with_suffix(".hdr")
        header.write_text(header.read_text().replace("runTime: 1200.5", f"runTime: {run_s}"))
        assert lines(base)["by the header"].text.endswith(share)

    def test_the_scale_is_said_to_be_unknown(self, tmp_path: Path) -> None:
        assert lines(write_new_bin(tmp_path))["Scale"].text == "— (sizes in px)"

    def test_what_nobody_wrote_is_not_made_up(self, tmp_path: Path) -> None:
        base = write_new_bin(tmp_path)
        base.with_suffix(".hdr").unlink()
        base.with_suffix(".adc").unlink()
        said = lines(base)

        unknown = [label for label, line in said.items() if line.text == "—"]
        assert {"Run time", "Analysed", "by the header", "Humidity", "PMT A"} <= set(unknown)


class TestRois:
    def test_each_image_is_a_row(self, tmp_path: Path) -> None:
        source = load_bin(write_new_bin(tmp_path))
        rows = source.table.rows

        assert rows["index"].tolist() == [0, 1, 2]
        assert rows["trigger"].tolist() == [2, 3, 3]
        assert rows["left"].tolist() == [852, 860, 848]
        assert rows["peak_a"].tolist() == pytest.approx([0.5] * 3)
        assert source.bin.name is not None
        began_ns = int(source.bin.name.time.timestamp()) * 10**9
        assert (rows["time_ns"] - began_ns).tolist() == [600_250_000_000] + [1_200_500_000_000] * 2
        np.testing.assert_array_equal(source.pixels(rows[1]), image(80, 50))
        assert source.values("time_of_flight").tolist() == [60.87] * 3

    def test_the_first_instruments_have_signals_of_their_own(self, tmp_path: Path) -> None:
        source = load_bin(write_old_bin(tmp_path))

        assert np.isnan(source.table.rows["peak_a"]).all()
        assert [len(source.values(pair.x)) for pair in source.pairs] == [2, 2]
        np.testing.assert_array_equal(source.pixels(source.table.rows[0]), image(96, 45))

    def test_an_image_that_breaks_off_is_no_picture(self, tmp_path: Path) -> None:
        base = write_new_bin(tmp_path)
        pictures = base.with_suffix(".roi")
        pictures.write_bytes(pictures.read_bytes()[: 2880 + 800])
        source = load_bin(base)

        assert source.pixels(source.table.rows[0]).shape == (40, 72)
        with pytest.raises(PictureError, match="10 of its 50 rows"):
            source.pixels(source.table.rows[1])
        pictures.unlink()
        with pytest.raises(PictureError, match="cannot be read"):
            source.pixels(source.table.rows[0])

    def test_numbers_that_no_camera_writes_do_not_matter(self, tmp_path: Path) -> None:
        base = write_new_bin(tmp_path)
        table = base.with_suffix(".adc")
        table.write_text(table.read_text().replace(",852,300,72,40,", ",9e14,-9e14,9e14,9e14,"))
        source = load_bin(base)

        assert len(source.table) == 3
        with pytest.raises(PictureError):
            source.pixels(source.table.rows[0])

    def test_no_file_at_all_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(BinError, match="missing"):
            load_bin(tmp_path / "D20260314T150512_IFCB207")


class TestFiles:
    def test_all_images_get_the_names_others_know_them_by(self, tmp_path: Path) -> None:
        source, told = load_bin(write_new_bin(tmp_path)), list[int]()

        done = save_images(source, tmp_path, threading.Event(), told.append)

        folder = tmp_path / source.bin.path.name
        assert done.good
        assert str(folder) in done.text
        names = sorted(path.name for path in folder.iterdir())
        assert names == [f"{source.bin.path.name}_{number:05}.png" for number in (2, 3, 4)]
        with Image.open(folder / names[0]) as picture:
            np.testing.assert_array_equal(np.asarray(picture), image(72, 40))
        assert told == [0]

    def test_damaged_images_are_left_out_and_counted(self, tmp_path: Path) -> None:
        base = write_new_bin(tmp_path)
        base.with_suffix(".roi").write_bytes(image(72, 40).tobytes())
        done = save_images(load_bin(base), tmp_path, threading.Event(), lambda _: None)
        assert not done.good
        assert "1 images" in done.text
        assert "2 are damaged" in done.text

    def test_it_can_be_cancelled(self, tmp_path: Path) -> None:
        cancelled = threading.Event()
        cancelled.set()
        done = save_images(load_bin(write_new_bin(tmp_path)), tmp_path, cancelled, lambda _: None)
        assert not done.good
        assert "Cancelled: 0 images" in done.text

    def test_a_folder_that_cannot_be_made_is_told(self, tmp_path: Path) -> None:
        source = load_bin(write_new_bin(tmp_path))
        done = save_images(source, tmp_path / "no", threading.Event(), lambda _: None)
        assert not done.good
        assert "is not there" in done.text

    @pytest.mark.parametrize("write", [write_new_bin, write_old_bin])
    def test_the_table_has_a_line_for_each(self, tmp_path: Path, write: object) -> None:
        base = write(tmp_path)  # type: ignore[operator]
        opened = open_bin(base)
        rows = list(csv.DictReader(io.StringIO(table_file(opened).decode())))

        assert len(rows) == len(opened.records)
        assert [row["roi_id"] for row in rows].count("") == len(rows) - len(opened.rois)
        assert all(row["trigger"].isdigit() for row in rows)
        assert all(row["time_utc"].endswith("Z") for row in rows)
        for row, values in zip(rows, opened.records.table.tolist(), strict=True):
            assert [float(row[name]) for name in opened.records.columns] == values
