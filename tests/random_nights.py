"""Random nights: right orders and wrong ones, people, cables, power; each is run again."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from reenactments import MINUTE, arrives, run, setting, staged

from upgrader.cli.worlds.evidence import collected_records
from upgrader.conduct.reenacting.reenact import Reenacted
from upgrader.judgement.postmortem.causes.judge import judge
from upgrader.judgement.postmortem.rebuilding.setting import Logging, Setting
from upgrader.judgement.postmortem.telling.night import tell
from upgrader.model.night import Night
from upgrader.model.postmortem import Unlike
from upgrader.model.script import Act, Befalls, Typed
from upgrader.ports import UsageFault

_KINDS = {
    "matched, right order": 4,
    "mismatched, right order": 3,
    "standby only": 1,
    "switchover alone": 2,
    "switchover too early": 2,
    "fail-back": 2,
    "active reloaded": 2,
    "no key": 1,
    "no state link": 1,
    "nothing": 1,
}
"""What operators do, and how often."""
_BEFALLS = ("crash", "power", "failover link", "state link", "port", "aaa")


@dataclass(frozen=True, slots=True)
class RandomNight:
    """A night, as it is staged."""

    kind: str
    pair: Setting
    acts: tuple[Act, ...]
    minutes: int
    beside: tuple[str, ...]
    """What befell the pair beside what was typed."""


def random_night(seed: int) -> RandomNight:
    """One night; the same each time."""
    chance = Random(f"night {seed}")
    kind = chance.choices(list(_KINDS), list(_KINDS.values()))[0]
    people = chance.randrange(2, 9)
    pair = setting(
        people,
        differs=kind.startswith("mismatched"),
        failover_key=kind != "no key",
        state_link=kind != "no state link",
        logging=Logging(standby=chance.random() < 0.3),
    )
    acts = list(_typed(kind, chance))
    ends = max((act.at_ms for act in acts), default=10 * MINUTE) + 10 * MINUTE
    beside = tuple(
        what for what in _BEFALLS if chance.random() < (0.12 if kind != "nothing" else 0.3)
    )
    for what in beside:
        acts += _befalls(what, chance.randrange(2 * MINUTE, ends - 2 * MINUTE), chance)
    acts += _people(people, ends, chance)
    acts.sort(key=lambda act: act.at_ms)
    return RandomNight(kind, pair, tuple(acts), ends // MINUTE + 8, beside)


def _typed(kind: str, chance: Random) -> Iterator[Act]:
    """What operators type, with their own waits."""
    at = chance.randrange(2, 6) * MINUTE + chance.randrange(60) * 1_000
    between = chance.randrange(400, 700) * 1_000
    reload, switch = "failover reload-standby", "no failover active"
    match kind:
        case "nothing":
            return
        case "standby only":
            yield Typed(at, "active", reload)
        case "switchover alone":
            yield Typed(at, "active", switch)
            if chance.random() < 0.5:
                yield Typed(at + chance.randrange(60, 300) * 1_000, "active", switch)
        case "switchover too early":
            yield Typed(at, "active", reload)
            early = at + chance.randrange(302, 345) * 1_000
            yield Typed(early, "active", switch)
            yield Typed(early + between, "active", reload)
        case "active reloaded":
            yield Typed(at, "active", reload)
            yield Typed(at + between, "active", "reload noconfirm")
        case "fail-back":
            yield Typed(at, "active", reload)
            yield Typed(at + between, "active", switch)
            yield Typed(at + between + 3 * MINUTE, "active", reload)
            yield Typed(at + 2 * between + 3 * MINUTE, "active", switch)
        case _:
            yield Typed(at, "active", reload)
            yield Typed(at + between, "active", switch)
            yield Typed(at + between + chance.randrange(2, 6) * MINUTE, "active", reload)


def _befalls(what: str, at: int, chance: Random) -> Iterator[Act]:
    unit = chance.choice(("primary", "secondary"))
    lasts = chance.randrange(30, 200) * 1_000
    match what:
        case "crash":
            yield Befalls(at, "crash-unit", {"unit": unit})
        case "power":
            yield Befalls(at, "pull-power", {"unit": unit})
            yield Befalls(at + lasts, "give-power", {"unit": unit})
        case "failover link" | "state link":
            link = what.split(maxsplit=1)[0]
            yield Befalls(at, "cut-link", {"link": link})
            yield Befalls(at + lasts, "join-link", {"link": link})
        case "port":
            where = {"unit": unit, "interface": "inside"}
            yield Befalls(at, "break-switch-port", where)
            yield Befalls(at + lasts, "mend-switch-port", where)
        case "aaa":
            yield Befalls(at, "stop-aaa")
            yield Befalls(at + lasts, "start-aaa")


def _people(people: int, ends: int, chance: Random) -> Iterator[Act]:
    for number in range(1, people + 1):
        at = chance.randrange(MINUTE, ends)
        match chance.randrange(6):
            case 0:
                yield Befalls(at, "sleep", {"user": f"person{number}"})
                later = at + chance.randrange(60, 900) * 1_000
                yield Befalls(later, "wake", {"user": f"person{number}"})
            case 1:
                yield Befalls(at, "log-off", {"user": f"person{number}"})
            case 2:
                yield arrives(at, f"newcomer{number}")
            case _:
                pass


def staged_night(night: RandomNight) -> str | None:
    """What its collector files; None: it cannot happen, whatever is left out."""
    acts = night.acts
    while True:
        try:
            return staged(night.pair, acts, night.minutes).collected
        except UsageFault as fault:
            # Somebody was to do what he cannot then: he does nothing.
            left = tuple(act for act in acts if not _is_meant(act, str(fault)))
            if len(left) == len(acts):
                return None
            acts = left


def _is_meant(act: Act, fault: str) -> bool:
    return isinstance(act, Befalls) and (
        str(act.arguments.get("user", "-")) in fault or fault.startswith(act.event)
    )


def run_again(seed: int) -> tuple[RandomNight, Night, Reenacted] | None:
    """A night, as its collector's file tells it, and run again; None: it cannot happen."""
    night = random_night(seed)
    collected = staged_night(night)
    if collected is None:
        return None
    told = tell(collected_records(collected))
    return night, told, run(told, judge(told))


_TIME = re.compile(r"\d\d:\d\d:\d\d")
_WHO = re.compile(r"\b(?:person|newcomer)\d+")


def class_of(unlike: Unlike) -> str:
    """A difference without names and times: of which kind it is."""
    text = f"{unlike.says} · {unlike.why}"
    return _WHO.sub("somebody", _TIME.sub("…", text))
