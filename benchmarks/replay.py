"""A replay of one of our journals: reading and verifying it, and judging it, apart.

python benchmarks/replay.py [RUN-FOLDER]

"Judging" is all that is thought of the night, with the journal in memory: today's looks read from
its replies, rules, moves, the account. "Reading" is the rest: files, chain, signatures, blobs.
"""

import gc
import sys
from pathlib import Path

from timing import Timed, say, say_yardstick, timed

from upgrader.cli.deeds import nights
from upgrader.cli.main import NEW_OBJECTS
from upgrader.cli.planfile import decode_plan
from upgrader.cli.worlds.arming import recorded, recorded_earlier
from upgrader.conduct.replaying.replay import replay
from upgrader.journal.store import RunFolder

JOURNALS = Path(__file__).resolve().parent.parent / "fixtures" / "journals"
RUNS = 21
TARGET_MS = 50


def measure(folder: Path) -> None:
    """The whole, the judging alone, and what is left, run by run in turns."""
    plan, past = decode_plan(folder / "plan.json"), RunFolder(folder).read()

    def judging() -> None:
        replay(
            plan,
            past,
            lambda sitting: recorded(plan, past, sitting),
            lambda sitting: recorded_earlier(plan, past, sitting),
        )

    nights.replay(folder, strict=True)
    judging()
    gc.freeze()
    pairs = [
        (
            timed(lambda: nights.replay(folder, strict=True), 1, warm=False).median,
            timed(judging, 1, warm=False).median,
        )
        for _ in range(RUNS)
    ]
    entries = len(past.entries())
    name = "/".join(folder.parts[-2:])
    say(f"replay of {name}, {entries} entries", Timed(tuple(whole for whole, _ in pairs)))
    say("  of it judging", Timed(tuple(judged for _, judged in pairs)))
    read = Timed(tuple(whole - judged for whole, judged in pairs))
    say("  the rest: reading and verifying", read, TARGET_MS)
    chain = timed(lambda: RunFolder(folder).read(), RUNS)
    say("    of it the chain and its signatures", chain)


if __name__ == "__main__":
    say_yardstick()
    gc.set_threshold(NEW_OBJECTS)  # As every command does.
    wanted = [Path(name) for name in sys.argv[1:]] or [
        JOURNALS / "0.3.0" / "matched",
        JOURNALS / "0.3.0" / "drained",
        JOURNALS / "0.1.0" / "matched",
    ]
    for folder in wanted:
        measure(folder)
    say_yardstick()
