"""Collectors' files as evidence: all of a short one, and of a long one the night that matters.

A record takes about a kilobyte, and a year's log holds millions. So a log is read once for what it
tells of the pair; where single persons are too many to be kept, it is read again for one night.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from upgrader.access.evidence.files import Opened
from upgrader.access.evidence.part import MOST_NAMED, Part
from upgrader.dialect.syslog.harvest import Harvest
from upgrader.dialect.syslog.keeping import MOST_RECORDS
from upgrader.dialect.syslog.scan import Scanner
from upgrader.dialect.syslog.stamps import MINUTE, ZONES, midyear
from upgrader.model.evidence import Evidence, SourceKind, SourceRead
from upgrader.model.words import first_of

HOUR = 3_600_000
_NIGHTS_APART = 6 * HOUR
_WIDTHS = ((2 * HOUR, 3 * HOUR), (HOUR, HOUR), (HOUR // 3, HOUR // 2))
"""What is taken before and after a night's first and last turn, the first that is little enough;
our guesses: a login wave after a switchover is over within the hour."""
_LONGEST = 18 * HOUR
_LEAST_EACH = 20_000
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the logs is wanted."""

    hosts: tuple[str, ...] = ()
    """Names of senders; empty: all."""
    since: int | None = None
    until: int | None = None
    """In milliseconds since 1970, by the digits as printed."""

    @property
    def has_window(self) -> bool:
        """Whether a stretch of time was chosen."""
        return self.since is not None or self.until is not None


def read_logs(
    files: Sequence[Opened], asked: Asked, most: int = MOST_RECORDS
) -> tuple[tuple[Part, ...], tuple[str, ...]]:
    """Read collectors' files together; with them what a person should know of the whole.

    `most`: so many records are kept of all of them.

    Raises:
        UsageFault: one of them cannot be read.
    """
    if not files:
        return (), ()
    notes: list[str] = []
    each = max(most // len(files), min(most, _LEAST_EACH))
    harvests = [_scan(file, asked, each) for file in files]
    named = asked
    if not asked.hosts:
        named, others = _without_strangers(harvests, asked)
        if others:
            notes.append(
                f"{first_of(others, MOST_NAMED)}: left out, for they never write of failover and "
                "others do; --host NAME takes them in"
            )
            harvests = [_scan(file, named, each) for file in files]
    if any(_is_too_much(harvest) for harvest in harvests):
        harvests, said = _night(files, harvests, named, each)
        notes += said
    parts = [_part(file, harvest) for file, harvest in zip(files, harvests, strict=True)]
    return tuple(parts), tuple(notes)


def read_text(name: str, text: str, modified: int | None = None) -> Evidence:
    """Read a collector's text that is at hand, all of it.

    `modified`: when it was written last, in milliseconds since 1970, for stamps without a year.
    """
    scanner = Scanner(name, modified=modified)
    for start in range(0, len(text), _PIECE):
        scanner.feed(text[start : start + _PIECE].encode("utf-8", "replace"))
    harvest = scanner.close()
    source = SourceRead(
        name,
        SourceKind.SYSLOG,
        harvest.lines,
        len(harvest.records),
        unread=harvest.unread_lines,
        duplicates=harvest.duplicates,
        note="; ".join(_remarks(harvest)),
    )
    return Evidence(
        (source,),
        harvest.records,
        clocks=harvest.clocks,
        coverage=harvest.coverage,
        unread=harvest.unread,
    )


def _scan(file: Opened, asked: Asked, most: int) -> Harvest:
    modified, day_first = file.modified, False
    harvest = _scan_once(file, asked, most, modified, day_first=day_first)
    if harvest.days_first and harvest.guessed_days:
        day_first = True
        harvest = _scan_once(file, asked, most, modified, day_first=day_first)
    if harvest.rolled:
        # The file was copied or touched long after its New Year's night.
        harvest = _scan_once(file, asked, most, midyear(modified), day_first=day_first)
    return harvest


def _scan_once(file: Opened, asked: Asked, most: int, modified: int, *, day_first: bool) -> Harvest:
    scanner = Scanner(
        file.name,
        modified=modified,
        hosts=asked.hosts,
        since=asked.since,
        until=asked.until,
        most=most,
        day_first=day_first,
    )
    for chunk in file.chunks():
        scanner.feed(chunk)
    return scanner.close()


def _is_too_much(harvest: Harvest) -> bool:
    return harvest.people_dropped or harvest.pair_dropped or harvest.sparse


# ── whose lines ────────────────────────────────────────────────────────────────────────


def _without_strangers(harvests: Sequence[Harvest], asked: Asked) -> tuple[Asked, tuple[str, ...]]:
    """The same question to those senders that write of failover, and who does not.

    Two senders are always taken for the pair: one may have been silent about itself.
    """
    all_hosts: dict[str, bool] = {}
    for harvest in harvests:
        for part in harvest.coverage:
            speaks = any(_is_of_failover(number) for number in part.ids)
            all_hosts[part.host] = all_hosts.get(part.host, False) or speaks
    ours = tuple(sorted(host for host, speaks in all_hosts.items() if speaks))
    others = tuple(sorted(host for host, speaks in all_hosts.items() if not speaks))
    if len(all_hosts) <= 2 or not ours or not others or "" in others or "" in ours:
        return asked, ()
    return replace(asked, hosts=ours), others


def _is_of_failover(number: int) -> bool:
    """Ids that only a unit of a pair writes (classes `ha` and `vpnfo` of the syslog guide)."""
    thousand = number // 1000
    return 101 <= thousand <= 105 or thousand in (709, 720, 721)


# ── which night ────────────────────────────────────────────────────────────────────────


def _night(
    files: Sequence[Opened], harvests: list[Harvest], asked: Asked, most: int
) -> tuple[list[Harvest], list[str]]:
    """Read again for the greatest night, or the last of great ones."""
    too_much = "there is more in these logs than is kept at once"
    if asked.has_window:
        told = (
            f"{too_much}: messages about single persons are left out; a shorter stretch with "
            "--since and --until brings them back"
        )
        return harvests, [told]
    nights = _nights([at for harvest in harvests for at in harvest.turns])
    if not nights:
        told = (
            f"{too_much}, and nothing tells of a reload or a switchover: messages about single "
            "persons are left out; choose a stretch with --since and --until"
        )
        return harvests, [told]
    greatest = max(len(night) for night in nights)
    chosen = [night for night in nights if len(night) * 2 >= greatest][-1]
    first, last = max(chosen[0], chosen[-1] - _LONGEST), chosen[-1]
    windows = [(first - before, last + after) for before, after in _WIDTHS]
    fitting = [w for w in windows if all(_people(h, *w) <= most for h in harvests)]
    since, until = (fitting or windows[-1:])[0]
    window = replace(asked, since=since, until=until)
    harvests = [_scan(file, window, most) for file in files]
    taken = (
        f"{too_much}: taken is {spelled(since)} to {spelled(until)}, the stretch "
        f"around {len(chosen)} messages of reloads and switchovers; --since and --until choose "
        "another"
    )
    notes = [taken]
    others = [night for night in nights if night is not chosen]
    if others:
        named = first_of(
            [f"{spelled(night[0])} ({len(night)})" for night in reversed(others)], MOST_NAMED
        )
        notes.append(f"other nights with such messages: {named}")
    if any(_is_too_much(harvest) for harvest in harvests):
        notes.append("even of that stretch, messages about single persons are left out")
    return harvests, notes


def _people(harvest: Harvest, since: int, until: int) -> int:
    """How many messages about single persons stand in a stretch."""
    first, last = since // MINUTE, until // MINUTE
    return sum(lines for minute, lines in harvest.people.items() if first <= minute <= last)


def _nights(turns: Sequence[int]) -> list[list[int]]:
    """Instants that belong together, in order."""
    nights: list[list[int]] = []
    for at in sorted(turns):
        if nights and at - nights[-1][-1] <= _NIGHTS_APART:
            nights[-1].append(at)
        else:
            nights.append([at])
    return nights


def spelled(at: int) -> str:
    """An instant to the minute, in milliseconds since 1970: `2026-03-14 22:00`."""
    return datetime.fromtimestamp(at // 1000, UTC).strftime("%Y-%m-%d %H:%M")


# ── what is told of a file ─────────────────────────────────────────────────────────────


def _part(file: Opened, harvest: Harvest) -> Part:
    source = SourceRead(
        file.name,
        SourceKind.SYSLOG,
        harvest.lines,
        len(harvest.records),
        unread=harvest.unread_lines,
        duplicates=harvest.duplicates,
        note="; ".join((*dict.fromkeys(file.notes), *_remarks(harvest))),
    )
    return Part(harvest.records, (), harvest.clocks, harvest.coverage, harvest.unread, source)


def _remarks(harvest: Harvest) -> list[str]:
    """What a person should know of how a file was read."""
    remarks = []
    if not harvest.lines:
        remarks.append("empty")
    if harvest.yearless:
        years = sorted(
            {
                datetime.fromtimestamp(record.at // 1000, UTC).year
                for record in (harvest.records[:1] + harvest.records[-1:])
                if record.at is not None
            }
        )
        taken = f": taken for {' and '.join(map(str, years))}" if years else ""
        remarks.append(f"no year is printed{taken}")
    remarks += [
        f"the zone {zone} may also be that of {ZONES[zone].also}: its digits are taken as they are"
        for zone in harvest.doubtful_zones
    ]
    if harvest.guessed_days and not harvest.days_first:
        remarks.append("days and months cannot be told apart: taken for month/day")
    if harvest.cut_lines:
        lines, were = ("line", "was") if harvest.cut_lines == 1 else ("lines", "were")
        remarks.append(f"{harvest.cut_lines} {lines} longer than 16,384 bytes {were} cut")
    if harvest.unsynchronised:
        remarks.append("some stamps say that the clock was not synchronised")
    if harvest.left_out:
        remarks.append(f"{harvest.left_out} messages of other hosts")
    listed = sum(part.lines for part in harvest.unread)
    if listed < harvest.unread_lines:
        remarks.append(f"of {harvest.unread_lines} unread lines the first {listed} are listed")
    return remarks
