"""What people put around a log when they pass it on: quotes of an e-mail, numbers of lines.

> fw/pri/act# no failover active          an answer to an e-mail
   12  fw/pri/act# no failover active     `cat -n`, an editor, a ticket
12:fw/pri/act# no failover active         `grep -n`
"""

import re
from collections.abc import Sequence
from itertools import pairwise

_QUOTE = re.compile(r"(?:> ?)+")
_NUMBER = re.compile(r" *(?P<number>\d{1,7})(?:[:.|)] ?| {1,2}|$)", re.ASCII)
_MOST = 0.6
"""Of the lines with text, how many look so where the log was passed on. Our choice: what was
written above and below it does not."""
_FEWEST = 3
_IN_ORDER = 0.9
_SAMPLE = 4_000


def unwrapped(lines: Sequence[str]) -> list[str]:
    """The same lines without what was put before each of them."""
    found = list(lines)
    if _most(_QUOTE, found):
        found = [_QUOTE.sub("", line, count=1) if line[:1] == ">" else line for line in found]
    if _most(_NUMBER, found) and _counts(found):
        found = [_NUMBER.sub("", line, count=1) for line in found]
    return found


def _most(pattern: re.Pattern[str], lines: Sequence[str]) -> bool:
    """Whether most lines begin so."""
    sample = [line for line in lines[:_SAMPLE] if line.strip()]
    count = sum(pattern.match(line) is not None for line in sample)
    return count >= max(_FEWEST, _MOST * len(sample))


def _counts(lines: Sequence[str]) -> bool:
    """Whether the numbers are those of lines: one more each time."""
    found = (_NUMBER.match(line) for line in lines[:_SAMPLE])
    numbers = [int(each["number"]) for each in found if each is not None]
    steps = [after - before for before, after in pairwise(numbers)]
    return sum(step == 1 for step in steps) >= _IN_ORDER * len(steps) > 0
