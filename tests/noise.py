"""What happens to a log on its way: lines that are lost, doubled, late, and many of other things.

log = weathered(text, Random(7), Weather(lost=0.01, doubled=0.02, late=4, chatter=9))
"""

from dataclasses import dataclass
from random import Random

CHATTER = (
    (
        "%ASA-6-302013: Built outbound TCP connection {n} for outside:198.51.100.{b}/443 "
        "(198.51.100.{b}/443) to inside:10.2.{b}.9/{p} (203.0.113.5/{p})"
    ),
    (
        "%ASA-6-302014: Teardown TCP connection {n} for outside:198.51.100.{b}/443 to "
        "inside:10.2.{b}.9/{p} duration 0:00:30 bytes {n} TCP FINs"
    ),
    (
        "%ASA-6-305011: Built dynamic TCP translation from inside:10.2.{b}.9/{p} to "
        "outside:203.0.113.5/{p}"
    ),
    (
        "%ASA-4-106023: Deny udp src inside:10.2.{b}.9/{p} dst outside:198.51.100.{b}/53 by "
        'access-group "inside_in" [0x0, 0x0]'
    ),
    "%ASA-5-304001: 10.2.{b}.9 Accessed URL 198.51.100.{b}:/index.html",
)
"""Of no concern to an upgrade, and nine lines of ten of a busy firewall's log."""


@dataclass(frozen=True, slots=True)
class Weather:
    """How a log fares."""

    lost: float = 0.0
    """The share of lines that never arrive."""
    doubled: float = 0.0
    """The share that arrives twice."""
    late: int = 0
    """By how many lines one may be overtaken."""
    chatter: float = 0.0
    """How many lines of other things stand beside each of ours."""
    gap: tuple[float, float] | None = None
    """From where to where, as shares of the log, nothing arrives; None: nowhere."""
    cut: bool = False
    """Whether the last line is cut in two."""


def weathered(text: str, chance: Random, weather: Weather) -> str:
    """The log as a collector has it in the end."""
    lines = text.splitlines()
    if weather.gap is not None:
        first, last = (int(len(lines) * share) for share in weather.gap)
        lines = lines[:first] + lines[last:]
    lines = [line for line in lines if chance.random() >= weather.lost]
    if weather.late:
        ranked = sorted(enumerate(lines), key=lambda it: it[0] + chance.random() * weather.late)
        lines = [line for _, line in ranked]
    arrived: list[str] = []
    for line in lines:
        arrived.append(line)
        if chance.random() < weather.doubled:
            arrived.append(line)
        head, mark, _ = line.partition("%ASA-")
        if not mark:
            continue
        whole, part = divmod(weather.chatter, 1)
        for _ in range(int(whole) + (chance.random() < part)):
            other = chance.choice(CHATTER).format(
                n=chance.randrange(10_000, 9_999_999),
                b=chance.randrange(1, 250),
                p=chance.randrange(1_024, 65_000),
            )
            arrived.append(head + other)
    if weather.cut and arrived:
        arrived[-1] = arrived[-1][: max(1, len(arrived[-1]) // 2)]
    return "\n".join(arrived) + "\n"
