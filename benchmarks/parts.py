"""What a night of ours is made of, phase by phase, by its journal.

python benchmarks/parts.py JOURNAL.JSONL
"""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

COLUMNS = ("whole", "on purpose", "slept", "verify", "asked", "lines", "opened", "ours")
"""Seconds but for `lines` and `opened`, which are counts. `whole` is `on purpose` (which is slept,
too) and all that follows but for counts; `slept` is what is left of it: pauses between looks."""

ON_PURPOSE = (
    "soaking",
    "what is left is judged",
    " are wanted",
)
"""Words in the reason of a wait although everything is ready: the new state is watched."""


def entries_of(journal: Path) -> list[dict]:
    """The entries of a journal, in order."""
    with journal.open() as lines:
        return [json.loads(line)["entry"] for line in lines]


def on_purpose(entries: Sequence[Mapping]) -> float:
    """Seconds slept although everything was ready."""
    return sum(row["on purpose"] for row in parts(entries).values())


def parts(entries: Iterable[Mapping]) -> dict[str, dict[str, float]]:
    """Phase by phase, in the order in which they were entered: what its seconds went to."""
    phase, why, before = "begun", "", 0
    told: dict[str, dict[str, float]] = {}
    for entry in entries:
        body, spent = entry["body"], (entry["at"] - before) / 1_000
        before = entry["at"]
        row = told.setdefault(phase, dict.fromkeys(COLUMNS, 0.0))
        row["whole"] += spent
        match body["kind"]:
            case "slept":
                waited = any(words in why for words in ON_PURPOSE)
                row["on purpose" if waited else "slept"] += spent
            case "asked":
                row["verify" if "verify " in body["line"] else "asked"] += spent
                row["lines"] += 1
            case "opened":
                row["asked"] += spent
                row["opened"] += 1
            case "not-answered":
                row["asked"] += spent
            case _:
                row["ours"] += spent
        if body["kind"] == "moved":
            why = body["why"] if body["move_kind"] == "wait" else ""
        elif body["kind"] == "arrived":
            phase, why = body["phase"], ""
    return told


def say_parts(told: Mapping[str, Mapping[str, float]]) -> None:
    """A table of it."""
    print(f"| phase | {' | '.join(COLUMNS)} |")
    print("|---|" + "---:|" * len(COLUMNS))
    total = {name: sum(row[name] for row in told.values()) for name in COLUMNS}
    for phase, row in (*told.items(), ("**all**", total)):
        cells = [
            f"{row[name]:.0f}" if name in ("lines", "opened") else f"{row[name]:.1f}"
            for name in COLUMNS
        ]
        print(f"| {phase} | {' | '.join(cells)} |")


if __name__ == "__main__":
    say_parts(parts(entries_of(Path(sys.argv[1]))))
