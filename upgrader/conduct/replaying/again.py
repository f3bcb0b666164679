"""One sitting of a night, conducted again by today's code; the first difference is the finding."""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from itertools import zip_longest

from upgrader.conduct.manner import TODAY, Manner
from upgrader.conduct.night import carry_through
from upgrader.conduct.wishes import Wishes
from upgrader.journal.entry import (
    Arrived,
    Body,
    Entry,
    Halted,
    Intended,
    Recollection,
    Resumed,
    Started,
    is_aborted,
    is_sealed,
)
from upgrader.journal.memory import MemoryJournal
from upgrader.journal.tape import Sitting, part_of, until_told_to_stop
from upgrader.model.law import Signal
from upgrader.model.names import Digest, Instant
from upgrader.model.plan import Plan, step_name
from upgrader.model.unit import Snapshot
from upgrader.model.watch import Unwatched
from upgrader.ports import ReplayDiverged, TapeEnded, UpgraderError, World

MEMORY = "today"

Decision = tuple[int, str]
"""What was decided or typed: entry number, and a sentence."""


def unheard(_body: Body) -> None:
    """Nobody listens to what is written down."""


class _Again(MemoryJournal):
    """Today's memory of the night: its own entries, and the night's blobs."""

    def __init__(
        self, before: Sequence[Entry], night: Recollection, wrote: Callable[[Body], None]
    ) -> None:
        super().__init__(before, MEMORY)
        self._night = night
        self._wrote = wrote

    def append(self, body: Body, *, at: Instant, durable: bool = False) -> None:
        """Add an entry, and tell whoever plays the night."""
        super().append(body, at=at, durable=durable)
        self._wrote(body)

    def blob(self, digest: Digest) -> bytes:
        """Bytes that were kept today, or on the night."""
        return super().blob(digest) if digest.startswith(MEMORY) else self._night.blob(digest)

    def look(self, digest: Digest) -> Snapshot:
        """A look of today, or of the night."""
        return super().look(digest) if digest.startswith(MEMORY) else self._night.look(digest)


def again(
    plan: Plan,
    night: Recollection,
    sitting: Sitting,
    world: World,
    manner: Manner = TODAY,
    wrote: Callable[[Body], None] = unheard,
) -> str | None:
    """Conduct one sitting again; the first difference, or None.

    `wrote` hears each entry that today's code writes down.
    """
    entries = night.entries()
    part = part_of(entries, sitting)
    journal = _Again(entries[: sitting.begins - 1], night, wrote)
    started = part[0].body if isinstance(part[0].body, Started) else None
    if started is None:
        journal.append(Resumed(sitting.vocabulary), at=sitting.starts_at)
    try:
        carry_through(plan, world, journal, Unwatched(), Wishes(), started, manner)
    except TapeEnded:
        pass
    except ReplayDiverged as difference:
        return str(difference)
    except UpgraderError as fault:
        return f"today it ends otherwise: {fault}"
    asked = until_told_to_stop(part)
    written = journal.entries()[sitting.begins - 1 :]
    then, today = (_decisions(entries, manner) for entries in (asked, written))
    if is_aborted(part) or not (is_sealed(asked) or isinstance(asked[-1].body, Halted)):
        # That process was killed, or its run ended for it: what it had no time to write down is no
        # difference.
        today = today[: len(then)]
    if _ends_on(asked, manner.sooner) and len(today) == len(then) - 1:
        then = then[:-1]
    return _first_difference(then, today)


def _ends_on(part: Sequence[Entry], signals: AbstractSet[Signal]) -> bool:
    """Whether the last thing that was decided is such an arrival."""
    decided = (entry.body for entry in reversed(part) if _decision(entry.body) is not None)
    last = next(decided, None)
    return isinstance(last, Arrived) and last.signal in signals


def _decisions(entries: Sequence[Entry], manner: Manner) -> list[Decision]:
    told = []
    for entry in entries:
        sentence = _decision(entry.body)
        if isinstance(entry.body, Halted) and not manner.same_words:
            sentence = sentence and sentence.partition(":")[0]
        if sentence is not None:
            told.append((entry.number, sentence))
    return told


def _decision(body: Body) -> str | None:
    match body:
        case Intended(step=step, lines=lines):
            return f"types {step_name(step)}: {'; '.join(lines) or 'nothing'}"
        case Arrived(phase=phase, signal=signal):
            return f"arrives at {phase.value} on {signal.value}"
        case Halted(why=why, exit_code=code, wished=False):
            return f"halts with {code.value}: {why}"
        case _:
            return None


def _first_difference(then: list[Decision], today: list[Decision]) -> str | None:
    for night, now in zip_longest(then, today):
        if night is None:
            return f"after the end of that night, today {now[1]}"
        if now is None:
            return f"entry {night[0]}: on the night it {night[1]}; today nothing more"
        if night[1] != now[1]:
            return f"entry {night[0]}: on the night it {night[1]}; today it {now[1]}"
    return None
