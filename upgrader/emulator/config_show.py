"""What `show running-config WORD` shows of a configuration, with its keys masked."""

import re
from collections.abc import Sequence

from upgrader.emulator.config_text import end_of, level_of, words_of

_MASKED = re.compile(
    r"^(\s*(?:failover key(?: hex)?|failover ipsec pre-shared-key"
    r"|(?:ikev1 |ikev2 (?:local|remote)-authentication )?pre-shared-key)) .+$"
)

# The order in which a real 9.8(2) pair prints them; polltime, key and MAC addresses, which it
# does not have, stand where the command reference lists them [inferred].
_FAILOVER_ORDER = (
    "failover",
    "failover lan unit",
    "failover lan interface",
    "failover polltime",
    "failover interface-policy",
    "failover key",
    "failover ipsec",
    "failover replication",
    "failover mac",
    "failover link",
    "failover interface ip",
)


def masked(line: str) -> str:
    """The line as `show running-config` prints it: a key is `*****`."""
    return _MASKED.sub(r"\1 *****", line).replace("failover key hex *****", "failover key *****")


def section(lines: Sequence[str], word: str) -> tuple[str, ...]:
    """The lines that `show running-config WORD` shows: those that begin with these words.

    With the lines below them, in the order of the configuration, but for `failover`, whose
    order is the device's. Empty: the configuration has none.
    """
    wanted = words_of(word)
    found: list[tuple[str, ...]] = []
    for index, line in enumerate(lines):
        if level_of(line):
            continue
        words = words_of(line)
        meant = words[1:] if words[0] == "no" else words
        if meant[: len(wanted)] == wanted:
            found.append(tuple(masked(kept) for kept in lines[index : end_of(lines, index)]))
    if wanted == ("failover",):
        found.sort(key=lambda block: failover_rank(block[0]))
    return tuple(line for block in found for line in block)


def failover_rank(line: str) -> int:
    """Where a failover line stands among the others."""
    meant = line.removeprefix("no ")
    if meant == "failover":
        return 0
    ranks = (
        rank for rank, start in enumerate(_FAILOVER_ORDER[1:], start=1) if meant.startswith(start)
    )
    return next(ranks, len(_FAILOVER_ORDER))
