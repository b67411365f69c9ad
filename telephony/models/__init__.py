"""Lines, calls, imported records and the settings of the telephone."""

from telephony.models.call import Call
from telephony.models.incoming import IncomingCall
from telephony.models.line import Line
from telephony.models.mystery import MysteryCall, MysteryCampaign
from telephony.models.record import RecordFile
from telephony.models.setting import TelephonySetting

__all__ = [
    "Call",
    "IncomingCall",
    "Line",
    "MysteryCall",
    "MysteryCampaign",
    "RecordFile",
    "TelephonySetting",
]
