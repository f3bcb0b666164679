"""What befell the cables and ports of a pair: links that were cut, ports that passed nothing."""

from collections.abc import Iterable, Iterator, Sequence

from upgrader.judgement.postmortem.rebuilding.gone import (
    HOLD_MS,
    SHUTDOWN_MS,
    TOGETHER_MS,
    reported,
    was_away,
)
from upgrader.model.evidence import What
from upgrader.model.failover import Role
from upgrader.model.night import Absence, Event, Leaving, Night
from upgrader.model.script import Act, Befalls

_LOST_HELLOS_MS = 12_000
"""From when a port passes nothing until hellos are missed: as the emulator has it."""
_ROLES_MS = 1_000

_CUTS = {
    What.LINK_DOWN: "failover",
    What.CONTROL_DOWN: "failover",
    What.DATA_DOWN: "state",
}
_JOINS = {What.LINK_UP: "failover", What.CONTROL_UP: "failover", What.DATA_UP: "state"}


def were_cut(night: Night, gone: Sequence[Absence]) -> frozenset[str]:
    """The links that were cut when the records begin: they are told to be up, and never down."""
    first: dict[str, bool] = {}
    for event in _stamped(night.events):
        at = event.at
        assert at is not None  # stamped ones only
        cut, joined = _CUTS.get(event.what), _JOINS.get(event.what)
        link = cut or joined
        if link is not None and (cut is not None or not _turns(gone, at)):
            first.setdefault(link, joined is not None)
    return frozenset(link for link, is_up in first.items() if is_up)


def links(night: Night, gone: Sequence[Absence]) -> Iterator[Act]:
    """Cuts and joins of the cables between the units, as both report them."""
    down: set[str] = set(were_cut(night, gone))
    for event in _stamped(night.events):
        at = event.at
        assert at is not None  # stamped ones only
        cut, joined = _CUTS.get(event.what), _JOINS.get(event.what)
        if cut is not None and cut not in down and not _turns(gone, at):
            down.add(cut)
            yield Befalls(at, "cut-link", {"link": cut})
        elif joined is not None and joined in down:
            down.discard(joined)
            yield Befalls(at, "join-link", {"link": joined})


def _turns(gone: Sequence[Absence], at: int) -> bool:
    """Whether a unit goes or comes then, which its mate may take for a broken link.

    It is missed after a hold time; who is back may say so for a while.
    """
    return any(
        one.left - _ROLES_MS - (SHUTDOWN_MS if one.why is Leaving.ORDERED else HOLD_MS)
        <= at
        <= one.left + TOGETHER_MS
        or (one.back is not None and abs(at - one.back) <= _LOST_HELLOS_MS)
        for one in gone
    )


def ports(night: Night, gone: Sequence[Absence]) -> Iterator[Befalls]:
    """Switch ports that passed nothing for a while: the unit whose test failed had them."""
    broken: set[tuple[Role, str]] = set()
    lost: dict[str, int] = {}
    told = dict(reported(night))
    for event in _stamped(night.events):
        at, name, unit = event.at, event.fields.get("interface", ""), event.unit
        assert at is not None  # stamped ones only
        if event.what is What.REPORTED_FAILED and at in told and lost:
            # The mate's own log is not at hand: the port is the one whose hellos were missed.
            name = max(lost, key=lambda one: lost[one])
            theirs = (told[at], name)
            if theirs not in broken:
                broken.add(theirs)
                yield Befalls(lost[name] - _LOST_HELLOS_MS, "break-switch-port", _port(theirs))
            continue
        if not name or unit is None or was_away(gone, None, at, _ROLES_MS) is not None:
            continue
        port = (unit, name)
        if event.what is What.HELLOS_LOST:
            lost.setdefault(name, at)
        elif event.what is What.TESTED and "fail" in event.fields.get("outcome", "").casefold():
            if port not in broken:
                broken.add(port)
                since = lost.get(name, at)
                yield Befalls(since - _LOST_HELLOS_MS, "break-switch-port", _port(port))
        elif event.what is What.INTERFACE_DOWN and port not in broken:
            broken.add(port)
            yield Befalls(at, "pull-cable", _port(port))
        elif event.what in (What.MONITOR_NORMAL, What.INTERFACE_UP):
            lost.pop(name, None)
            mended = [one for one in ((unit, name), (unit.other, name)) if one in broken]
            for one in mended:
                broken.discard(one)
                yield Befalls(at - _ROLES_MS, "mend-switch-port", _port(one))
                yield Befalls(at - _ROLES_MS, "plug-cable", _port(one))


def segments(night: Night) -> Iterator[Befalls]:
    """Segments that broke between the units: both missed hellos there, and both had traffic."""
    missed: dict[str, dict[Role, int]] = {}
    passed: dict[str, set[Role]] = {}
    split: set[str] = set()
    for event in _stamped(night.events):
        at, name, unit = event.at, event.fields.get("interface", ""), event.unit
        assert at is not None  # stamped ones only
        if not name or unit is None:
            continue
        if event.what is What.HELLOS_LOST:
            missed.setdefault(name, {})[unit] = at
        elif event.what is What.TESTED and "pass" in event.fields.get("outcome", "").casefold():
            passed.setdefault(name, set()).add(unit)
            both = missed.get(name, {})
            near = len(both) == 2 and max(both.values()) - min(both.values()) <= TOGETHER_MS
            if near and len(passed[name]) == 2 and name not in split:
                split.add(name)
                since = min(both.values()) - _LOST_HELLOS_MS
                yield Befalls(since, "split-segment", {"interface": name})
        elif event.what is What.MONITOR_NORMAL:
            missed.pop(name, None)
            passed.pop(name, None)
            if name in split:
                split.discard(name)
                yield Befalls(at - _ROLES_MS, "join-segment", {"interface": name})


def _port(port: tuple[Role, str]) -> dict[str, str]:
    unit, name = port
    return {"unit": unit.value.lower(), "interface": name}


def is_cut(night: Night, at: int) -> bool:
    """Whether the failover link is cut then."""
    cut = False
    for event in _stamped(night.events):
        if event.at is not None and event.at <= at and event.what in _CUTS:
            cut = cut or _CUTS[event.what] == "failover"
        elif event.at is not None and event.at < at and event.what in _JOINS:
            cut = cut and _JOINS[event.what] != "failover"
    return cut


def _stamped(events: Iterable[Event]) -> Iterator[Event]:
    return (event for event in events if event.at is not None)
