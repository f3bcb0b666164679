"""When a line of a terminal's log was written, where the program that logged it says so.

    [2026-11-22 01:00:00.123] fw/pri/act# show clock      a stamp on each line
    =~=~=~= PuTTY log 2026.11.22 01:00:00 =~=~=~=          one where the log begins
    ── 1:02:03.450                                         ours, on the run's own axis

A stamp on each line is believed only where most lines have one of the same form: a unit prints
times too. SecureCRT, `ts`, minicom and others let their users choose a form; these are the usual
ones (inferred from their manuals).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from upgrader.dialect.replies.screen import device_time

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TIME = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d\d):(?P<second>\d\d)(?:[.,:](?P<fraction>\d{1,6}))?"
    r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?(?: ?(?P<zone>Z|UTC|GMT|[+-]\d\d:?\d\d)(?![\w:]))?"
)
_YEAR_FIRST = r"(?P<year>\d{4})[-./](?P<month>\d{1,2})[-./](?P<day>\d{1,2})(?:[T_-]| +)"
_YEAR_LAST = r"(?P<a>\d{1,2})[-./](?P<b>\d{1,2})[-./](?P<year>\d{4}|\d\d),?(?:[T_-]| +)"
_NAMED = (
    r"(?:[A-Z][a-z]{2},? +)?(?P<name>[A-Z][a-z]{2}) +(?P<day>\d{1,2}),?(?: +(?P<year>\d{4}))? +"
)
_BEFORE, _BEHIND = r"[\[(<{|]?", r"[\])>}]?(?: ?[:|-](?=\s|$))?(?: |$)"

_FORMS = {
    "year first": re.compile(rf"{_BEFORE}{_YEAR_FIRST}{_TIME}{_BEHIND}", re.ASCII),
    "year last": re.compile(rf"{_BEFORE}{_YEAR_LAST}{_TIME}{_BEHIND}", re.ASCII),
    "month by name": re.compile(rf"{_BEFORE}{_NAMED}{_TIME}{_BEHIND}", re.ASCII),
    "time only": re.compile(rf"{_BEFORE}{_TIME}{_BEHIND}", re.ASCII),
    "seconds since 1970": re.compile(r"(?P<epoch>\d{10})(?:\.(?P<fraction>\d{1,9}))?(?: |$)"),
}
_OURS = re.compile(
    r"── (?P<hour>\d{1,5}):(?P<minute>\d\d):(?P<second>\d\d)\.(?P<ms>\d{3})(?: · .*)?"
)
_MESSAGE = re.compile(r"(?:[\w.:-]{1,80} )?: ?%|%(?:ASA|PIX|FTD)-|: %")
_ENOUGH = 0.6
"""Of the lines with text, how many have a stamp where each has one. Our choice: wrapped lines and
what was pasted have none."""
_SAMPLE = 4_000

_HEADERS = (
    re.compile(r"[=~]{3,}.{0,60}?\blog\b.{0,60}?[=~]{3,}", re.IGNORECASE),  # PuTTY, MobaXterm
    re.compile(r"Script (?:started|done) on .{0,300}"),
    re.compile(r"Script (?:started|done)(?:, .{0,200})?"),
    re.compile(r"\[(?:BEGIN|END)\] .{0,80}"),  # Xshell
    re.compile(
        r"(?:\*+|-+|=+|#+|\[)? ?(?:Session|Log|Logging|Capture)\b.{0,40}\b"
        r"(?:started|opened|begun|began|start|stopped|closed|ended|end)\b.{0,80}",
        re.IGNORECASE,
    ),
)
_BEGIN_HEADERS = frozenset("=~[*-#SsLlCc")
_WITHIN = (
    re.compile(_YEAR_FIRST + _TIME, re.ASCII),
    re.compile(_YEAR_LAST + _TIME, re.ASCII),
    re.compile(
        rf"(?P<name>[A-Z][a-z]{{2}}) +(?P<day>\d{{1,2}}) +{_TIME}(?: +[A-Z]{{2,5}})? +"
        r"(?P<year>\d{4})",
        re.ASCII,
    ),
    re.compile(
        rf"(?P<day>\d{{1,2}}) +(?P<name>[A-Z][a-z]{{2}}) +(?P<year>\d{{4}}),? +{_TIME}", re.ASCII
    ),
)


@dataclass(frozen=True, slots=True)
class Stamping:
    """How a log says when."""

    form: str
    """The form of the stamp on each line; `ours`; empty: lines have none."""
    day_first: bool = False
    """Of `22/11/2026`: whether the day stands first."""
    has_zone: bool = False
    """Whether each stamp says its zone, and so is told in UTC."""
    has_date: bool = True
    precision_ms: int = 1_000
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Header:
    """What a logging program writes of itself: where a session begins or ends."""

    at: int | None
    """Milliseconds since 1970, by the terminal's clock; None: it does not say."""
    begins: bool
    has_zone: bool


def header_in(line: str) -> Header | None:
    """The header that a line is; None: it is none."""
    bare = line.strip()
    if bare[:1] not in _BEGIN_HEADERS or len(bare) > 400:
        return None
    if not any(form.fullmatch(bare) for form in _HEADERS):
        return None
    begins = re.search(r"\b(?:done|END|stopped|closed|ended|end)\b", bare) is None
    for pattern in _WITHIN:
        found = pattern.search(bare)
        at = None if found is None else _instant(found, day_first=False, year=None)
        if found is not None and at is not None:
            return Header(at, begins, found["zone"] is not None)
    return Header(None, begins, has_zone=False)


def own_stamp(line: str) -> int | None:
    """Milliseconds on the run's axis of a line of our transcripts; None: it is no such line."""
    found = _OURS.fullmatch(line.strip()) if line.startswith("── ") else None
    if found is None:
        return None
    minutes = int(found["hour"]) * 60 + int(found["minute"])
    return (minutes * 60 + int(found["second"])) * 1_000 + int(found["ms"])


# ── which form a log has ───────────────────────────────────────────────────────────────


def stamping_of(lines: Sequence[str], modified: int | None) -> Stamping:
    """How a log is stamped, by its first lines.

    `modified`: when its file was last written, in milliseconds since 1970; it tells the year, or
    the day, where the stamps do not.
    """
    sample = [line for line in lines[:_SAMPLE] if line.strip()]
    if any(own_stamp(line) is not None for line in sample[:200]):
        return Stamping("ours", has_date=False, precision_ms=1)
    best, most = "", 0
    for form in _FORMS:
        count = sum(_split(form, line) is not None for line in sample)
        if count > most:
            best, most = form, count
    if not sample or most < max(1, _ENOUGH * len(sample)):
        return Stamping("")
    found = [match for line in sample if (match := _split(best, line)) is not None]
    return _described(best, found, modified)


def _described(form: str, found: Sequence[re.Match[str]], modified: int | None) -> Stamping:
    notes: list[str] = []
    precision = 1 if any(match["fraction"] for match in found) else 1_000
    if form == "seconds since 1970":
        return Stamping(form, has_zone=True, precision_ms=precision)
    day_first, has_date = False, True
    if form == "year last":
        first, second = (max(int(match[name]) for match in found) for name in ("a", "b"))
        day_first = first > 12
        if first <= 12 and second <= 12:
            notes.append("days and months cannot be told apart: taken for month/day")
    if form == "time only":
        has_date = modified is not None
        notes.append(
            "no date is printed: taken from the time of the file"
            if has_date
            else "no date is printed"
        )
    if form == "month by name" and any(match["year"] is None for match in found):
        has_date = modified is not None
        notes.append("no year is printed" + (": taken from the time of the file" * has_date))
    has_zone = all(match["zone"] is not None for match in found)
    return Stamping(form, day_first, has_zone, has_date, precision, tuple(notes))


def _split(form: str, line: str) -> re.Match[str] | None:
    """The stamp with which a line begins; None: it begins with none of that form."""
    found = _FORMS[form].match(line)
    if found is None:
        return None
    if form == "time only" and device_time(line) is not None:
        return None
    if form == "month by name" and _MESSAGE.match(line, found.end()) is not None:
        return None  # A message of the unit, with the unit's own time.
    return found


# ── the stamps ─────────────────────────────────────────────────────────────────────────


def stamped(
    lines: Sequence[str], stamping: Stamping, modified: int | None
) -> Iterator[tuple[str, int | None]]:
    """Each line without its stamp, and when it was written; None: before the first stamp.

    A line without a stamp was written when the one before it was.
    """
    if stamping.form == "":
        yield from ((line, None) for line in lines)
        return
    at: int | None = None
    days, earlier = 0, -1
    year = None if modified is None else datetime.fromtimestamp(modified / 1_000, UTC).year
    for line in lines:
        if stamping.form == "ours":
            own = own_stamp(line)
            at = at if own is None else own
            yield line, at
            continue
        found = _split(stamping.form, line)
        if found is None:
            yield line, at
            continue
        told = _instant(found, day_first=stamping.day_first, year=year)
        if told is not None and stamping.form == "time only":
            if earlier >= 0 and told < earlier - 43_200_000:
                days += 1  # Midnight has passed.
            earlier = told
            told += days * 86_400_000
        at = at if told is None else told
        yield line[found.end() :], at
    return


def first_day(last: int, begun: int | None, modified: int | None) -> int:
    """What to add to times without a date: the day on which the first of them lies.

    `last`: the last of them, counted from midnight of the first day; `begun`: when the log began,
    as its header says; `modified`: when its file was last written. All in milliseconds.
    """
    if begun is not None:
        return begun // 86_400_000 * 86_400_000
    if modified is None:
        return 0
    return (modified // 86_400_000 - last // 86_400_000) * 86_400_000


def _instant(found: re.Match[str], *, day_first: bool, year: int | None) -> int | None:
    """Milliseconds since 1970; of a time alone, since midnight. None: there is no such day."""
    told = found.groupdict()
    ms = int(f"{told.get('fraction') or '0':0<6}"[:6]) // 1_000
    if told.get("epoch"):
        return int(told["epoch"]) * 1_000 + ms
    hour = int(told["hour"])
    if told.get("half"):
        hour = hour % 12 + (12 if told["half"] in "Pp" else 0)
    clock = (hour, int(told["minute"]), int(told["second"]))
    if clock[0] > 23 or clock[1] > 59 or clock[2] > 60:
        return None
    time = ((clock[0] * 60 + clock[1]) * 60 + clock[2]) * 1_000 + ms
    day = _day(told, day_first=day_first, year=year)
    if day is None:
        has_day = any(told.get(name) for name in ("year", "day", "name"))
        return None if has_day else time
    return day + time - _offset(told.get("zone"))


def _day(told: dict[str, str | None], *, day_first: bool, year: int | None) -> int | None:
    """Midnight of the day, in milliseconds since 1970; None: no day is told, or none of ours."""
    a, b, name = told.get("a"), told.get("b"), told.get("name")
    if name is not None and name.lower() not in _MONTHS:
        return None
    if a is not None and b is not None:
        day, month = (a, b) if day_first else (b, a)
    else:
        day, month = told.get("day") or "", told.get("month") or ""
    number = _MONTHS.index(name.lower()) + 1 if name is not None else int(month or 0)
    printed = told.get("year")
    whole = year or 1970 if printed is None else int(printed) + (2_000 if len(printed) == 2 else 0)
    try:
        at = datetime(whole, number, int(day or 0), tzinfo=UTC)
    except ValueError:
        return None
    return round(at.timestamp()) * 1_000


def _offset(zone: str | None) -> int:
    """How far a zone is ahead of UTC, in milliseconds."""
    if zone is None or zone[0] not in "+-":
        return 0
    digits = zone[1:].replace(":", "")
    ahead = timezone(timedelta(hours=int(digits[:2]) % 24, minutes=int(digits[2:]) % 60))
    seconds = (ahead.utcoffset(None) or timedelta()).total_seconds()
    return round(seconds if zone[0] == "+" else -seconds) * 1_000
