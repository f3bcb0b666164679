"""Postmortems for tests of what shows them: the guide's incident, and words that mean harm."""

from collections.abc import Mapping
from dataclasses import replace

from upgrader.model.cause import Breach, Cause, CauseName, Likelihood, Mark
from upgrader.model.evidence import (
    Coverage,
    Minute,
    Place,
    SourceKind,
    SourceRead,
    UnreadLines,
    What,
)
from upgrader.model.failover import Role
from upgrader.model.night import (
    Absence,
    Band,
    ClockLine,
    Ending,
    Event,
    Kind,
    Leaving,
    Life,
    Night,
    Silence,
    Switchover,
    UnitKnown,
)
from upgrader.model.outcome import ExitCode, Next, Outcome
from upgrader.model.postmortem import (
    Impact,
    LeftOver,
    Postmortem,
    Reenactment,
    Stop,
    TodaysChecks,
    Unlike,
    WhatIf,
)

EVIL = '\x1b[2Jrm -rf\x07 <script>alert(1)</script> \u202eevil & "quoted" | *b* `c`'
ZERO = 1_795_312_800_000
"""22 Nov 2026, 02:00:00."""
MINUTE = 60_000
ONE, TWO = Role.PRIMARY, Role.SECONDARY


def at(minutes: float) -> int:
    return ZERO + round(minutes * MINUTE)


def line(number: int, file: str = "fw2.log") -> Place:
    return Place(file, number)


def happens(
    minutes: float,
    kind: Kind,
    what: What,
    text: str,
    *,
    unit: Role | None = None,
    number: int = 1,
    fields: Mapping[str, str] | None = None,
    inferred: bool = False,
) -> Event:
    return Event(
        at(minutes), unit, kind, what, text, (line(number),), fields or {}, None, 0, inferred
    )


def of_person(minutes: float, what: What, user: str, text: str, number: int) -> Event:
    kind = Kind.ADDRESS if what in (What.ASSIGNED, What.IN_USE_ALREADY) else Kind.SESSION
    fields = {"user": user, "public": f"203.0.113.{number % 250}"}
    return happens(minutes, kind, what, text, unit=TWO, number=number, fields=fields, inferred=True)


USERS = tuple(f"{name}.{n}" for n in range(1, 5) for name in ("alice", "bob", "carol"))


def events() -> tuple[Event, ...]:
    """Standby reload, switchover, the last reload, and twelve tunnels closed by it."""
    typed = [
        happens(2, Kind.COMMAND, What.COMMAND, "failover reload-standby", unit=ONE, number=10),
        happens(2.1, Kind.LINK, What.PEER_ABSENT, "peer not present", unit=ONE, number=11),
        happens(8, Kind.LINK, What.PEER_PRESENT, "peer present", unit=ONE, number=12),
        happens(8.5, Kind.SYNC, What.BULK_ENDED, "VPN bulk sync completed", unit=ONE, number=13),
        happens(10, Kind.COMMAND, What.COMMAND, "failover active", unit=TWO, number=20),
        happens(10.1, Kind.ROLE, What.TO_ACTIVE, "Switching to ACTIVE", unit=TWO, number=21),
    ]
    back = [
        of_person(10.2 + n / 100, What.TUNNEL_AGAIN, user, f"User <{user}> reconnected", 30 + n)
        for n, user in enumerate(USERS)
    ]
    last = [
        happens(15, Kind.COMMAND, What.COMMAND, "failover reload-standby", unit=TWO, number=50),
        happens(15.1, Kind.LINK, What.PEER_ABSENT, "peer not present", unit=TWO, number=51),
    ]
    cut = [
        of_person(15.2 + n / 100, what, user, f"User <{user}> {what.value}", 60 + 2 * n + k)
        for n, user in enumerate(USERS)
        for k, what in enumerate((What.CLOSING, What.TUNNEL_DOWN))
    ]
    again = [
        of_person(15.6 + n / 50, what, user, f"User <{user}> {what.value}", 90 + 2 * n + k)
        for n, user in enumerate(USERS[:8])
        for k, what in enumerate((What.LOGGED_IN, What.IN_USE_ALREADY))
    ]
    end = [
        happens(21, Kind.LINK, What.PEER_PRESENT, "peer present", unit=TWO, number=120),
        happens(21.4, Kind.SYNC, What.BULK_ENDED, "VPN bulk sync completed", unit=TWO, number=121),
        Event(None, TWO, Kind.LOOK, What.COMMAND, "show vpn-sessiondb", (line(4, "con.txt"),)),
    ]
    return (*typed, *back, *last, *cut, *again, *end)


def lives() -> tuple[Life, ...]:
    cut = [
        Life(
            user=user,
            public=f"203.0.113.{n + 1}",
            address=f"10.1.8.{n + 1}",
            began=at(0) if n > 2 else None,
            ended=at(15.2 + n / 100),
            ending=Ending.CUT,
            reason="Transport closing",
            places=(line(60 + 2 * n),),
            cut_at=at(15.2 + n / 100),
            resumed=(at(10.2 + n / 100),),
            freed=False,
            again=at(15.6 + n / 50) if n < 8 else None,
            unit=TWO,
            group="Staff",
            index=50 + n,
        )
        for n, user in enumerate(USERS)
    ]
    newer = [
        Life(
            user,
            f"203.0.113.{n + 1}",
            f"10.1.9.{n + 1}",
            at(15.6 + n / 50),
            None,
            Ending.OPEN,
            "",
            (line(90 + 2 * n),),
            unit=TWO,
        )
        for n, user in enumerate(USERS[:8])
    ]
    return (*cut, *newer)


def bands() -> tuple[Band, ...]:
    return (
        Band(ONE, "Active", None, at(10.1), (line(1),)),
        Band(ONE, "Standby Ready", at(10.1), at(15.1), ()),
        Band(ONE, "away", at(15.1), at(21), (line(51),)),
        Band(ONE, "Bulk Sync", at(21), at(21.4), ()),
        Band(ONE, "Standby Ready", at(21.4), None, ()),
        Band(TWO, "Standby Ready", None, at(2.1), ()),
        Band(TWO, "away", at(2.1), at(8), (line(11),)),
        Band(TWO, "Standby Ready", at(8.5), at(10.1), ()),
        Band(TWO, "Active", at(10.1), None, (line(21),)),
    )


def night(**changes: object) -> Night:
    told = Night(
        began=at(0),
        ended=at(24),
        has_date=True,
        zone="UTC",
        units=(
            UnitKnown(ONE, "JAD213100XA", "edge-fw", "ASA5516", "9.12(4)", "9.16(4)", ("fw1",)),
            UnitKnown(TWO, "JAD213100XB", "edge-fw", "ASA5516", "9.12(4)", "9.16(4)", ("fw2",)),
        ),
        events=events(),
        bands=bands(),
        switchovers=(
            Switchover(at(10.1), TWO, None, "Set by the config command", (line(21),), True, True),
        ),
        absences=(
            Absence(TWO, at(2.1), at(8), at(8.5), Leaving.ORDERED, None, (line(11),), False),
            Absence(ONE, at(15.1), at(21), at(21.4), Leaving.ORDERED, None, (line(51),), False),
        ),
        lives=lives(),
        silences=(Silence(TWO, at(3), at(8), "it was reloading and sends nothing"),),
        clocks=(
            ClockLine("fw2.log fw2", 0, 500, "the night's own"),
            ClockLine("fw1.log fw1", -42_300, 700, "by 12 events that both report"),
        ),
        screens=(),
        coverage=(Coverage("fw2.log", "fw2", "fw2.log fw2", {1: Minute(9, 4)}, {722037: 12}, 130),),
        sources=(
            SourceRead("fw2.log", SourceKind.SYSLOG, 130, 121, unread=2, note="no year is printed"),
            SourceRead("con.txt", SourceKind.TRANSCRIPT, 40, 9),
        ),
        unread=(UnreadLines("fw2.log", 7, 8, "cut short", "%ASA-6-7220"),),
        notes=("the year was taken from the file's date",),
        standby_logs=False,
    )
    return replace(told, **changes)  # type: ignore[arg-type]


def causes() -> tuple[Cause, ...]:
    differs = Cause(
        CauseName.ANYCONNECT_DIFFERS,
        Likelihood.LIKELY,
        "The units held different AnyConnect images; the last reload ended the sessions.",
        (
            Mark("12 tunnels closed within 8 s of the mate's departure", (line(60), line(62))),
            Mark("no end-of-session line for any of them, where it would stand", ()),
            Mark("8 of them logged in anew; their old address was in use", (line(91),)),
            Mark("no change of role nearby", ()),
        ),
        (Mark("nobody has seen the images themselves", ()),),
        ("on both units: `show webvpn anyconnect` and `verify /sha-512` of each package",),
        at(15.2),
        USERS,
    )
    sleepers = Cause(
        CauseName.SLEEPING_CLIENTS,
        Likelihood.POSSIBLE,
        "Clients slept, and their rows stood without a tunnel.",
        (Mark("rows without a tunnel", (line(4, "con.txt"),)),),
        (Mark("they began all at one time", (line(60),)),),
        ("`show vpn-sessiondb` on both units, twice",),
    )
    others = tuple(
        Cause(name, grade, f"It is {name.value}.", (), (Mark("its marks are missing", ()),))
        for name, grade in (
            (CauseName.PACKAGE_MISSING, Likelihood.UNKNOWN),
            (CauseName.NO_FAILOVER_KEY, Likelihood.EXCLUDED),
            (CauseName.STATE_LINK_DOWN, Likelihood.EXCLUDED),
            (CauseName.POOL_FULL, Likelihood.UNLIKELY),
        )
    )
    return (differs, sleepers, *others)


def postmortem(**changes: object) -> Postmortem:
    """The guide's incident, told from one unit's log."""
    told = Postmortem(
        outcome=Outcome.REPLAYED,
        exit_code=ExitCode.DONE,
        verdict="12 sessions died in the last reload, most likely for their AnyConnect images.",
        summary=(
            "The pair was upgraded in the usual order, and everyone came through the switchover.",
            "When the former active unit was reloaded, twelve people lost their VPN.",
        ),
        night=night(),
        impact=Impact(20, 8, 12, 0, 0, 12, 12, USERS, 96.0, 0.8, at(15.2), at(16)),
        causes=causes(),
        breaches=(
            Breach(at(2), "reloaded-without-compare", "the images were not compared", (line(10),)),
            Breach(at(15), "reloaded-with-doomed", "12 sessions", (line(50),), invariant=True),
        ),
        left_over=tuple(
            LeftOver(
                "orphaned-session",
                "Secondary",
                user,
                f"10.1.8.{n + 1}",
                50 + n,
                at(15.2),
                sure=n == 0,
                places=(f"fw2.log:{60 + 2 * n}",),
            )
            for n, user in enumerate(USERS)
        ),
        todays_checks=TodaysChecks(
            "`anyconnect-images-match` would have stopped it at 02:02:00, before the first reload.",
            (Stop("anyconnect-images-match", at(2), "failover reload-standby", "a, b", "blocker"),),
        ),
        reenactment=Reenactment(
            41, 43, (Unlike("address collision", "not modelled"),), ("idle times",), 12, 12, 12
        ),
        what_ifs=(
            WhatIf("as it was", "nothing", 8, 12, 12, 12, 0.8),
            WhatIf("anyconnect=matched", "equal images", 20, 0, 0, 0, 0.8, None, USERS),
            WhatIf("checks=today", "with our checks", 20, 0, 0, 0, None, "anyconnect-images-match"),
        ),
        went_well=("The switchover cost nobody a session.",),
        to_change=("Compare the packages on both units before the first reload.",),
        next=Next(
            ("upgrader sessions edge.toml",), ("show webvpn anyconnect", "show vpn-sessiondb")
        ),
        notes=("The image digests are in none of the sources.",),
        wall_seconds=0.4,
    )
    return replace(told, **changes)  # type: ignore[arg-type]
