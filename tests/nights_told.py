"""Nights told in a few words, for tests of how a night is read.

night = night_of('''
    01:00:00 P to-standby reason="Set by the config command"
    01:00:00 S to-active reason="mate want me Active"
''')

`P` and `S` write a line that names them, `p` and `s` one that names nobody; `>P` and `>S` are
terminals on those units, whose lines have no number. `--:--:--` is no stamp.
"""

import shlex
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from upgrader.judgement.postmortem.telling.night import tell
from upgrader.model.evidence import (
    Coverage,
    Evidence,
    Minute,
    Place,
    Record,
    Screen,
    Stamped,
    What,
)
from upgrader.model.failover import Role
from upgrader.model.night import Night

DAY = 1_700_006_400_000
"""2023-11-15, midnight, in UTC."""

P, S = Role.PRIMARY, Role.SECONDARY
ROLES = {"P": P, "S": S, "p": P, "s": S}

NUMBERS = {
    What.TO_ACTIVE: 104_001,
    What.TO_STANDBY: 104_002,
    What.TO_FAILED: 104_003,
    What.NO_RESPONSE: 103_001,
    What.VERSIONS_DIFFER: 103_007,
    What.PEER_UP: 105_034,
    What.LINK_DOWN: 105_043,
    What.SYNC_SENDING: 709_003,
    What.SYNC_SENT: 709_004,
    What.SYNC_RECEIVING: 709_005,
    What.SYNC_RECEIVED: 709_006,
    What.PEER_ABSENT: 720_023,
    What.PEER_PRESENT: 720_023,
    What.STATE: 720_027,
    What.PEER_STATE: 720_028,
    What.BULK_STARTED: 720_062,
    What.BULK_ENDED: 720_063,
    What.BULK_RECEIVING: 720_045,
    What.BULK_RECEIVED: 720_046,
    What.CLIENT_TO_ACTIVE: 720_039,
    What.CLIENT_TO_STANDBY: 720_040,
    What.WEB_SESSION_COPIED: 721_016,
    What.RELOADED_BY: 199_001,
    What.STARTUP_BEGIN: 199_005,
    What.STARTUP_END: 199_002,
    What.CRASHED: 199_010,
    What.COMMAND: 111_008,
    What.LOGGED_IN: 113_039,
    What.ADDRESS_GIVEN: 722_051,
    What.ASSIGNED: 737_026,
    What.FREED: 737_016,
    What.IN_USE_ALREADY: 737_024,
    What.COPIED_TO_STANDBY: 737_029,
    What.FIRST_TUNNEL: 722_033,
    What.TUNNEL_UP: 722_022,
    What.TUNNEL_DOWN: 722_023,
    What.TUNNEL_AGAIN: 722_034,
    What.CLOSING: 722_037,
    What.SUSPENDED: 716_058,
    What.RESUMED: 716_059,
    What.ENDED: 113_019,
    What.INTERFACE_UP: 105_006,
    What.LOG_LOST: 414_001,
    What.CLOCK_SET: 771_002,
}


def instant(clock: str) -> int:
    """`01:00:00.250` on the day of the nights, in milliseconds."""
    hours, minutes, seconds = clock.split(":")
    return DAY + round((int(hours) * 3_600 + int(minutes) * 60 + float(seconds)) * 1_000)


def clock_of(at: int | None) -> str | None:
    """The other way."""
    if at is None:
        return None
    seconds = (at - DAY) // 1_000
    return f"{seconds // 3_600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def records_of(
    text: str,
    *,
    file: str = "fw.log",
    sent_by: str = "chassis",
    one_file: bool = True,
    skew_ms: Mapping[Role, int] | None = None,
) -> list[Record]:
    """The records of a night. `sent_by`: `chassis`, `seat`, `shared`; `skew_ms` is added."""
    records = []
    active = P
    skews = skew_ms or {}
    for number, line in enumerate(text.strip().splitlines(), 1):
        stamp, voice, what_name, *rest = shlex.split(line)
        what = What(what_name)
        fields = dict(word.partition("=")[::2] for word in rest)
        is_console = voice.startswith(">")
        unit = ROLES[voice.lstrip(">")]
        host = {
            "chassis": f"fw-{unit.value}",
            "seat": "192.0.2.1" if unit is active else "192.0.2.2",
            "shared": "fw",
        }[sent_by]
        if what is What.TO_ACTIVE:
            active = unit
            host = "192.0.2.1" if sent_by == "seat" else host
        elif what is What.TO_STANDBY and sent_by == "seat":
            host = "192.0.2.2"
        name = file if one_file else f"{unit.value.lower()}.log"
        if is_console:
            name, host = f"console-{unit.value.lower()}.txt", ""
        at = None if stamp.startswith("-") else instant(stamp) + skews.get(unit, 0)
        # Stamps are whole seconds, as most logs print them.
        at = None if at is None else at // 1_000 * 1_000
        told = " ".join(f"{key}={value}" for key, value in fields.items())
        tag = f"({unit.value}) " if voice.isupper() or is_console else ""
        records.append(
            Record(
                what=what,
                text=f"{tag}{what.value} {told}".strip(),
                place=Place(name, number),
                clock=f"{name} {host}",
                at=at,
                unit=unit if voice.isupper() else None,
                number=None if is_console else NUMBERS.get(what),
                severity=None if is_console else 6,
                fields=fields,
                host=host,
            )
        )
    return records


def evidence_of(
    records: Iterable[Record],
    screens: Sequence[Screen] = (),
    *,
    informational: bool = True,
    has_zone: bool = False,
) -> Evidence:
    """Evidence of these records, with clocks and coverage as a reader makes them."""
    whole = tuple(records)
    clocks: dict[str, Stamped] = {}
    lines: dict[tuple[str, str, str], dict[int, int]] = {}
    ids: dict[tuple[str, str, str], Counter[int]] = {}
    for record in whole:
        clocks[record.clock] = Stamped(record.clock, record.host, 1_000, has_zone=has_zone)
        if record.number is None:
            continue
        key = (record.place.file, record.host, record.clock)
        ids.setdefault(key, Counter())[record.number] += 1
        if record.at is not None:
            minutes = lines.setdefault(key, {})
            minutes[record.at // 60_000] = minutes.get(record.at // 60_000, 0) + 1
    coverage = tuple(
        Coverage(
            *key,
            {m: Minute(n, n if informational else 0) for m, n in lines.get(key, {}).items()},
            dict(ids[key]),
            ids[key].total(),
        )
        for key in ids
    )
    return Evidence((), whole, tuple(screens), tuple(clocks.values()), coverage)


def night_of(text: str, **words: object) -> Night:
    """The night that these lines tell, by one collector's file."""
    screens = words.pop("screens", ())
    informational = words.pop("informational", True)
    records = records_of(text, **words)
    return tell(evidence_of(records, screens, informational=informational))


def without(records: Iterable[Record], *numbers: int) -> list[Record]:
    """These records without those of some ids."""
    return [record for record in records if record.number not in numbers]


def elsewhere(records: Iterable[Record], file: str, by_ms: int = 0) -> list[Record]:
    """The same lines in another file, by a clock that is so much ahead."""
    return [
        replace(
            record,
            place=Place(file, record.place.line),
            clock=f"{file} {record.host}",
            at=None if record.at is None else record.at + by_ms,
        )
        for record in records
    ]


LOGIN = """
{at} p logged-in user={user} public={public} group=STAFF
{at} p assigned address={address} pool=VPN handle={handle}
{at} p address-given user={user} public={public} address={address}
{at} p first-tunnel user={user} public={public} kind=TCP
{at} p tunnel-up user={user} public={public} kind=TCP
{at} p tunnel-up user={user} public={public} kind=UDP
"""


def login(at: str, user: str, n: int, unit: str = "p", public: str = "") -> str:
    """What a login leaves in the log."""
    words = {
        "at": at,
        "user": user,
        "public": public or f"198.18.0.{n}",
        "address": f"10.1.8.{n}",
        "handle": f"0x{n * 4096:08x}",
    }
    return LOGIN.format(**words).replace(" p ", f" {unit} ").strip() + "\n"


def comes_back(at: str, user: str, n: int, unit: str = "s") -> str:
    """What a client leaves that returns with its ticket."""
    who = f"user={user} public=198.18.0.{n}"
    return (
        f"{at} {unit} tunnel-again {who} kind=TCP\n"
        f"{at} {unit} tunnel-up {who} kind=TCP\n"
        f"{at} {unit} tunnel-up {who} kind=UDP\n"
        f"{at} {unit} resumed {who}\n"
    )


def is_closed(
    at: str, user: str, n: int, unit: str = "s", reason: str = "Transport closing"
) -> str:
    """What is left of tunnels that are closed, and of no more than that."""
    who = f"user={user} public=198.18.0.{n}"
    return (
        f'{at} {unit} closing {who} reason="{reason}"\n'
        f"{at} {unit} tunnel-down {who} kind=TCP\n"
        f"{at} {unit} tunnel-down {who} kind=UDP\n"
    )


def ends(at: str, user: str, n: int, unit: str = "s", reason: str = "User Requested") -> str:
    """What the end of a session leaves."""
    return (
        f"{at} {unit} freed address=10.1.8.{n} pool=VPN\n"
        f'{at} {unit} ended user={user} public=198.18.0.{n} reason="{reason}" duration=0h:10m:00s\n'
    )


FIRST_RELOAD = """
01:00:00 p command command="failover reload-standby" user=enable_15
01:00:04 P peer-absent
01:00:19 P no-response code=1
01:05:04 P peer-up
01:05:04 P versions-differ theirs=9.16(4) ours=9.12(4)
01:05:04 P peer-present
01:05:07 P sync-sending
01:05:07 S sync-receiving
01:05:31 P sync-sent
01:05:31 S sync-received
01:05:31 P bulk-started
01:05:31 S bulk-receiving
01:05:47 P bulk-ended
01:05:47 S bulk-received
01:05:47 P peer-state state="Standby Ready"
"""
SWITCHOVER = """
01:10:00 p command command="no failover active" user=enable_15
01:10:00 P to-standby reason="Set by the config command."
01:10:00 P client-to-standby
01:10:00 S to-active reason="mate want me Active"
01:10:00 S client-to-active
"""
LAST_RELOAD = """
01:20:00 s command command="failover reload-standby" user=enable_15
01:20:04 S peer-absent
01:20:19 S no-response code=1
"""
RETURN = """
01:25:04 S peer-up
01:25:04 S peer-present
01:25:07 S sync-sending
01:25:07 P sync-receiving
01:25:31 S sync-sent
01:25:31 S bulk-started
01:25:31 P bulk-receiving
01:25:47 S bulk-ended
01:25:47 P bulk-received
01:25:47 S peer-state state="Standby Ready"
"""
STANDBY_SAYS = frozenset({709_005, 709_006, 720_045, 720_046, 721_016})


def incident() -> str:
    """The guide's night: anna and bert are cut when the last reboot begins, cleo logs off."""
    return (
        login("00:30:00", "anna", 1)
        + login("00:31:00", "bert", 2)
        + login("00:32:00", "cleo", 3)
        + FIRST_RELOAD.lstrip()
        + SWITCHOVER.lstrip()
        + comes_back("01:10:33", "anna", 1)
        + comes_back("01:10:34", "bert", 2)
        + comes_back("01:10:35", "cleo", 3)
        + is_closed("01:15:00", "cleo", 3, reason="User requested")
        + ends("01:15:00", "cleo", 3)
        + LAST_RELOAD.strip()
        + "\n"
        + is_closed("01:20:05", "anna", 1)
        + is_closed("01:20:05", "bert", 2)
        + "01:20:40 s in-use-already address=10.1.8.1 handle=0x00004000\n"
        + login("01:20:40", "anna", 4, "s", "198.18.0.1")
        + login("01:20:45", "bert", 5, "s", "198.18.0.2")
        + RETURN.lstrip()
        + ends("01:40:00", "anna", 4).replace("198.18.0.4", "198.18.0.1")
    )
