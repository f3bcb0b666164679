"""`show reload`: whether this unit will reload by itself."""

import re
from datetime import timedelta

from upgrader.dialect.commands import SHOW_RELOAD
from upgrader.dialect.replies.screen import device_time, lines_of
from upgrader.model.failover import DeviceTime
from upgrader.ports import Unparsed

_WHEN = re.compile(
    r"reload scheduled for (\d{1,2}:\d{2}:\d{2} \S+ )"
    r"(?:[A-Z][a-z]{2} )?([A-Z][a-z]{2} +\d{1,2})\b.*",
    re.ASCII | re.IGNORECASE,
)


def read_show_reload(text: str) -> str | None:
    """Read `show reload`: the device's sentence, or None where no reload is scheduled.

    Raises:
        Unparsed: neither is said, or both.

    Source: ASA command reference.
    """
    lines = lines_of(SHOW_RELOAD, text)
    none = [line for line in lines if line.rstrip(".") == "No reload is scheduled"]
    scheduled = [line for line in lines if line.lower().startswith("reload scheduled ")]
    match none, scheduled:
        case [_], []:
            return None
        case [], [sentence]:
            return sentence
        case _:
            raise Unparsed(SHOW_RELOAD, text, "whether a reload is scheduled is not told")


def scheduled_in(sentence: str, clock: DeviceTime) -> int | None:
    """In how many seconds that reload is due by the device's clock; None: it is not understood.

    The sentence tells no year: it is the first such day that is not over.
    """
    found = _WHEN.fullmatch(sentence.strip())
    if found is None:
        return None
    for year in (clock.at.year, clock.at.year + 1):
        at = device_time(f"{found[1]}{found[2]} {year}")
        if at is not None and at.at >= clock.at:
            return (at.at - clock.at) // timedelta(seconds=1)
    return None
