"""What the virtual instrument is set to when it is switched on.

Names are those of the wire (seen in WHOIGit/pyifcbclient); values follow the headers
of published bins and the field guide. Labels are those of the host's reports where
they were seen, and the names on the vendor's page otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Switch:
    """A switch: what its report calls it, and whether it is on at the start."""

    label: str
    on: bool


@dataclass(frozen=True, slots=True)
class Setting:
    """A number or text the instrument keeps; the message catalogue knows its limits.

    Attributes:
        label: What its report calls it.
        value: Value at the start; its type is the setting's type.
    """

    label: str
    value: float | int | str


SWITCHES: dict[str, Switch] = {
    "switchstirrer": Switch("Stirrer", False),
    "switchlaser": Switch("Laser", True),
    "switchcamera": Switch("Camera", True),
    "switchpump1": Switch("Pump 1", False),
    "switchpump2": Switch("Pump 2", True),
    "switchautostart": Switch("Auto start", False),
    "switchautoshutdown": Switch("Auto shutdown", False),
    "switchcontinuoustrigger": Switch("Continuous trigger", False),
    "switchrefillafterdebubble": Switch("Refill after debubble", True),
    "switchdebubblewithsample": Switch("Debubble with sample", True),
    "switchprimewithsample": Switch("Prime with sample", False),
    "switchbackflushwithsample": Switch("Backflush with sample", False),
    "switchbeads": Switch("Beads", False),
    "switchrunsamplefast": Switch("Run sample fast", False),
    "switchliveenv": Switch("Live Env", False),
    "switchflash": Switch("Flash", True),
    "switchpmta": Switch("PMTA", False),
    "switchpmtb": Switch("PMTB", True),
    "switchaltpmta": Switch("Alt PMTA", True),
    "switchaltpmtb": Switch("Alt PMTB", True),
    "switchbleachtoexhaust": Switch("Bleach to exhaust", False),
    "switchviewimages": Switch("View images", True),
    "switchviewroisonly": Switch("View ROIs only", False),
    "switchviewtriggers": Switch("View triggers", True),
    "switchviewgraphs": Switch("View graphs", True),
    "switchviewactivity": Switch("View activity", True),
    "switchfeaturegeneration": Switch("Feature generation", False),
    "switchviewfps": Switch("View FPS", True),
    "switchviewsyringe": Switch("View syringe", True),
    "switchviewvalve": Switch("View valve", True),
    "switchauxpower1": Switch("Aux power 1", False),
    "switchtriggering": Switch("Triggering", False),
    "switchblobgeneration": Switch("Blob generation", False),
    "switchfolderhierarchy": Switch("Folder hierarchy", False),
    "switchinteractiveautostart": Switch("Interactive auto start", False),
    "switchoutputfiles": Switch("Output files", True),
    "switchuvwithsample": Switch("UV with sample", False),
    "switchpromptfilecomment": Switch("Prompt file comment", False),
    "switchviewzoom": Switch("View zoom", False),
}

SETTINGS: dict[str, Setting] = {
    "setbiocidevolume": Setting("Biocide volume", 1.0),
    "setbleachrinsevolume": Setting("Bleach rinse volume", 1.0),
    "setbleachvolume": Setting("Bleach volume", 1.0),
    "setcleaninginterval": Setting("Cleaning interval", 0),
    "setcounteralt": Setting("Alt counter", 0),
    "setcounterbeads": Setting("Beads counter", 6),
    "setcountercleaning": Setting("Cleaning counter", 6),
    "setpmta": Setting("PMTA", 0.45),
    "settriga": Setting("TrigA", 0.13),
    "setpmtb": Setting("PMTB", 0.6),
    "settrigb": Setting("TrigB", 0.13),
    "setaltconfigint": Setting("Alt config interval", 0),
    "setflashvoltage": Setting("Flash", 3.2),
    "setaltflashvoltage": Setting("Alt flash", 3.0),
    "setpumpvoltage": Setting("Pump voltage", 14.0),
    "setaltpmta": Setting("Alt PMTA", 0.55),
    "setalttriga": Setting("Alt TrigA", 0.13),
    "setaltpmtb": Setting("Alt PMTB", 0.65),
    "setalttrigb": Setting("Alt TrigB", 0.13),
    "setsamplevolume": Setting("Sample volume", 5.0),
    "setaltsamplevolume": Setting("Alt sample volume", 5.0),
    "setbeadsvolume": Setting("Beads volume", 0.5),
    "setbeadsinterval": Setting("Beads interval", 0),
    "setskipvolume": Setting("Skip volume", 0.0),
    "setfastfactor": Setting("Fast factor", 5),
    "setdatafolder": Setting("Data folder", "/data/ifcbdata"),
    "setflashdelay": Setting("Flash delay", 120.0),
    "setbinarizethreshold": Setting("Binarize threshold", 6),
    "setminimumblobarea": Setting("Minimum blob area", 2000),
    "sethumiditythreshold": Setting("Humidity threshold", 60.0),
    "setxgrowamount": Setting("X grow amount", 20),
    "setygrowamount": Setting("Y grow amount", 10),
    "setminimumgap": Setting("Minimum gap", 50),
    "setfilecomment": Setting("File comment", "simulated"),
    "setfirstframetimeout": Setting("First frame timeout", 30),
    "setprimevolume": Setting("Prime volume", 1.0),
    "setflushvolume": Setting("Flush volume", 1.0),
    "setdebubbleconevolume": Setting("Debubble cone volume", 1.5),
    "setdebubbleneedlevolume": Setting("Debubble needle volume", 2.0),
    "setdebubblerefillvolume": Setting("Debubble refill volume", 2.25),
    "setdebubbleleftvolume": Setting("Debubble left volume", 0.5),
    "setbleachrinsecount": Setting("Bleach rinse count", 3),
    "setcameragain": Setting("Camera gain", 6),
    "setsamplestorun": Setting("Samples to run", 1000),
    "setfocuslargestep": Setting("Focus large step", 500),
    "setfocussmallstep": Setting("Focus small step", 50),
    "setlaserlargestep": Setting("Laser large step", 5000),
    "setlasersmallstep": Setting("Laser small step", 500),
}

# The one setting of two numbers, width and height in pixels.
ZOOM_SIZE = (200, 200)
HOST_VERSION = "3.0.0 (simulated)"
FRAME_SIZE = (1360, 1024)
