"""Random nights: a built-in one, staged with other people, hours and acts, and things beside it.

table, seen = variant(folder, Random("anyconnect-images-differ 7"))

What may differ: hours, pauses between acts, which unit is the primary, people and their habits,
clocks, log settings, how the guide's incident works; and something harmless beside it. Whatever
the cause is left as it is.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

GUIDES = "anyconnect-images-differ"
SWAPS = {"primary": "secondary", "secondary": "primary"}
_LONG_PAUSE = 90
"""Seconds: a shorter pause between two acts may be what the night is about."""
_UNHURRIED = frozenset({"premature-switchover", "network-beside-the-pair", "http-replication-off"})
"""Nights whose cause is a matter of seconds."""
_FULL = "pool-full"
"""There the pool has room for so many and no more."""
DISTURBANCES = ("rejected", "logged-off", "tested", "storm", "two-devices", "nothing", "nothing")


@dataclass(frozen=True, slots=True)
class Seen:
    """How the records of a night reach whoever reads them."""

    informational: bool
    """Whether level 6 reaches the collector."""
    by_unit: bool
    """Whether each unit's lines stand in a file of their own."""
    with_night_before: bool
    """Whether the log begins with another night, on which nothing went wrong."""
    disturbance: str
    """What harmless thing happens beside it."""


def variant(folder: Path, chance: Random) -> tuple[dict[str, Any], Seen]:
    """The pair file of one more such night, and how it is seen."""
    name = folder.name
    table = tomllib.loads((folder / "pair.toml").read_text())
    pair, incident = table["emulated"], table["incident"]
    seen = Seen(
        informational=chance.random() < 0.85,
        by_unit=chance.random() < 0.2,
        with_night_before=chance.random() < 0.1,
        disturbance=chance.choice(DISTURBANCES),
    )
    config = (folder / pair["config"]).read_text().splitlines()
    config = list(_logged(config, chance, informational=seen.informational))
    clients = pair["clients"]
    if name != _FULL:
        clients["count"] += chance.randrange(0, 25)
        config = [_with_room(line) for line in config]
    pair["config"] = "\n".join(config) + "\n"
    pair["seed"] = chance.randrange(1, 1_000_000)
    pair["starts_at"] = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(
        days=chance.randrange(365), minutes=chance.randrange(1_440)
    )
    for habit in ("sleeps_per_hour", "wakes_per_hour", "logoffs_per_hour"):
        clients.setdefault(habit, chance.choice((0, 0, 2, 6)))
    for unit in pair["unit"]:
        if chance.random() < 0.4:
            unit.setdefault("health", {}).setdefault("clock_off", chance.randrange(-300, 300))
    if name == GUIDES:
        pair["incident"] = {
            "mechanism": chance.choice(("anchor", "anchor", "verify-at-join")),
            "kill_at": chance.choice(("peer-departure", "peer-rejoin")),
            "client_requests_old_address": chance.random() < 0.7,
            "index_allocator": chance.choice(("shared", "per-unit")),
        }
    # What is looked at stands in the terminal's log, and here is none.
    acts = [a for a in incident["act"] if not str(a.get("types", "")).startswith("show")]
    acts.sort(key=lambda act: seconds_of(act["at"]))
    if chance.random() < 0.3:
        _swap(pair, acts)
    beside = list(_beside(seen.disturbance, acts, clients["count"], chance))
    if name not in _UNHURRIED:
        _unhurried(incident, acts, chance)
    incident["act"] = sorted([*acts, *beside], key=lambda act: seconds_of(act["at"]))
    incident.pop("story", None)
    return table, seen


def night_before(table: dict[str, Any]) -> dict[str, Any]:
    """The night before: the standby was reloaded on its old release, as one should, and came back.

    The pair is then as it is when the other night begins.
    """
    pair, incident = table["emulated"], table["incident"]
    at = {"at": "0:06:00", "on": "active", "types": "failover reload-standby"}
    return {
        **table,
        "emulated": {**pair, "starts_at": pair["starts_at"] - timedelta(days=1)},
        "incident": {**incident, "lasts": "0:25:00", "cause": "none", "act": [at]},
    }


def seconds_of(at: str) -> int:
    """`0:15:46` in seconds."""
    hours, minutes, seconds = at.split(":")
    return int(hours) * 3_600 + int(minutes) * 60 + int(seconds)


def _spelled(seconds: int) -> str:
    return f"{seconds // 3_600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _logged(config: Iterable[str], chance: Random, *, informational: bool) -> Iterable[str]:
    standby, dated = chance.random() < 0.2, chance.random() < 0.2
    for line in config:
        if line == "logging standby":
            continue
        if line == "logging trap informational" and not informational:
            yield "logging trap notifications"
        elif line == "logging timestamp" and dated:
            yield "logging timestamp rfc5424"
        else:
            yield line
        if line == "logging enable" and standby:
            yield "logging standby"


def _with_room(line: str) -> str:
    """A pool for more people than the night was written for."""
    if not line.startswith("ip local pool"):
        return line
    return line.replace("-10.20.8.40 ", "-10.20.8.240 ")


def _swap(pair: dict[str, Any], acts: list[dict[str, Any]]) -> None:
    """The other unit is the primary: all else as it was."""
    pair["active"] = SWAPS[pair.get("active", "primary")]
    for unit in pair["unit"]:
        unit["role"] = SWAPS[unit["role"]]
    for act in acts:
        for key in ("unit", "on"):
            act[key] = SWAPS.get(act[key], act[key]) if key in act else None
            if act[key] is None:
                del act[key]


def _unhurried(incident: dict[str, Any], acts: list[dict[str, Any]], chance: Random) -> None:
    """Longer pauses, where they are long already."""
    late = before = 0
    for act in acts:
        at = seconds_of(act["at"])
        if at - before > _LONG_PAUSE:
            late += chance.randrange(0, 150)
        before = at
        act["at"] = _spelled(at + late)
    incident["lasts"] = _spelled(seconds_of(incident["lasts"]) + late)


def _beside(
    what: str, acts: list[dict[str, Any]], count: int, chance: Random
) -> Iterable[dict[str, Any]]:
    """Something that harms nobody but him whom it befalls, before the first reload."""
    first = next((seconds_of(a["at"]) for a in acts if "reload" in str(a.get("types", ""))), 240)
    at = chance.randrange(20, max(first - 30, 21))
    if what == "logged-off":
        line = f"vpn-sessiondb logoff index {chance.randrange(1, count + 1)} noconfirm"
        yield {"at": _spelled(at), "on": "active", "types": line}
    elif what == "two-devices":
        user = f"user{chance.randrange(1, min(count, 9) + 1):02}"
        yield {"at": _spelled(at), "event": "connect-clients", "count": 1, "user": user}
    elif what == "storm":
        some = chance.sample(range(1, min(count, 9) + 1), k=min(count, 3))
        for number in some:
            user = f"user{number:02}"
            yield {"at": _spelled(at), "event": "sleep", "user": user}
            yield {"at": _spelled(at + 60), "event": "wake", "user": user}


HARMLESS_LINES = {
    "rejected": (
        (
            "%ASA-6-113005: AAA user authentication Rejected : reason = AAA failure : "
            "server = 10.20.0.60 : user = user33 : user IP = 198.51.100.9"
        ),
    ),
    "tested": (
        "%ASA-1-105008: ({unit}) Testing Interface dmz",
        "%ASA-1-105009: ({unit}) Testing on interface dmz Passed",
    ),
}
"""Lines of ours put into a log, worded as the ASA syslog guide has them."""


def disturbed(
    lines: list[tuple[str, str]], what: str, unit: str, chance: Random
) -> list[tuple[str, str]]:
    """The log by senders, with lines of the disturbance beside one of the first third."""
    heads = [n for n, (_, line) in enumerate(lines[: len(lines) // 3]) if "%ASA-" in line]
    if what not in HARMLESS_LINES or not heads:
        return lines
    n = chance.choice(heads)
    sender, beside = lines[n]
    head = beside.partition("%ASA-")[0]
    put = [(sender, head + line.format(unit=unit)) for line in HARMLESS_LINES[what]]
    return [*lines[:n], *put, *lines[n:]]
