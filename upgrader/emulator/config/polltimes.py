"""`failover polltime`: how often the units ask each other, and how long they wait."""

from dataclasses import dataclass, replace

from upgrader.emulator.config.text import Block, fault_at
from upgrader.emulator.settings import FailoverSettings


@dataclass(frozen=True, slots=True)
class _Ranges:
    """What a poll and a hold time may be, in milliseconds (first, last)."""

    poll_msec: tuple[int, int]
    poll_s: tuple[int, int]
    hold_msec: tuple[int, int]
    hold_s: tuple[int, int]
    ratio: int
    """The hold time is at least so many poll times."""
    form: str


# Ranges and defaults: ASA command reference, `failover polltime`; hold at least three
# (unit) or five (interface) poll times.
_UNIT = _Ranges(
    (200, 999),
    (1_000, 15_000),
    (800, 999),
    (1_000, 45_000),
    3,
    "`failover polltime unit [msec] POLL holdtime [msec] HOLD`: poll 1 to 15 s or 200 to 999 "
    "msec, hold 1 to 45 s or 800 to 999 msec, and at least three times the poll time",
)
_INTERFACE = _Ranges(
    (500, 999),
    (1_000, 15_000),
    (5_000, 5_000),
    (5_000, 75_000),
    5,
    "`failover polltime interface [msec] POLL holdtime HOLD`: poll 1 to 15 s or 500 to 999 "
    "msec, hold 5 to 75 s, and at least five times the poll time",
)


def read_polltimes(
    settings: FailoverSettings, block: Block, rest: list[str]
) -> FailoverSettings | None:
    """Read `failover polltime [unit|interface] …`; None: a form that is not modelled.

    A hold time that is not given stays at its default, or at the least that the poll time
    asks for [inferred].

    Raises:
        ConfigFault: a time out of range, or a hold time too short for its poll time.
    """
    match rest:
        case ["link-state", *_]:
            return None
        case ["interface", *times]:
            poll, hold = _read_times(block, times, _INTERFACE, settings.interface_hold_ms)
            return replace(settings, interface_poll_ms=poll, interface_hold_ms=hold)
        case ["unit", *times] | times:
            poll, hold = _read_times(block, times, _UNIT, settings.hold_ms)
            return replace(settings, poll_ms=poll, hold_ms=hold)


def _read_times(
    block: Block, words: list[str], ranges: _Ranges, usual_hold: int
) -> tuple[int, int]:
    split = words.index("holdtime") if "holdtime" in words else len(words)
    poll = _read_time(block, words[:split], ranges.poll_msec, ranges.poll_s, ranges.form)
    if split == len(words):
        return poll, max(usual_hold, ranges.ratio * poll)
    hold = _read_time(block, words[split + 1 :], ranges.hold_msec, ranges.hold_s, ranges.form)
    if hold < ranges.ratio * poll:
        problem = f"a hold time of {hold} ms is less than {ranges.ratio} times {poll} ms"
        raise fault_at(block, problem, ranges.form)
    return poll, hold


def _read_time(
    block: Block, words: list[str], msec: tuple[int, int], seconds: tuple[int, int], form: str
) -> int:
    match words:
        case ["msec", number] if number.isdecimal():
            value, allowed = int(number), msec
        case [number] if number.isdecimal():
            value, allowed = int(number) * 1_000, seconds
        case _:
            raise fault_at(block, f"`{' '.join(words)}` is no time", form)
    if not allowed[0] <= value <= allowed[1]:
        raise fault_at(block, f"{value} ms is out of range", form)
    return value
