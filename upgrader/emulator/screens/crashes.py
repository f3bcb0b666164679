"""`show crashinfo`: what the last crash has left on flash.

The order of its parts and `Crashinfo collected on`: TAC notes on unexpected reloads, and community
posts; most of a real one is numbers for the vendor, and left out here. What is printed where there
is none is inferred.
"""

from upgrader.emulator.tables import Pair
from upgrader.emulator.wall import wall_of

_NONE = "INFO: There is no crash information file on this device\n"


def show_crashinfo(pair: Pair, u: int) -> str:
    """`show crashinfo`."""
    crash = pair.units[u].crash
    if crash is None:
        return _NONE
    version, at = crash
    return (
        "Thread Name: rtcli async executor process\n"
        "Page fault: Address not mapped\n"
        f"\nCisco Adaptive Security Appliance Software Version {version} \n"
        f"\nHardware:   {pair.scenario.model}\n"
        f"Crashinfo collected on {wall_of(pair, u).clock(at)}\n"
    )
