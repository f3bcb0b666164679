"""Opens what was given, whatever it is, and reads it as what its content says.

A source is a file, packed or not, a folder of files, a run of ours, or the standard input (`-`).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from shlex import quote
from typing import BinaryIO

from upgrader.access.evidence.files import Opened, unheard
from upgrader.access.evidence.finding import EXPECTED, Found, find
from upgrader.access.evidence.part import MOST_NAMED, Part
from upgrader.access.evidence.runs import read_run
from upgrader.access.evidence.screens import read_screens, tell_units
from upgrader.access.evidence.several import pairs_told
from upgrader.access.evidence.syslog import Asked, read_logs, spelled
from upgrader.access.evidence.transcripts import MOST_TEXT, read_long_transcript, read_transcript
from upgrader.dialect.kinds import has_message, is_journal, kind_of
from upgrader.dialect.syslog.stamps import MINUTE
from upgrader.dialect.terminals.moments import moment_in
from upgrader.model.evidence import Evidence, SourceKind, SourceRead, What
from upgrader.model.words import first_of
from upgrader.ports import UsageFault

_BEGINNING = 256 * 1024
_EVER = 1 << 62
_MOST_TEXT = 32 << 20
"""Of saved replies; a `show tech-support` is a third of it."""
_EMPTY = "empty"
_NO_TEXT = "no text in it: zeros or the like"
_NOT_OF_A_PAIR = frozenset({What.OPAQUE, What.ADMIN_IN, What.ADMIN_OUT})
"""What may stand in a file of anything: who came and went, a warning."""


def gather(
    sources: Sequence[str],
    *,
    hosts: Sequence[str] = (),
    since: int | None = None,
    until: int | None = None,
    runs: Callable[[str], Path | None] = lambda _: None,
    stdin: BinaryIO | None = None,
    heard: Callable[[str, int, int], None] = unheard,
) -> Evidence:
    """Everything that the sources say.

    `hosts` limits syslog to these senders. `since` and `until` are milliseconds since 1970, by the
    digits as printed. `runs` tells the folder of a run by its name, or None; `stdin` is read for
    `-` in place of the standard input. `heard` is told of each piece of a file that is read: the
    file's name, the bytes so far, and of how many.

    Raises:
        UsageFault: a source is missing or cannot be read, or nothing in any of them is of use.
    """
    if not sources:
        raise UsageFault(f"name what is left of the night: {EXPECTED}")
    if since is not None and until is not None and since > until:
        raise UsageFault("--since is later than --until: nothing lies between them")
    asked = Asked(tuple(hosts), since, until)
    found = Found()
    try:
        for source in sources:
            find(source, found, runs, stdin)
        for file in found.files:
            file.heard = heard
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
        (*pairs_told(parts), *found.notes, *notes),
    )


# ── reading ────────────────────────────────────────────────────────────────────────────


def _read_all(found: Found, asked: Asked) -> tuple[tuple[Part, ...], tuple[str, ...]]:
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
        if not (part.screens or part.records) and len(text) <= MOST_TEXT:
            part = _console_without_prompts(file, text) or part
    empty = "" if part.source.lines else _NO_TEXT if file.beginning(1) else _EMPTY
    notes = [*dict.fromkeys(file.notes), *filter(None, (part.source.note or empty,))]
    return replace(part, source=replace(part.source, note="; ".join(notes)))


def _console_without_prompts(file: Opened, text: str) -> Part | None:
    """What a unit printed by itself, copied without a prompt; None: nothing of it is of a pair."""
    part = read_transcript(file.name, text, file.modified)
    if all(record.what in _NOT_OF_A_PAIR for record in part.records):
        return None
    return part


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


def _is_of_use(part: Part, *, limited: bool) -> bool:
    """Whether it tells anything: `limited` to a stretch or to senders, what it covers is none."""
    covers = not limited and any(each.lines for each in part.coverage)
    return bool(part.records or part.screens or covers)


def _all_of(found: Found) -> tuple[Part, ...]:
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
        told.append(f"their senders are {first_of(hosts, MOST_NAMED)}")
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
    limits = [f"--host {quote(host)}" for host in asked.hosts]
    limits += ["--since" for _ in range(asked.since is not None)]
    limits += ["--until" for _ in range(asked.until is not None)]
    if limits and any(part.source.lines > part.source.unread for part in parts):
        return UsageFault(
            f"{named}: nothing is left with {', '.join(limits)}; {_reach(whole, asked)}"
        )
    lines = sum(part.source.lines for part in parts)
    what = "it is empty" if parts or not beside else "it holds no record"
    said = (*(part.source.note for part in parts), *beside)
    if lines:
        what = f"none of {lines} lines is a firewall's"
        if lines == 1:
            what = "its only line is no firewall's"
    elif any(note.endswith(_NO_TEXT) for note in said):
        what = f"there is {_NO_TEXT}"
    notes = "; ".join(filter(None, dict.fromkeys(map(_beside_nothing, said))))
    return UsageFault(f"{named}: {what}{f' ({notes})' if notes else ''}; expected is {EXPECTED}")


def _beside_nothing(note: str) -> str:
    """A note on a source without the words that it holds nothing, which are said of them all."""
    if note in (_EMPTY, _NO_TEXT):
        return ""
    return note.removesuffix(f"; {_NO_TEXT}").removesuffix(f"; {_EMPTY}")
