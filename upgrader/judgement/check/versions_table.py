"""Which release may follow which, and which release is a platform's last: data with sources.

What is not in these tables is not known, and `version-compatible` says so.
"""

from dataclasses import dataclass

from upgrader.model.finding import Severity
from upgrader.model.version import Version

LATEST_KNOWN = (9, 24)  # Release notes: numbering after 9.23 goes on as 9.24, beside a version 10.

# (from, up to but without, the releases that may come first); everything else goes directly.
# Source: ASA upgrade guide, planning: upgrade path table.
STEPPING_STONES: tuple[tuple[Version, Version, tuple[Version, ...]], ...] = (
    (
        Version(7, 0, 0),
        Version(8, 4, 5),
        (Version(9, 0, 2), Version(9, 0, 3), Version(9, 0, 4), Version(8, 4, 6)),
    ),
    (
        Version(8, 5, 0),
        Version(8, 7, 0),
        (Version(9, 0, 2), Version(9, 0, 3), Version(9, 0, 4)),
    ),
    (
        Version(9, 0, 0),
        Version(9, 0, 2),
        (Version(9, 0, 2), Version(9, 0, 3), Version(9, 0, 4)),
    ),
    (Version(9, 1, 0), Version(9, 1, 2), (Version(9, 1, 2),)),
)

# (from, up to but without): trains whose way is in the upgrade path table.
KNOWN_TRAINS: tuple[tuple[Version, Version], ...] = (
    (Version(7, 0, 0), Version(8, 7, 0)),
    (Version(9, 0, 0), Version(9, LATEST_KNOWN[1] + 1, 0)),
)

# Last release train of a platform; None: current. The first prefix that fits decides.
# Source: ASA compatibility guide; that 41xx/93xx print `FPR4K-SM-…`, `FPR9K-SM-…` is inferred.
LAST_TRAIN: tuple[tuple[tuple[str, ...], tuple[int, int] | None], ...] = (
    (("ASA5505",), (9, 2)),
    (("ASA5510", "ASA5520", "ASA5540", "ASA5550", "ASA5580"), (9, 1)),
    (("ASA5512", "ASA5515", "ASA5585", "ASASM", "WS-SVC-ASA"), (9, 12)),
    (("ASA5525", "ASA5545", "ASA5555"), (9, 14)),
    (("ASA5506", "ASA5508", "ASA5516"), (9, 16)),
    (("FPR4K-SM-12S", "FPR4K-SM-24S", "FPR4K-SM-32S", "FPR4K-SM-44S"), None),
    (("FPR-4110", "FPR-4120", "FPR-4140", "FPR-4150", "FPR4K-SM-"), (9, 18)),
    (("FPR9K-SM-24", "FPR9K-SM-36", "FPR9K-SM-44"), (9, 18)),
    (("FPR-2", "FPR2"), (9, 20)),
    (("ASAv", "ISA-3000", "FPR-1", "FPR1", "FPR-3", "FPR3", "FPR-42", "FPR42"), None),
    (("FPR-4112", "FPR-4115", "FPR-4125", "FPR-4145", "FPR9K-SM-40", "FPR9K-SM-48"), None),
    (("FPR9K-SM-56",), None),
)


@dataclass(frozen=True, slots=True)
class Caution:
    """What is known to happen on the way to or across a release."""

    since: Version
    """The release that changes it: it matters when the running one is older and the target not."""
    severity: Severity
    says: str
    targets: tuple[Version, ...] = ()
    """Not empty: it matters for these targets only (their interims included)."""


# Source: ASA upgrade guide, guidelines and planning; Cisco bug ids where given.
CAUTIONS: tuple[Caution, ...] = (
    Caution(
        Version(8, 3, 1),
        Severity.WARNING,
        "8.3(1) rewrites access lists and NAT to real addresses and wants more memory: read "
        "upgrade_startup_errors_*.log after the first reload",
    ),
    Caution(
        Version(8, 4, 6),
        Severity.WARNING,
        "no zero downtime to 8.4(6), 9.0(2) and 9.1(2) (CSCug88962): take 8.4(5) or 9.0(3)",
        (Version(8, 4, 6), Version(9, 0, 2), Version(9, 1, 2)),
    ),
    Caution(
        Version(9, 1, 7),
        Severity.WARNING,
        "access lists with FQDN objects are not wholly replicated to 9.1(7), 9.5(2) and 9.6(1) "
        "(CSCuv02304): connections that they permit may be cut at the switchover",
        (Version(9, 1, 7), Version(9, 5, 2), Version(9, 6, 1)),
    ),
    Caution(
        Version(9, 12, 1),
        Severity.NOTE,
        "9.12(1) drops SSH version 1 and wants dh-group14-sha256: an old SSH client is locked out",
    ),
    Caution(
        Version(9, 16, 1),
        Severity.NOTE,
        "9.16(1) refuses RSA host keys under 2048 bits and SNMPv3 with MD5 or DES: try an SSH "
        "login to the upgraded unit before the switchover",
    ),
    Caution(
        Version(9, 17, 1),
        Severity.WARNING,
        "9.17(1) has no clientless SSL VPN: sessions of the portal end at the switchover for good",
    ),
    Caution(
        Version(9, 20, 2),
        Severity.NOTE,
        "9.20(2) drops OSPFv3 redistribution by a route-map with a prefix list",
    ),
    Caution(
        Version(9, 22, 1),
        Severity.NOTE,
        "9.22 moves smart licensing to Smart Transport: smartreceiver.cisco.com must be reachable",
    ),
    Caution(
        Version(9, 23, 1),
        Severity.NOTE,
        "9.23 has no EdDSA host keys: generate an RSA or ECDSA key before the upgrade",
    ),
)

# Field Notice 64291, CSCvd78303: traffic stops after about 213 days of uptime on 9.0 to 9.7.
UPTIME_BUG = (Version(9, 0, 0), Version(9, 8, 0))
UPTIME_BUG_DAYS = 200  # A little before the 213 days of the notice; our margin.

ASAV_RAM_SINCE = Version(9, 13, 1)
ASAV_RAM_MB = 2_048  # Release notes 9.13(1): ASAv wants 2 GB.


def last_train(hardware: str) -> tuple[bool, tuple[int, int] | None]:
    """Whether the platform is known, and its last release train; None: it goes on."""
    wanted = hardware.strip().lower()
    for prefixes, train in LAST_TRAIN:
        if any(wanted.startswith(prefix.lower()) for prefix in prefixes):
            return True, train
    return False, None


def stones_between(running: Version, target: Version) -> tuple[Version, ...] | None:
    """The releases of which one must come first; () none is needed; None: not known."""
    if not (_is_known(running) and _is_known(target)):
        return None
    for first, end, stones in STEPPING_STONES:
        if first <= running < end:
            bare = Version(target.major, target.minor, target.maintenance)
            if target.train == running.train:
                # Any maintenance release of one train follows any other; but 9.1(1) goes to
                # 9.1(2) first (CSCuh25271).
                alike = bare.maintenance == running.maintenance
                return stones if running.train == (9, 1) and not (alike or bare in stones) else ()
            classic = target < stones[0] and _is_next(running, target)
            return () if bare in stones or classic else stones
    return ()


def cautions(running: Version, target: Version) -> tuple[Caution, ...]:
    """What is known to happen on that way."""
    bare = Version(target.major, target.minor, target.maintenance)
    return tuple(
        caution
        for caution in CAUTIONS
        if (bare in caution.targets if caution.targets else running < caution.since <= target)
    )


def _is_known(version: Version) -> bool:
    return any(first <= version < end for first, end in KNOWN_TRAINS)


def _is_next(running: Version, target: Version) -> bool:
    """The classic rule: the next minor, or the first of the next major (7.x to 9.1 guides)."""
    if target.major == running.major:
        return target.minor - running.minor == 1
    return (running.train, target.train) == ((7, 2), (8, 0))
