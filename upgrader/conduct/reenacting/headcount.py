"""What became of people on a night that was run, by the screens of both units: as a run counts."""

from collections.abc import Sequence
from dataclasses import dataclass

from upgrader.judgement.people.residue import Events
from upgrader.judgement.people.verify import verify
from upgrader.judgement.postmortem.facts.told import OWN_WISH, Told
from upgrader.judgement.postmortem.rebuilding.typed_again import logs_off
from upgrader.model.aftermath import Fate, LedgerLine, Span
from upgrader.model.names import Instant
from upgrader.model.night import Ending, Life, Night
from upgrader.model.script import Act, Befalls, Typed
from upgrader.model.unit import Snapshot


@dataclass(frozen=True, slots=True)
class Counted:
    """Sessions by what became of them, and what is left."""

    kept: int
    """Never cut, or back with their ticket; who came back only by a new log-in is not kept."""
    lost: int
    ended: int
    """Logged off, by their person, an administrator or their own time."""
    orphaned: int
    leaked: int
    outage_seconds: float | None
    """How long nobody served, by the units' own history; None: not known."""
    losers: frozenset[str]
    """The users who lost a session."""
    keepers: frozenset[str]
    """The users who kept all that they had."""


_SLACK_MS = 60_000
_KEPT = (Fate.KEPT, Fate.RECONNECTED)
NOBODY = Counted(0, 0, 0, 0, 0, None, frozenset(), frozenset())


@dataclass(frozen=True, slots=True)
class Turns:
    """What happened to the pair, on the axis of its looks."""

    events: Events
    switchovers: tuple[Instant, ...]
    orders: tuple[Instant, ...] = ()
    """When a line was typed that logs people off."""
    named: frozenset[str] = frozenset()
    """Whom such a line named."""
    left: frozenset[str] = frozenset()
    """Whose session ended by their own wish, or by its own timer."""
    tells_ends: bool = False
    """Whether the log names everybody whose session ends so."""

    def within(self, span: Span) -> bool:
        """Whether roles moved or a unit went or came in that span."""
        turns = (*self.switchovers, *self.events.departures, *self.events.returns)
        return any(span.after - _SLACK_MS <= turn <= span.by for turn in turns)

    def ordered(self, span: Span) -> bool:
        """Whether people were logged off in that span."""
        return any(span.after - _SLACK_MS <= order <= span.by for order in self.orders)


def turns_of(night: Night, starts_ms: int, performed: Sequence[Act]) -> Turns:
    """The turns of a night that was run; its looks count from `starts_ms`."""
    logoffs = [act for act in performed if isinstance(act, Typed) and logs_off(act.line)]
    words = [act.line.split() for act in logoffs]
    return Turns(
        Events(
            tuple(Instant(one.left - starts_ms) for one in night.absences),
            tuple(Instant(one.back - starts_ms) for one in night.absences if one.back is not None),
        ),
        tuple(Instant(move.at - starts_ms) for move in night.switchovers),
        tuple(Instant(act.at_ms) for act in logoffs),
        frozenset(line[3] for line in words if len(line) > 3 and line[2] == "name"),
        _who_left(performed) | {life.user for life in night.lives if _by_wish(life)},
        Told(night).informs_at_all,
    )


def _who_left(performed: Sequence[Act]) -> frozenset[str]:
    return frozenset(
        str(act.arguments["user"])
        for act in performed
        if isinstance(act, Befalls) and act.event == "log-off"
    )


def _by_wish(life: Life) -> bool:
    return life.ending is Ending.CLEAN and life.reason.casefold() in OWN_WISH


def count(looks: Sequence[Snapshot], turns: Turns) -> Counted:
    """Follow each session through the looks, the first of which is the baseline."""
    if not looks:
        return NOBODY
    before, *later = looks
    aftermath = verify(before, later, turns.events)
    lines = (*aftermath.ledger, *aftermath.newcomers)
    returns = {(line.user, line.again.index) for line in lines if line.again is not None}
    own = [line for line in lines if (line.user, line.index) not in returns]
    lost = [line for line in own if _is_lost(line, turns)]
    kept = [line for line in own if line.fate in _KEPT]
    outage = aftermath.outage_seconds
    if outage is None and len({look.active.serial for look in looks if look.active}) == 1:
        outage = 0.0
    return Counted(
        kept=len(kept),
        lost=len(lost),
        ended=len(own) - len(lost) - len(kept),
        orphaned=len(aftermath.orphans),
        leaked=len(aftermath.leases),
        outage_seconds=outage,
        losers=frozenset(line.user for line in lost),
        keepers=frozenset(line.user for line in kept)
        - {line.user for line in own if line.fate not in _KEPT},
    )


def _is_lost(line: LedgerLine, turns: Turns) -> bool:
    """Whether a session ended against its person's wish.

    A run calls a session ended that both units released. Where that fell together with roles that
    moved, it was lost, if its person came back at once, or if the log, which names all ends that
    are in order, has no such end; and so was one that an administrator named, but for a drain,
    which names nobody.
    """
    if line.fate is not Fate.ENDED or line.at is None:
        return line.fate is Fate.LOST
    if turns.ordered(line.at):
        return line.user in turns.named
    if line.user in turns.left or not turns.within(line.at):
        return False
    return line.again is not None or turns.tells_ends
