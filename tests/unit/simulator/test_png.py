from __future__ import annotations

import io

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from ifcbgui.simulator.png import encode_png


@given(arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 40))))
def test_any_picture_comes_back_as_it_was(pixels: np.ndarray) -> None:
    image = Image.open(io.BytesIO(encode_png(pixels)))
    assert (image.format, image.mode) == ("PNG", "L")
    assert np.array_equal(np.asarray(image), pixels)
