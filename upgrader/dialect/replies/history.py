"""`show failover history`: what a unit went through since it booted."""

import re

from upgrader.dialect.commands import SHOW_FAILOVER_HISTORY
from upgrader.dialect.replies.screen import device_time, leading_state, lines_of
from upgrader.model.failover import DeviceTime, FailoverState, HistoryRow
from upgrader.ports import Unparsed

_HEADING = re.compile(r"From State\s+To State\s+Reason")


def read_show_failover_history(text: str) -> tuple[HistoryRow, ...]:
    """Read `show failover history`, oldest first as printed; () where nothing happened yet.

    A line that follows a row and is neither a time nor a row explains that row; it is left out.

    Raises:
        Unparsed: neither heading nor rows, a time without its row or a row without its time,
            or a state that no ASA has.

    Source: real 9.1(5) pair, 2015; Cisco's own example of `write standby`, 2013.
    """
    rows: list[HistoryRow] = []
    at: DeviceTime | None = None
    headed = False
    for line in lines_of(SHOW_FAILOVER_HISTORY, text):
        time = device_time(line)
        move = _move(line)
        if time is not None:
            if at is not None:
                raise _unparsed(text, f"nothing is said of what happened at {at}")
            at = time
        elif move is not None and at is not None:
            before, after, reason = move
            rows.append(HistoryRow(at, before, after, reason))
            at = None
        elif move is not None:
            raise _unparsed(text, f"no time is given for {line!r}")
        elif at is not None:
            raise _unparsed(text, f"two states of failover should stand in {line!r}")
        elif _HEADING.fullmatch(line):
            headed = True
    if at is not None:
        raise _unparsed(text, f"the screen is cut off at {at}")
    if not headed and not rows:
        raise _unparsed(text, "neither the heading nor a row")
    return tuple(rows)


def _move(line: str) -> tuple[FailoverState, FailoverState, str] | None:
    """From, to and reason; None: the line tells of no move."""
    before = leading_state(line)
    after = None if before is None else leading_state(before[1])
    if before is None or after is None:
        return None
    return before[0], after[0], after[1]


def _unparsed(text: str, why: str) -> Unparsed:
    return Unparsed(SHOW_FAILOVER_HISTORY, text, why)
