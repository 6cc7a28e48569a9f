"""Whatever is missing or wrong in the files of a bin, it opens as far as it goes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifcbgui.instrument.bins import Bin, BinError, open_bin
from ifcbgui.instrument.bins.records import parse_records
from tests.helpers.bin_files import adc_line, write_new_bin, write_old_bin

ENDINGS = (".hdr", ".adc", ".roi")
writers = pytest.mark.parametrize("write", [write_new_bin, write_old_bin])


def use_all_of(sample: Bin) -> None:
    """Ask for everything a viewer shows."""
    assert all(problem.endswith(".") for problem in sample.problems)
    for volume in (sample.volume, sample.volume_by_header):
        assert volume is None or isinstance(volume.ml, float)
    for roi in sample.rois:
        picture = sample.pixels(roi)
        assert picture.shape[0] <= roi.height
        assert picture.shape[1] == roi.width


@writers
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_file_cut_anywhere(write: Callable[[Path], Path], ending: str, tmp_path: Path) -> None:
    base = write(tmp_path)
    file = base.with_suffix(ending)
    whole = file.read_bytes()
    for length in range(len(whole) - 1, -1, -1 if len(whole) < 2000 else -7):
        file.write_bytes(whole[:length])
        sample = open_bin(base)
        use_all_of(sample)
        if ending == ".adc":
            assert len(sample.records) >= whole[:length].count(b"\n")
            assert sample.problems or whole[:length].endswith(b"\n")
        elif ending == ".roi" and length < len(whole) - 1:
            assert sample.problems


@given(st.data())
def test_all_three_cut(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    base = data.draw(st.sampled_from([write_new_bin, write_old_bin]))(
        tmp_path_factory.mktemp("bin")
    )
    for ending in ENDINGS:
        file = base.with_suffix(ending)
        whole = file.read_bytes()
        file.write_bytes(whole[: data.draw(st.integers(0, len(whole)))])
        if data.draw(st.booleans()):
            file.unlink()
    if any(base.with_suffix(ending).exists() for ending in ENDINGS):
        use_all_of(open_bin(base))
    else:
        with pytest.raises(BinError, match="missing"):
            open_bin(base)


numbers = (
    st.integers(-(2**70), 2**70).map(str) | st.floats().map(str) | st.text("0.e-nai,", max_size=9)
)


@given(
    st.lists(st.lists(numbers, max_size=27).map(",".join), max_size=6)
    .map("\n".join)
    .map(str.encode)
    | st.binary()
)
def test_any_bytes_for_records(data: bytes) -> None:
    for old in (False, True):
        records = parse_records(data, old=old)
        assert len(records) == len(records.lines) <= data.count(b"\n") + 1
        assert records.trigger_count <= len(records)


sizes = st.integers(-(2**52) + 1, 2**52 - 1) | st.integers(-3, 90)


@given(box=st.tuples(sizes, sizes, sizes, sizes), start=sizes)
def test_any_place_of_an_image(
    tmp_path_factory: pytest.TempPathFactory, box: tuple[int, int, int, int], start: int
) -> None:
    base = write_new_bin(tmp_path_factory.mktemp("bin"))
    base.with_suffix(".adc").write_text(adc_line(1, 1.0, 0.083, box, start))
    use_all_of(open_bin(base))
