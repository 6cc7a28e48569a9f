"""The .hdr file of a bin: keys, their order and what stands for what, seen in published bins."""

from __future__ import annotations

from ifcbgui.simulator.defaults import HOST_VERSION
from ifcbgui.simulator.host import Host

_COLUMNS = (
    "trigger#, ADCtime, PMTA, PMTB, PMTC, PMTD, PeakA, PeakB, PeakC, PeakD, TimeOfFlight,"
    " GrabTimeStart, GrabTimeEnd, RoiX, RoiY, RoiWidth, RoiHeight, StartByte, ComparatorOut,"
    " StartPoint, SignalLength, Status, RunTime, InhibitTime"
)
# Plain values are those of a published bin: nothing here can change them.
_TEMPLATE = """\
SoftwareVersion: {version}
AnalogFirmware: 45
HousekeepingFirmware: 33
sampleNumber: {sample_number}
sampleType: {sample_type}
triggerCount: {trigger_count}
roiCount: {roi_count}
humidity: {humidity}
temperature: {temperature}
runTime: {run_time}
inhibitTime: {inhibit_time}
ADCFileFormat: {columns}
DAQ_MCCserialPort_DAC_MCConly: /dev/ttyS0
UvModulePresent: False
UvWithSample: {switchuvwithsample}
auxPower1: {switchauxpower1}
autoStart: {switchautostart}
InteractiveAutoStart: {switchinteractiveautostart}
autoShutdown: {switchautoshutdown}
HumidityAlarmThreshold(%): {sethumiditythreshold}
ValveHumidityHysteresis_DAC_MCConly: 567
FanTemperatureThreshold_DAC_MCConly: 30744
FanTemperatureHysteresis_DAC_MCConly: 123
valveDelay: 781
FlashlampControlVoltage: {setflashvoltage}
HKTRIGGERtoFlashlampDelayTime_x434ns_DAC_MCConly: {setflashdelay}
FlashlampPulseLength_x434ns_DAC_MCConly: 20
CameraPulseLength_x434ns_DAC_MCConly: 500
cameraGain: {setcameragain}
binarizeThreshold: {setbinarizethreshold}
minimumBlobArea: {setminimumblobarea}
blobXgrowAmount: {setxgrowamount}
blobYgrowAmount: {setygrowamount}
minimumGapBewtweenAdjacentBlobs: {setminimumgap}
laserState: {switchlaser}
runningCamera: {switchcamera}
pump1State: {switchpump1}
pump2State: {switchpump2}
stirrer: {switchstirrer}
viewImages: {switchviewimages}
viewRoisOnly: {switchviewroisonly}
sendTriggerContent: {sends_content}
triggerContinuous: {switchcontinuoustrigger}
continuousTriggerRate: 5
fill3newSheathState: False
PMTAtriggerThreshold_DAQ_MCConly: {settriga}
PMTBtriggerThreshold_DAQ_MCConly: {settrigb}
PMTCtriggerThreshold_DAQ_MCConly: 0
PMTDtriggerThreshold_DAQ_MCConly: 0
ADCdataRateDAQ_MCConly: 240
integratorSettleTime: 8
PMTtriggerSelection_DAQ_MCConly: 2
altPMTtriggerSelection_DAQ_MCConly: 2
ADCPGA_DAQ_MCConly: 1
triggerAckTimeout_x34720ns_DAQ_MCConly: 21600
TimeoutForFirstFrame: {setfirstframetimeout}
pulseStretchTime_x2170ns_DAQ_MCConly: 21
maximumPulseLength_x2170ns_DAQ_MCConly: 13823
hasCamera: True
liveEnvironment: {switchliveenv}
flash: {switchflash}
PMTAhighVoltage: {setpmta}
PMTBhighVoltage: {setpmtb}
intervalBetweenAlternateHardwareSettings: {setaltconfigint}
Alt_FlashlampControlVoltage: {setaltflashvoltage}
pumpDriveVoltage: {setpumpvoltage}
altPMTAHighVoltage: {setaltpmta}
altPMTBHighVoltage: {setaltpmtb}
altPMTATriggerThreshold_DAQ_MCConly: {setalttriga}
altPMTBTriggerThreshold_DAQ_MCConly: {setalttrigb}
viewTriggers: {switchviewtriggers}
viewGraphs: {switchviewgraphs}
viewActivity: {switchviewactivity}
viewFPS: {switchviewfps}
KloehnPort: /dev/ttyUSB0
syringeSamplingSpeed: {speed}
syringeOffset: 2765
NumberSyringesToAutoRun: {setsamplestorun}
SyringeSampleVolume: {setsamplevolume}
altSyringeSampleVolume: {setaltsamplevolume}
sampleVolume2skip: {setskipvolume}
syringeSize: 5
primeVolume: {setprimevolume}
flushVolume: {setflushvolume}
BleachVolume: {setbleachvolume}
BiocideVolume: {setbiocidevolume}
stepsToFullSyringe: 318354
debubbleWithSample: {switchdebubblewithsample}
RefillAfterDebubble: {switchrefillafterdebubble}
primeSampleTube: {switchprimewithsample}
backflushWithSample: {switchbackflushwithsample}
runBeads: {switchbeads}
runSampleFast: {switchrunsamplefast}
BeadsSampleVolume: {setbeadsvolume}
NumberSyringesBetweenBeadsRun: {setbeadsinterval}
NumberSyringesBetweenCleaningRun: {setcleaninginterval}
RunFastFactor: {setfastfactor}
viewSyringe: {switchviewsyringe}
viewValve: {switchviewvalve}
focusMotorSmallStep_ms: {setfocussmallstep}
focusMotorLargeStep_ms: {setfocuslargestep}
laserMotorSmallStep_ms: {setlasersmallstep}
laserMotorLargeStep_ms: {setlaserlargestep}
debubbleConeVolume: {setdebubbleconevolume}
debubbleNeedleVolume: {setdebubbleneedlevolume}
debubbleRefillVolume: {setdebubblerefillvolume}
debubbleLeftVolume: {setdebubbleleftvolume}
BleachRinseCount: {setbleachrinsecount}
BleachRinseVolume: {setbleachrinsevolume}
BleachToExhaust: {switchbleachtoexhaust}
SamplingFastSpeed: {fast_speed}
CounterCleaning: {setcountercleaning}
CounterBeads: {setcounterbeads}
CounterAlt: {setcounteralt}
imagerID: {imager}
DataFilePath: {setdatafolder}
FolderHierarchy: {switchfolderhierarchy}
OutputFiles: {switchoutputfiles}
FileComment: {setfilecomment}
triggerThreadCount: 3
featureThreadCount: 3
FeaturesVersion: V4
featureGeneration: {switchfeaturegeneration}
SaveBlobs: {switchblobgeneration}
GPSFeed: 0
PhytoArmDataSource: 0
ServerAsAdmin: False
HostAsAdmin: False
TestMode: False
"""


def bin_header(host: Host, *, speed: float, **sample: object) -> str:
    """Return the text of a header.

    Args:
        host: Its settings and switches stand in the header as they are now.
        speed: Minutes a full syringe takes in a sample at normal speed.
        sample: How the sample went: the names in lower case with underscores in the template.
    """
    values = {
        **host.values,
        **sample,
        "version": HOST_VERSION,
        "columns": _COLUMNS,
        "imager": host.imager,
        "speed": speed,
        "fast_speed": speed / host.number("setfastfactor"),
    }
    return _TEMPLATE.format_map({name: _text(value) for name, value in values.items()})


def _text(value: object) -> str:
    """Return a value in one line as .NET writes it: 5 for 5.0, True for a switch that is on."""
    text = " ".join(str(value).split())
    return text.removesuffix(".0") if isinstance(value, float) else text
