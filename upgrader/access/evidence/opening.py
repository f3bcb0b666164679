"""Opens what was given, whatever it is, and reads it as what its content says.

A source is a file, packed or not, a folder of files, a run of ours, or the standard input (`-`).
"""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from upgrader.access.clock import WallClock
from upgrader.access.evidence.files import Opened, open_file, spool
from upgrader.access.evidence.part import Part
from upgrader.access.evidence.runs import JOURNAL, read_run
from upgrader.access.evidence.screens import read_screens, tell_units
from upgrader.access.evidence.syslog import Asked, read_logs, spelled
from upgrader.access.evidence.transcripts import MOST_TEXT, read_long_transcript, read_transcript
from upgrader.dialect.kinds import has_message, is_journal, kind_of
from upgrader.dialect.syslog.stamps import MINUTE
from upgrader.dialect.terminals.moments import moment_in
from upgrader.model.evidence import Evidence, SourceKind, SourceRead, What
from upgrader.model.failover import Role
from upgrader.ports import UsageFault

MOST_FILES = 500
_BEGINNING = 256 * 1024
_TURNS = 4
"""So many turns of the senders in a file are chance."""
_MOST_NAMED = 6
"""Names that are listed in one message."""
_EVER = 1 << 62
_MOST_PAIR = 4 << 20
_OF_A_PAIR = frozenset({"[emulated]", "[incident]"})
_MOST_TEXT = 32 << 20
"""Of saved replies; a `show tech-support` is a third of it."""

EXPECTED = (
    "a syslog file (lines with %ASA-…), a terminal's log, a folder of saved show outputs, or a "
    "run of ours"
)


@dataclass(slots=True)
class _Found:
    """What the sources turned out to be, in the order in which they were named."""

    files: list[Opened] = field(default_factory=list)
    runs: list[tuple[str, Path]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seen: set[Path] = field(default_factory=set)

    def is_new(self, path: Path) -> bool:
        """Whether it has not been named before, by whichever name."""
        real = path.resolve()
        if real in self.seen:
            return False
        self.seen.add(real)
        return True


def gather(
    sources: Sequence[str],
    *,
    hosts: Sequence[str] = (),
    since: int | None = None,
    until: int | None = None,
    runs: Callable[[str], Path | None] = lambda _: None,
    stdin: BinaryIO | None = None,
) -> Evidence:
    """Everything that the sources say.

    `hosts` limits syslog to these senders. `since` and `until` are milliseconds since 1970, by the
    digits as printed. `runs` tells the folder of a run by its name, or None; `stdin` is read for
    `-` in place of the standard input.

    Raises:
        UsageFault: a source is missing or cannot be read, or nothing in any of them is of use.
    """
    if not sources:
        raise UsageFault(f"name what is left of the night: {EXPECTED}")
    if since is not None and until is not None and since > until:
        raise UsageFault("--since is later than --until: nothing lies between them")
    asked = Asked(tuple(hosts), since, until)
    found = _Found()
    try:
        for source in sources:
            _find(source, found, runs, stdin)
        parts, notes = _read_all(found, asked)
        limited = asked.has_window or bool(asked.hosts)
        if not any(_is_of_use(part, limited=limited) for part in parts):
            whole = _all_of(found) if limited else parts
            raise _nothing(sources, parts, asked, whole, found.notes)
    finally:
        for file in found.files:
            file.close()
    return Evidence(
        tuple(part.source for part in parts),
        tuple(record for part in parts for record in part.records),
        tuple(screen for part in parts for screen in part.screens),
        tuple({clock.name: clock for part in parts for clock in part.clocks}.values()),
        tuple(each for part in parts for each in part.coverage),
        tuple(each for part in parts for each in part.unread),
        (*_two_pairs(parts), *found.notes, *notes),
    )


# ── finding ────────────────────────────────────────────────────────────────────────────


def _find(
    source: str,
    found: _Found,
    runs: Callable[[str], Path | None],
    stdin: BinaryIO | None,
) -> None:
    if source == "-":
        now = int(WallClock().now_utc().timestamp() * 1000)
        if not any(file.path is None for file in found.files):
            found.files.append(spool(stdin or sys.stdin.buffer, now))
        return
    path = Path(source).expanduser()
    try:
        is_folder, exists = path.is_dir(), path.exists()
    except (OSError, ValueError):
        is_folder = exists = False  # No such name is possible: too long, or with a zero in it.
    if exists and path.name == JOURNAL:
        _add_run(source, path.parent, found)
    elif is_folder:
        _find_in(source.rstrip("/") or "/", path, found)
    elif exists:
        opened = open_file(source, path)
        if found.is_new(path):
            found.files.append(opened)
    else:
        folder = runs(source)
        if folder is None:
            raise UsageFault(
                f"{source}: there is no such file, folder or run; expected is {EXPECTED}. "
                "`upgrader status` lists the runs, `-` reads the standard input"
            )
        _add_run(source, folder, found)


def _add_run(name: str, folder: Path, found: _Found) -> None:
    if found.is_new(folder):
        found.runs.append((name, folder))


def _find_in(name: str, folder: Path, found: _Found) -> None:
    """All files of a folder and of its folders, in the order of their names."""
    files = 0
    paths = list(_files_in(folder, name))
    pairs = _of_pairs(paths)
    if pairs:
        named = [path.relative_to(folder).as_posix() for path in pairs[:_MOST_NAMED]]
        more = f" and {len(pairs) - _MOST_NAMED} more" if len(pairs) > _MOST_NAMED else ""
        found.notes.append(
            f"{name}: left out, for it describes an emulated pair and is no record: "
            f"{', '.join(named)}{more}"
        )
    for path in paths:
        if path in pairs:
            continue
        if path.name == JOURNAL:
            inner = path.parent.relative_to(folder).as_posix()
            _add_run(name if inner == "." else f"{name}/{inner}", path.parent, found)
            continue
        if files >= MOST_FILES:
            found.notes.append(f"{name}: only the first {MOST_FILES} files were read")
            return
        if found.is_new(path):
            files += 1
            found.files.append(open_file(f"{name}/{path.relative_to(folder).as_posix()}", path))


def _of_pairs(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Pair files of ours, and what these name beside them: they stage a night, and record none."""
    texts: dict[Path, list[str]] = {}
    ours = []
    for path in paths:
        if path.suffix != ".toml":
            continue
        try:
            with path.open("rb") as file:
                text = file.read(_MOST_PAIR).decode("utf-8", "replace")
        except OSError:
            continue  # Whoever reads the source tells it.
        if any(line.strip() in _OF_A_PAIR for line in text.splitlines()):
            ours.append(path)
            texts.setdefault(path.parent, []).append(text)
    ours += [
        path
        for path in paths
        if path not in ours and any(f'"{path.name}"' in text for text in texts.get(path.parent, ()))
    ]
    return tuple(ours)


def _files_in(folder: Path, name: str) -> Iterator[Path]:
    """Regular files, hidden ones left out; of a run's folder its journal only."""

    def refuse(fault: OSError) -> None:
        raise UsageFault(f"{name}: cannot be read: {fault.strerror}") from fault

    for where, folders, files in os.walk(folder, onerror=refuse):
        if JOURNAL in files:
            folders.clear()
            yield Path(where) / JOURNAL
            continue
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        for file in sorted(files):
            path = Path(where) / file
            if not file.startswith(".") and path.is_file():
                yield path


# ── reading ────────────────────────────────────────────────────────────────────────────


def _read_all(found: _Found, asked: Asked) -> tuple[tuple[Part, ...], tuple[str, ...]]:
    """Each source's part, in the order in which they were named, runs last."""
    kinds = [_kind_of(file) for file in found.files]
    logs = [
        file for file, kind in zip(found.files, kinds, strict=True) if kind is SourceKind.SYSLOG
    ]
    read, notes = read_logs(logs, asked)
    of_logs = iter(read)
    parts = [
        next(of_logs) if kind is SourceKind.SYSLOG else _within(_read(file, kind), asked)
        for file, kind in zip(found.files, kinds, strict=True)
    ]
    parts += [_within(read_run(name, folder), asked) for name, folder in found.runs]
    return tell_units(parts), notes


def _kind_of(file: Opened) -> SourceKind:
    """What a file is; one of which nothing can be told may still be a saved reply."""
    beginning = file.beginning(_BEGINNING)
    kind = kind_of(beginning.decode("utf-8", "replace"))
    if kind is not None:
        return kind
    if len(beginning) == _BEGINNING and any(has_message(chunk) for chunk in file.chunks()):
        return SourceKind.SYSLOG
    return SourceKind.SCREENS


def _read(file: Opened, kind: SourceKind) -> Part:
    text = file.text(_MOST_TEXT)
    if is_journal(text[:4096]):
        part = _unusable(file, "a journal without its run's folder: name the folder")
    elif kind is SourceKind.TRANSCRIPT:
        if len(text) > MOST_TEXT:
            del text
            part = read_long_transcript(file)
        else:
            part = read_transcript(file.name, text, file.modified)
        moment = moment_in(file.name)
        screens = tuple(replace(s, moment=s.moment or moment) for s in part.screens)
        part = replace(part, screens=screens)
    else:
        part = read_screens(file.name, text, file.modified)
    empty = "" if part.source.lines else "empty"
    notes = [*dict.fromkeys(file.notes), *filter(None, (part.source.note or empty,))]
    return replace(part, source=replace(part.source, note="; ".join(notes)))


def _unusable(file: Opened, note: str) -> Part:
    return Part((), (), (), (), (), SourceRead(file.name, SourceKind.RUN, 0, 0, note=note))


def _within(part: Part, asked: Asked) -> Part:
    """The same without records that are known to be outside of the stretch that is asked for."""
    if not asked.has_window:
        return part
    records = tuple(
        record
        for record in part.records
        if record.at is None
        or (
            (asked.since is None or record.at >= asked.since)
            and (asked.until is None or record.at <= asked.until)
        )
    )
    return replace(part, records=records, source=replace(part.source, records=len(records)))


def _two_pairs(parts: Sequence[Part]) -> Iterator[str]:
    """That one file seems to hold several pairs: two senders speak by turns for the same unit.

    A unit's address goes over to its mate at a switchover, and its sender's name with it: two turns
    each are no sign.
    """
    for part in parts:
        if part.source.kind is not SourceKind.SYSLOG:
            continue
        speaks: dict[Role, str] = {}
        hosts: dict[str, set[Role]] = {}
        turns, switches = 0, 0
        for record in sorted(part.records, key=lambda each: (each.at or 0, each.place.line)):
            if record.unit is None or not record.host:
                continue
            switches += record.what is What.TO_ACTIVE
            turns += speaks.get(record.unit, record.host) != record.host
            speaks[record.unit] = record.host
            hosts.setdefault(record.host, set()).add(record.unit)
        pairs = [host for host, units in hosts.items() if len(units) > 1]
        if len(pairs) > 1 and turns > _TURNS + 2 * switches:
            yield (
                f"{part.source.name}: {' and '.join(pairs[:3])} speak by turns for the same "
                "units: if they are different pairs, all of this mixes them; name one with --host"
            )


def _is_of_use(part: Part, *, limited: bool) -> bool:
    """Whether it tells anything: `limited` to a stretch or to senders, what it covers is none."""
    covers = not limited and any(each.lines for each in part.coverage)
    return bool(part.records or part.screens or covers)


def _all_of(found: _Found) -> tuple[Part, ...]:
    """The same sources without a limit. A window that holds all keeps a long log from being cut."""
    parts, _ = _read_all(found, Asked((), 0, _EVER))
    return parts


def _reach(parts: Sequence[Part], asked: Asked) -> str:
    """From when to when records are, and whose, as far as that was limited."""
    told = []
    at = [minute * MINUTE for part in parts for one in part.coverage for minute in one.minutes]
    at += [record.at for part in parts for record in part.records if record.at is not None]
    if asked.has_window and at:
        told.append(f"the records reach from {spelled(min(at))} to {spelled(max(at))}")
    hosts = sorted({one.host for part in parts for one in part.coverage if one.host})
    if asked.hosts and hosts:
        more = f" and {len(hosts) - _MOST_NAMED} more" if len(hosts) > _MOST_NAMED else ""
        told.append(f"their senders are {', '.join(hosts[:_MOST_NAMED])}{more}")
    return "; ".join(told) or "say it otherwise"


def _nothing(
    sources: Iterable[str],
    parts: Sequence[Part],
    asked: Asked,
    whole: Sequence[Part],
    beside: Sequence[str],
) -> UsageFault:
    """Why nothing can be told; `whole`: the same sources without a limit."""
    named = ", ".join(sources)
    limits = [f"--host {host}" for host in asked.hosts]
    limits += ["--since" for _ in range(asked.since is not None)]
    limits += ["--until" for _ in range(asked.until is not None)]
    if limits and any(part.source.lines > part.source.unread for part in parts):
        return UsageFault(
            f"{named}: nothing is left with {', '.join(limits)}; {_reach(whole, asked)}"
        )
    lines = sum(part.source.lines for part in parts)
    what = "it is empty" if parts or not beside else "it holds no record"
    if lines:
        what = f"none of {lines} lines is a firewall's"
    said = (*(part.source.note for part in parts), *beside)
    notes = "; ".join(note for note in dict.fromkeys(said) if note and note != "empty")
    return UsageFault(f"{named}: {what}{f' ({notes})' if notes else ''}; expected is {EXPECTED}")
