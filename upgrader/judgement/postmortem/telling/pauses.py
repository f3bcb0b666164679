"""Long pauses after which other files tell: two nights that were given as one."""

from collections.abc import Sequence

from upgrader.judgement.postmortem.clocks.placing import Said
from upgrader.model.words import day_of, many

_HOUR_MS = 3_600_000
_PAUSE_MS = 12 * _HOUR_MS  # An upgrade takes a night; our guess.
_DAYS = 48
"""So many hours are told as days."""


def pauses_told(order: Sequence[Said]) -> tuple[str, ...]:
    """A note for each pause of half a day with other files before it and behind; `order` as placed.

    A log that goes on in its file is one, however long nothing was to be said.
    """
    notes: list[str] = []
    last: Said | None = None
    for n, said in enumerate(order):
        if said.at is None:
            continue
        if last is not None and said.placed - last.placed >= _PAUSE_MS:
            before = sorted({one.record.place.file for one in order[:n]})
            after = sorted({one.record.place.file for one in order[n:]})
            if not set(before) & set(after):
                notes.append(_told(before, after, said.placed - last.placed, said.placed))
        last = said
    return tuple(notes)


def _told(before: Sequence[str], after: Sequence[str], pause: int, begins: int) -> str:
    hours = round(pause / _HOUR_MS)
    long = many(round(hours / 24), "day") if hours >= _DAYS else many(hours, "hour")
    return (
        f"{' and '.join(after)}: begins {long} after {' and '.join(before)} ends. Two nights are"
        " told here as one: name the files of one night only, or type --until or"
        f" --since{_stamp(begins)}"
    )


def _stamp(at: int) -> str:
    day = day_of(at)
    return "" if day is None else f" '{day:%Y-%m-%d %H:%M}'"
