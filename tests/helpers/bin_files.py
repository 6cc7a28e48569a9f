"""Small bins for tests, in the layouts of published ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

NEW_NAME = "D20260314T150512_IFCB207"
OLD_NAME = "IFCB5_2012_028_081515"

HEADER = """\
SoftwareVersion: 2.5.0.0
sampleType: Normal
triggerCount: 3
roiCount: 3
humidity: 41.86
temperature: 24.1
runTime: 1200.5
inhibitTime: 0.249
syringeSamplingSpeed: 20
syringeSize: 5
runSampleFast: False
SamplingFastSpeed: 4
FileComment: pier: north end
"""
OLD_HEADER = """\
"Imaging FlowCytobot Acquisition Software version 1.0; October 2005"
"SyringeStatus =  0"
"Temp Humidity BinarizeThresh PMT1hv(ssc) PMT2hv(chl) BlobSizeThresh"
" 11.5"," 32.25"," 30"," .675"," .6"," 10"
"""


def image(width: int, height: int) -> npt.NDArray[np.uint8]:
    """Return a picture of which no row is like another."""
    return (np.arange(width * height) % 251).astype(np.uint8).reshape(height, width)


def adc_line(
    trigger: int, run: float, inhibit: float, box: tuple[int, int, int, int], start: int
) -> str:
    """Return a line of a new .adc file; ``box`` is left, top, width and height."""
    pulses = "0.04,0.07,0.0095,0.0105,0.5,0.9,0.0589,0.0572"
    grab = f"60.87,{run},{run + 0.043}"
    x, y, width, height = box
    place = f"{x},{y},{width},{height},{start}"
    return f"{trigger},{run},{pulses},{grab},{place},0,0,0,0,{run},{inhibit}\n"


def write_new_bin(folder: Path) -> Path:
    """Write three triggers, the last of them with two images; return the path without ending."""
    adc = (
        adc_line(1, 0.05, 0.083, (0, 0, 0, 0), 0)
        + adc_line(2, 600.25, 0.166, (852, 300, 72, 40), 0)
        + adc_line(3, 1200.5, 0.249, (860, 100, 80, 50), 2880)
        + adc_line(3, 1200.5, 0.249, (848, 600, 16, 20), 6880)
    )
    base = folder / NEW_NAME
    base.with_suffix(".hdr").write_text(HEADER)
    base.with_suffix(".adc").write_text(adc)
    pictures = (image(72, 40), image(80, 50), image(16, 20))
    base.with_suffix(".roi").write_bytes(b"".join(picture.tobytes() for picture in pictures))
    return base


def write_old_bin(folder: Path) -> Path:
    """Write a bin of the first instruments; return the path without ending."""
    adc = (
        "1,.31,.06,-.61,-.17,-3.6,-.29,0,.25,202,673,96,45,1,-.27,\n"
        "2,.42,-.25,-6.6,-8.7,-10,-.70,.31,.38,252,290,40,30,4321,-1.2,\n"
        "3,1.3,.05,-.49,-.11,-3.8,-.27,.39,1.25,-11,-11,0,0,5521,-.41,\n"
    )
    base = folder / OLD_NAME
    base.with_suffix(".hdr").write_text(OLD_HEADER)
    base.with_suffix(".adc").write_text(adc)
    base.with_suffix(".roi").write_bytes(
        b"\0" + image(96, 45).tobytes() + image(40, 30).tobytes() + b"\0"
    )
    return base
