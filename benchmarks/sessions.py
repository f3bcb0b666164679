"""`show vpn-sessiondb anyconnect` of 10,000 rows: printed by the emulator, read by the tool.

ntc-templates reads the first 1,000 of the same rows beside it; so do we.

    python benchmarks/sessions.py
"""

from ntc_templates.parse import parse_output
from pairs import TEN_THOUSAND, pair_of
from timing import peak_mb, say, say_yardstick, timed

from upgrader.dialect.commands import SHOW_SESSIONS
from upgrader.dialect.replies.sessions import read_sessions
from upgrader.emulator.screens.sessions import show_vpn_sessiondb_anyconnect

FEWER = 1_000


def beginning(text: str, rows: int) -> str:
    """The listing with so many rows only."""
    head, *blocks = text.split("Username     : ")
    return head + "".join(f"Username     : {block}" for block in blocks[:rows])


if __name__ == "__main__":
    say_yardstick()
    pair = pair_of(TEN_THOUSAND)
    active = pair.active
    assert active is not None, "an example begins with one active unit"
    text = show_vpn_sessiondb_anyconnect(pair, active)
    print(f"{len(pair.units[active].rows):,} rows, {len(text) / 1e6:.1f} MB of text")
    say("printed", timed(lambda: show_vpn_sessiondb_anyconnect(pair, active), 15), 100)
    say("read into typed values", timed(lambda: read_sessions(text), 15), 200)
    print(f"  peak memory so far: {peak_mb():.0f} MB")

    few = beginning(text, FEWER)
    ours = timed(lambda: read_sessions(few), 15)
    theirs = timed(lambda: parse_output("cisco_asa", SHOW_SESSIONS, few), 7)
    say(f"{FEWER:,} rows read by us", ours)
    say(f"{FEWER:,} rows read by ntc-templates", theirs)
    print(f"  {theirs.median / ours.median:.0f} times as fast")
