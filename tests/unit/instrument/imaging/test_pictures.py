"""PNG files of a host: grey values, or a reason why there are none, whatever it sends."""

from __future__ import annotations

import io
import struct
import zlib
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ifcbgui.instrument.imaging.pictures import PictureError, png_size, read_grey

MAGIC = b"\x89PNG\r\n\x1a\n"
GREY = np.arange(48, dtype=np.uint8).reshape(6, 8) * 5


def png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def head(width: int, height: int, colours: int = 0) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, colours, 0, 0, 0))


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P", "LA"])
def test_grey_is_grey_however_it_is_written(mode: str) -> None:
    data = png(Image.fromarray(GREY).convert(mode))
    assert png_size(data) == (8, 6)
    np.testing.assert_array_equal(read_grey(data), GREY)


def test_of_16_bits_the_upper_ones_are_taken() -> None:
    deep = GREY.astype(np.uint16) * 256 + 255
    np.testing.assert_array_equal(read_grey(png(Image.fromarray(deep))), GREY)


@pytest.mark.parametrize("data", [b"", MAGIC, b"GIF89a" + b"x" * 30])
def test_what_is_no_png_is_said_to_be_none(data: bytes) -> None:
    assert png_size(data) is None
    with pytest.raises(PictureError, match="no PNG"):
        read_grey(data)


def test_of_an_enormous_picture_not_even_a_line_is_read() -> None:
    with pytest.raises(PictureError, match="7000 by 7000"):
        read_grey(MAGIC + head(7000, 7000, 6))


def test_a_second_head_does_not_make_it_larger() -> None:
    sound = png(Image.fromarray(GREY))
    with pytest.raises(PictureError, match="twice"):
        read_grey(sound[:33] + head(7000, 7000) + sound[33:])


def test_a_text_that_unpacks_to_much_is_not_unpacked() -> None:
    sound = png(Image.fromarray(GREY))
    bomb = chunk(b"zTXt", b"k\0\0" + zlib.compress(b"a" * 50_000_000))
    with pytest.raises(PictureError, match="damaged"):
        read_grey(sound[:33] + bomb + sound[33:])


KINDS = (b"acTL", b"cHRM", b"gAMA", b"iCCP", b"iTXt", b"IDAT", b"pHYs", b"PLTE", b"tRNS", b"zTXt")


@given(
    st.sampled_from(["L", "RGB", "P"]),
    st.lists(st.tuples(st.sampled_from(KINDS), st.binary(max_size=12)), max_size=3),
    st.integers(0, 200),
)
def test_of_a_damaged_one_nothing_else_is_raised(
    mode: str, odd: list[tuple[bytes, bytes]], length: int
) -> None:
    sound = png(Image.fromarray(GREY).convert(mode))
    inserted = b"".join(chunk(*one) for one in odd)
    with suppress(PictureError):
        assert read_grey((sound[:33] + inserted + sound[33:])[: 60 + length]).shape == (6, 8)
