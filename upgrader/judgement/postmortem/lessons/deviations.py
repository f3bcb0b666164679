"""What each deviation from the procedure is called, and what was expected instead.

The procedure is that of the ASA upgrade guide for an Active/Standby pair: files on both units and
verified, boot order saved, the standby reloaded, a switchover to it once it is Standby Ready at
the new release, the former active reloaded, everything saved. The invariants are those that keep
the pair serving, whoever types.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Deviation:
    """A way to leave the procedure."""

    expected: str
    invariant: bool = False


DEVIATIONS: Mapping[str, Deviation] = {
    "sessions-not-counted": Deviation(
        "count sessions and pools on both units before the first act: nothing else tells what a"
        " night cost"
    ),
    "files-not-verified": Deviation(
        "verify the image's digest on both units before the first reload"
    ),
    "packages-not-compared": Deviation(
        "compare the loaded AnyConnect packages of both units before the first reload"
    ),
    "boot-order-not-set": Deviation(
        "set and save the boot order on both units before the first reload"
    ),
    "not-saved-before-the-reload": Deviation(
        "write memory after the boot order was changed, and before a reload reads it"
    ),
    "reloaded-the-active-unit": Deviation(
        "reload a unit only while its mate serves: the roles move first", invariant=True
    ),
    "both-units-away": Deviation(
        "reload one unit only when the other is back and Standby Ready", invariant=True
    ),
    "reloaded-before-the-mate-was-ready": Deviation(
        "wait until the mate is Standby Ready and its bulk sync is completed", invariant=True
    ),
    "switched-before-ready": Deviation(
        "switch only to a unit that is Standby Ready, its bulk sync completed", invariant=True
    ),
    "switched-to-the-old-release": Deviation(
        "switch only to a unit that runs the release that is to serve", invariant=True
    ),
    "two-active-units": Deviation("one unit is active at any instant", invariant=True),
    "nobody-active": Deviation("one unit is active at any instant", invariant=True),
    "configured-the-standby": Deviation(
        "configure the active unit only: nothing flows back from a standby"
    ),
    "configured-in-mixed-releases": Deviation(
        "change no configuration while the units run different releases"
    ),
    "reloaded-with-failover-off": Deviation(
        "reload with failover on: a pseudo-standby comes up active", invariant=True
    ),
    "saved-with-failover-off": Deviation("save only while failover is on"),
    "boot-order-without-effect": Deviation(
        "after its reload a unit runs the new release: boot order and startup-config agree"
    ),
    "no-look-before-the-switchover": Deviation(
        "look at failover between the standby's reload and the switchover"
    ),
    "no-look-before-the-last-reload": Deviation(
        "look at failover and sessions between the switchover and the last reload"
    ),
    "reloaded-while-people-came-back": Deviation(
        "let people come back after the switchover before the former active is reloaded: who is not"
        " back cannot be counted (inferred)"
    ),
    "deleted-on-both": Deviation(
        "delete a file on one unit through failover exec mate: a plain delete is replicated"
    ),
    "wrote-to-the-standby": Deviation(
        "save with write memory: write standby costs the standby its state for most of a minute"
    ),
    "logged-off-by-name": Deviation(
        "log off single rows by their index, read again directly before"
    ),
    "a-unit-stayed-away": Deviation("both units are back at the end", invariant=True),
    "two-releases-at-the-end": Deviation("both units run one release at the end"),
    "not-saved-at-the-end": Deviation(
        "write memory at the end: after a sync the standby's configuration is only in RAM"
    ),
}
"""By name: stable, documented, greppable."""
