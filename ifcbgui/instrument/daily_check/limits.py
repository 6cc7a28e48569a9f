"""What the daily check measures against, and where each figure comes from."""

from __future__ import annotations

from typing import Final

FIELD_GUIDE: Final = "IFCB field guide"
INFERRED: Final = "inferred"

# Field guide 6.1.2 and 7.1: turn off above 60 %RH; 10 more than at first may be a leak.
HUMIDITY_LIMIT_RH: Final = 60.0
HUMIDITY_RISE_RH: Final = 10.0
# Field guide 6.1.2: turn off above 35 °C; to warn 2 °C before is ours.
TEMPERATURE_WARN_C: Final = 33.0
TEMPERATURE_ALARM_C: Final = 35.0
# Inferred: a sample cycle takes 23.5 min and each measures once, so two are missing by then.
ENVIRONMENT_STALE_S: Final = 3600.0

# Field guide 6.1: the trigger rate in coastal water, and one that points at a PMT setting.
RATE_COASTAL: Final = (3.0, 11.0)
RATE_SUSPICIOUS: Final = 0.6
# Inferred from the inhibit time of 0.083 s a trigger: hardly any water is looked at any more.
RATE_SATURATED: Final = 10.5
RATE_NONE: Final = 0.2
RATE_OVER_S: Final = 300.0
SATURATED_OVER_S: Final = 120.0
# Field guide 8: a sample without a first trigger is discarded (30 s in newer headers).
FIRST_TRIGGER_S: Final = 30.0

# Field guide 7.1: one trigger without a ROI in every 12 to 15 (Windows) or 15 to 20 (Linux).
ZERO_ROI_SHARE: Final = (1 / 20, 1 / 12)
# Inferred: many more than that, over enough triggers to tell.
ZERO_ROI_ALARM: Final = 1 / 5
# From so many on, one in 6 can no longer be chance; with the most looked at, one in 50 cannot.
ZERO_ROI_NEEDED: Final = 100
TRIGGERS_NEEDED: Final = 50
TRIGGERS_LOOKED_AT: Final = 300
# Quality control of iRfcb: images for each trigger.
ROIS_PER_TRIGGER: Final = (0.6, 1.1)
# Inferred: longer than a sample cycle, so that the last sample counts until the next one runs.
TRIGGERS_STALE_S: Final = 1800.0
# Inferred: more than that of what is triggered is not kept.
SKIPPED_SHARE: Final = 0.01

# Inferred: the longest move seen takes 10 s; a stuck valve says nothing at all.
VALVE_S: Final = 25.0
# Inferred from the sample cycle of 23.5 min.
BIN_S: Final = 2400.0
# Inferred: fewer say nothing of how the flow is; the patterns themselves are in imaging.places.
ROIS_NEEDED: Final = 10
