"""What was done on a night, in a sentence or two: from which release to which, by what moves."""

from datetime import datetime

from upgrader.model.failover import Role
from upgrader.model.night import Absence, Leaving, Night, Switchover
from upgrader.model.words import clock, day_of, many

_STEPS = 5
"""So many are told one by one; more are counted."""

_AWAY = {
    Leaving.ORDERED: "was reloaded",
    Leaving.CRASH: "crashed",
    Leaving.UNANNOUNCED: "went away unannounced",
    Leaving.LINK: "was not heard any more",
}


def course(night: Night) -> str:
    """`On 14 March 2026 … the pair was brought from 9.12(4) to 9.16(4): the Secondary was …`."""
    if not night.events:
        return ""
    steps = _steps(night)
    releases = _releases(night)
    if not releases and not steps:
        return f"{_when(night)} no reload and no switchover is seen."
    told = f"{releases}: {steps}" if releases and steps else releases or steps
    return f"{_when(night)} {told}."


def instant(night: Night, at: int) -> str:
    """`22:21:37`; since the beginning where no day is known."""
    day = _day(night, at)
    return f"{clock(max(at - night.began, 0))} after the beginning" if day is None else _time(day)


def _when(night: Night) -> str:
    began, ended = _day(night, night.began), _day(night, night.ended)
    if began is None or ended is None:
        return f"In {clock(night.ended - night.began)} of a night whose date is not known,"
    if f"{began:%d%H:%M}" == f"{ended:%d%H:%M}":
        return f"On {began.day} {began:%B %Y}, about {began:%H:%M},"
    until = f"{ended:%H:%M}" if began.date() == ended.date() else f"{ended.day} {ended:%B %H:%M}"
    return f"On {began.day} {began:%B %Y}, between {began:%H:%M} and {until},"


def _releases(night: Night) -> str:
    last = {unit.role: unit.version_last for unit in night.units if unit.version_last}
    new = set(last.values())
    old = {unit.version_first for unit in night.units if unit.version_first} - new
    if len(new) == 1 and len(old) == 1:
        return f"the pair was brought from {old.pop()} to {new.pop()}"
    if len(new) == 1 and not old:
        return f"the pair ran {new.pop()}"
    if len(new) == 2:
        each = [f"the {role.value} with {version}" for role, version in last.items()]
        return f"the pair ended with two releases, {' and '.join(each)}"
    return ""


def _steps(night: Night) -> str:
    """The reloads and switchovers, in their order."""
    moves: list[tuple[int, Absence | Switchover]] = [
        *((away.left, away) for away in night.absences),
        *((move.at, move) for move in night.switchovers),
    ]
    if not moves:
        return ""
    if len(moves) > _STEPS:
        reloads = many(len(night.absences), "departure")
        return f"{reloads} of a unit and {many(len(night.switchovers), 'switchover')} are seen"
    told: list[str] = []
    before: Role | None = None
    for _, move in sorted(moves, key=lambda one: one[0]):
        unit, did, at = _step(move)
        name = "it" if unit is before else f"the {unit.value}"
        told.append(f"{name} {did}" + ("" if at is None else f" at {instant(night, at)}"))
        before = unit
    return f"{', '.join(told[:-1])} and {told[-1]}" if len(told) > 1 else told[0]


def _step(move: Absence | Switchover) -> tuple[Role, str, int | None]:
    match move:
        case Absence(unit=unit, why=why):
            return unit, _AWAY[why], move.left_at
        case Switchover(to=to, at=at):
            return to, "became active", at


def _day(night: Night, at: int) -> datetime | None:
    return day_of(at) if night.has_date else None


def _time(day: datetime) -> str:
    return f"{day:%H:%M:%S}"
