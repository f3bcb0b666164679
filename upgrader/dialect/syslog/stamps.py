"""Dates and times before a message, in every form that devices and collectors print.

A stamp without a year is taken for the latest such day that is not after a given instant: nobody
files lines of the future, and whoever keeps more than a year in one file prints years.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import lru_cache

MINUTE = 60_000
DAY = 86_400_000
_EPOCH = date(1970, 1, 1).toordinal()
_SLACK = 26 * 3_600_000  # The printed clock may be in any zone, and a little fast.
_LEAP_YEARS_APART = 8  # 1896 to 1904, 2096 to 2104: no leap year between.


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone's name as devices print it: whatever `clock timezone` was told."""

    minutes: int
    """East of Greenwich."""
    also: str = ""
    """What else it stands for; then the digits cannot be taken for UTC."""


_PLAIN = (
    "UTC 0 GMT 0 UCT 0 ZULU 0 Z 0 WET 0 WEST 1 CET 1 MEZ 1 MET 1 CEST 2 MESZ 2 MEST 2 EET 2 EEST 3 "
    "MSK 3 MSD 4 TRT 3 WAT 1 CAT 2 SAST 2 EAT 3 PKT 5 NPT 5.75 ICT 7 WIB 7 HKT 8 SGT 8 MYT 8 "
    "AWST 8 JST 9 KST 9 ACST 9.5 ACDT 10.5 AEST 10 AEDT 11 NZST 12 NZDT 13 NST -3.5 NDT -2.5 "
    "BRT -3 ART -3 EDT -4 EST -5 CDT -5 MDT -6 MST -7 PDT -7 PST -8 AKDT -8 AKST -9 HST -10"
)

ZONES: dict[str, Zone] = {
    **{
        name: Zone(int(float(hours) * 60))
        for name, hours in zip(_PLAIN.split()[::2], _PLAIN.split()[1::2], strict=True)
    },
    "CST": Zone(-6 * 60, "China (UTC+8) or Cuba"),
    "BST": Zone(60, "Bangladesh (UTC+6)"),
    "IST": Zone(330, "Israel (UTC+2) or Ireland (UTC+1)"),
    "AST": Zone(-4 * 60, "Arabia (UTC+3)"),
    "SST": Zone(8 * 60, "Samoa (UTC-11)"),
    "GST": Zone(4 * 60, "South Georgia (UTC-2)"),
    "AMT": Zone(-4 * 60, "Armenia (UTC+4)"),
    "ECT": Zone(-5 * 60, "central Europe (UTC+1)"),
}
"""Offsets: the IANA time zone database, abbreviations in its `northamerica`, `europe`, `asia`,
`australasia` and `africa` files; MEZ and MESZ are German. Which names collide is from the same."""


class Order(Enum):
    """How day and month stand in digits before a year."""

    KNOWN = "known"
    """By the form, or since one of them is more than 12."""
    DAY_FIRST = "day-first"
    """Since the first is more than 12."""
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class Stamp:
    """One date and time as printed."""

    at: int
    """Milliseconds since 1970; the digits taken for UTC where `has_zone` is False."""
    precision_ms: int
    has_year: bool
    has_zone: bool
    zone: str
    """As printed; empty: none was. One that stands for several zones is here with no `has_zone`."""
    offset_ms: int
    """What was taken from the printed digits for the zone's sake."""
    synchronised: bool
    """Whether neither `*` nor `.` before it says that the clock was not."""
    start: int
    end: int
    """Where it stands in what was searched, its zone included."""
    order: Order = Order.KNOWN


_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_TIME = r"(?P<h>[01]?\d|2[0-3]):(?P<m>[0-5]\d):(?P<s>[0-5]\d|60)(?:[.,](?P<f>\d{1,9}))?"
_GAP = r"(?:\s+|\"?[,;|]\s*\"?)"
"""Between a day and a time: blanks, or the border of two columns."""
_HALF = r"(?:\s?(?P<half>[AaPp])\.?[Mm]\.?(?![A-Za-z]))?"
_ZONE = (
    r"(?P<z>\s?(?:Z\b|[+-]\d{2}:?\d{2}\b)|\s(?:UTC|GMT)[+-]\d{1,2}(?::\d{2})?\b|\s[A-Z]{1,5}\b)?"
)

_STAMP = re.compile(
    rf"""(?<![\w.])(?P<mark>[*.](?=[A-Z0-9]))?(?:
        (?P<iso>(?P<y>\d{{4}})[-/](?P<o>\d{{1,2}})[-/](?P<d>\d{{1,2}})(?:T|{_GAP}))
      | (?P<us>(?P<o2>\d{{1,2}})[-/](?P<d2>\d{{1,2}})[-/](?P<y2>\d{{4}}),?{_GAP})
      | (?P<dotted>(?P<d6>\d{{1,2}})\.(?P<o6>\d{{1,2}})\.(?P<y7>\d{{4}}),?{_GAP})
      | (?P<month_first>(?:(?P<y3>\d{{4}})\s+)?(?P<mon>{_MONTH})\s+(?P<d3>\d{{1,2}}),?\s+
            (?:(?P<y4>\d{{4}}),?\s+(?:@\s)?)?)
      | (?P<day_first>(?P<d4>\d{{1,2}})[\s-](?P<mon2>{_MONTH})[\s-](?P<y5>\d{{4}})\s+)
    )(?a:{_TIME}){_HALF}(?:\s(?P<y6>(?:19|20)\d{{2}})(?![\d:-]))?{_ZONE}""",
    re.VERBOSE | re.IGNORECASE,
)
_EPOCH_STAMP = re.compile(r"(?<![\w.:-])(?P<s>1\d{9})(?:[.,]?(?P<f>\d{3,9}))?(?![\w.-])")
_OFFSET = re.compile(r"([+-])(\d{1,2}):?(\d{2})?$")


def find_stamps(text: str, modified: int | None, *, day_first: bool = False) -> tuple[Stamp, ...]:
    """Every date and time in what stands before a message, from the left.

    `modified`: when the file was written last, in milliseconds since 1970; stamps without a year
    are not after it. None: such stamps are dated as near to 1970 as they can be. `day_first`: how
    `05/11/2026` is read, which may be either.
    """
    read = (_stamp_of(m, modified, day_first=day_first) for m in _STAMP.finditer(text))
    found = [stamp for stamp in read if stamp is not None]
    if not found:
        found = [_seconds_of(m) for m in _EPOCH_STAMP.finditer(text)]
    return tuple(found)


def _stamp_of(m: re.Match[str], modified: int | None, *, day_first: bool) -> Stamp | None:
    """None: there is no such day."""
    year = m["y"] or m["y2"] or m["y3"] or m["y4"] or m["y5"] or m["y6"] or m["y7"]
    order = Order.KNOWN
    if m["us"]:
        month, day = int(m["o2"]), int(m["d2"])
        if month <= 12 and day <= 12 and month != day:
            order = Order.EITHER
        elif month > 12:
            order = Order.DAY_FIRST
        if month > 12 or (day <= 12 and day_first):
            month, day = day, month
    else:
        name = m["mon"] or m["mon2"]
        month = _MONTHS[name.lower()] if name else int(m["o"] or m["o6"])
        day = int(m["d"] or m["d3"] or m["d4"] or m["d6"])
    fraction = m["f"] or ""
    hour = int(m["h"])
    if m["half"] and hour <= 12:
        hour = hour % 12 + (12 if m["half"] in "Pp" else 0)
    within = (hour * 3600 + int(m["m"]) * 60 + int(m["s"])) * 1000
    within += int((fraction + "00")[:3]) if fraction else 0
    zone, printed, taken = _zone_of(m["z"] or "")
    end = m.end() if printed else m.end() - len(m["z"] or "")
    offset = zone.minutes * MINUTE if taken else 0
    within -= offset
    days = _days(int(year), month, day) if year else _latest(month, day, within, modified)
    if days is None:
        return None
    return Stamp(
        days * DAY + within,
        _precision(fraction),
        has_year=bool(year),
        has_zone=taken,
        zone=printed,
        offset_ms=offset,
        synchronised=not m["mark"],
        start=m.start(),
        end=end,
        order=order,
    )


def _seconds_of(m: re.Match[str]) -> Stamp:
    """Seconds since 1970, as some collectors write."""
    fraction = m["f"] or ""
    at = int(m["s"]) * 1000 + (int((fraction + "00")[:3]) if fraction else 0)
    return Stamp(
        at,
        _precision(fraction),
        has_year=True,
        has_zone=True,
        zone="UTC",
        offset_ms=0,
        synchronised=True,
        start=m.start(),
        end=m.end(),
    )


def _precision(fraction: str) -> int:
    return 1000 if not fraction else 100 if len(fraction) == 1 else 10 if len(fraction) == 2 else 1


def _zone_of(words: str) -> tuple[Zone, str, bool]:
    """The zone, its printed name (empty: what stands there is none), and whether it counts."""
    name = words.strip()
    if not name:
        return ZONES["UTC"], "", False
    offset = _OFFSET.search(name)
    if offset is not None:
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        return Zone(-minutes if offset[1] == "-" else minutes), name, True
    zone = ZONES.get(name)
    if zone is None:
        return ZONES["UTC"], "", False
    return zone, name, not zone.also


@lru_cache(maxsize=1024)
def _days(year: int, month: int, day: int) -> int | None:
    """Days since 1970; None: there is no such day."""
    try:
        return date(year, month, day).toordinal() - _EPOCH
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def _year_of(at: int) -> int:
    return date.fromordinal(max(1, at // DAY + _EPOCH)).year


def _latest(month: int, day: int, within: int, modified: int | None) -> int | None:
    """Days since 1970 of the latest such day that is not after `modified`."""
    if modified is None:
        return _days(1972, month, day)  # A leap year, so that any day can be told.
    year = _year_of(modified + _SLACK)
    for before in range(_LEAP_YEARS_APART + 1):
        days = _days(year - before, month, day)
        if days is not None and days * DAY + within <= modified + _SLACK:
            return days
    return None


def midyear(at: int) -> int:
    """The first of July of that instant's year: where a December stands before a January."""
    return _first_of(_year_of(at), 7)


def year_end(year: int) -> int:
    """An instant for `modified` at which all days of that year, and none later, have been."""
    return _first_of(year + 1, 1) - 1 - _SLACK


def _first_of(year: int, month: int) -> int:
    days = _days(year, month, 1)
    assert days is not None, "every month has a first day"
    return days * DAY
