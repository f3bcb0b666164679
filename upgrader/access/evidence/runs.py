"""A run of ours as evidence: its tape, what it typed, and what it thought.

Each line of `journal.jsonl` is an entry, and the place of what it says. Instants are exact, by the
run's own axis; who was at a console is told by prompts, by `show failover`, and by serial numbers.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from upgrader.access.evidence.part import Part
from upgrader.dialect.commands import LineKind, verify
from upgrader.dialect.prompts import Prompt, read_prompt
from upgrader.dialect.refusals import refusal_in
from upgrader.dialect.secrets import masked
from upgrader.dialect.terminals.reading import read_conversation
from upgrader.dialect.terminals.stamps import Header
from upgrader.dialect.terminals.talk import Border, Item, Turn
from upgrader.dialect.terminals.typed import read_typed
from upgrader.dialect.terminals.units import consoles
from upgrader.journal.codec import Undecodable, from_builtins
from upgrader.journal.entry import (
    Arrived,
    Asked,
    Entry,
    Finished,
    Halted,
    Intended,
    Judged,
    Looked,
    NotAnswered,
    Opened,
    Receipt,
    Resumed,
    Started,
)
from upgrader.journal.store import RunFolder
from upgrader.model.evidence import (
    Place,
    Record,
    Screen,
    SourceKind,
    SourceRead,
    Stamped,
    UnreadLines,
    What,
)
from upgrader.model.failover import Role
from upgrader.model.names import Digest, Seat
from upgrader.ports import BrokenChain, UpgraderError, UsageFault

JOURNAL = "journal.jsonl"

_DATES = range(978_307_200_000, 4_102_444_800_000)
"""Milliseconds since 1970 of the years 2001 to 2099: an axis that begins elsewhere is a world's own
(an emulated pair's)."""


@dataclass(frozen=True, slots=True)
class _Tape:
    """A journal, as far as it can be read."""

    folder: RunFolder
    entries: tuple[Entry, ...]
    lines: int
    unread: tuple[UnreadLines, ...]
    note: str


def read_run(name: str, folder: Path) -> Part:
    """Read a run's folder. An altered or cut journal is read as far as it goes, and said to be.

    Raises:
        UsageFault: there is no journal in that folder.
    """
    tape = _read(name, RunFolder(folder))
    file = f"{name}/{JOURNAL}"
    clock, base = _clock(name, tape.entries)
    turns, missing = _turns(file, tape, base)
    ordered = sorted(turns, key=lambda turn: turn[0].number)
    log = read_conversation(
        file, [turn for turn, _ in ordered], [unit for _, unit in ordered], clock, tape.lines
    )
    thoughts = _thoughts(file, tape.entries, clock.name, base)
    told = (*_worth_telling(log.records, tape.entries), *thoughts)
    screens = (*_verified(file, tape.entries, clock.name, base), *log.screens)
    records = (*sorted(told, key=lambda record: record.place.line), *log.past)
    unread = (*tape.unread, *missing, *log.unread)
    source = SourceRead(
        name,
        SourceKind.RUN,
        tape.lines,
        len(records),
        len(screens),
        sum(part.lines for part in unread),
        note=tape.note,
    )
    return Part(records, screens, log.clocks, log.coverage, unread, source)


# ── the journal ────────────────────────────────────────────────────────────────────────


def _read(name: str, folder: RunFolder) -> _Tape:
    """The entries; where the chain does not hold, each line that can be read by itself."""
    try:
        found = folder.read()
    except UsageFault:
        raise
    except UpgraderError as fault:
        return _by_lines(name, folder, str(fault))
    note = f"its last line is cut: {found.dropped_bytes} bytes" if found.dropped_bytes else ""
    entries = tuple(found.entries())
    return _Tape(folder, entries, len(entries), (), note)


def _by_lines(name: str, folder: RunFolder, why: str) -> _Tape:
    data = folder.disk.read(folder.journal)
    if data is None:
        raise UsageFault(f"{folder.path}: there is no journal in it")
    entries: list[Entry] = []
    unread: list[UnreadLines] = []
    lines = data.splitlines()
    for number, line in enumerate(lines, start=1):
        try:
            entries.append(from_builtins(Entry, json.loads(line)["entry"]))
        except (ValueError, KeyError, TypeError, Undecodable):
            sample = masked(line[:120].decode("utf-8", errors="replace"))
            file = f"{name}/{JOURNAL}"
            unread.append(UnreadLines(file, number, number, "no entry of a journal", sample))
    note = f"not vouched for: {why}"
    return _Tape(folder, tuple(entries), len(lines), tuple(unread), note)


def _clock(name: str, entries: Sequence[Entry]) -> tuple[Stamped, int]:
    """The run's clock, and what its axis' beginning is on it."""
    first = entries[0].body if entries else None
    origin = first.origin if isinstance(first, Started) else 0
    dated = origin in _DATES
    clock = Stamped(f"{name} run", "", 1, has_zone=dated, has_date=dated, collector=True)
    return clock, origin if dated else 0


# ── the tape ───────────────────────────────────────────────────────────────────────────


def _turns(
    file: str, tape: _Tape, base: int
) -> tuple[list[tuple[Turn, Role | None]], list[UnreadLines]]:
    """Each question with its answer, and who was at that console."""
    by_seat: dict[Seat, list[Item]] = {}
    prompts: dict[Seat, Prompt | None] = {}
    missing: list[UnreadLines] = []
    replies: dict[Digest, str] = {}
    for entry in tape.entries:
        body = entry.body
        if isinstance(body, Opened):
            border = Border(entry.number, body.prompt, Header(None, begins=True, has_zone=False))
            by_seat.setdefault(body.seat, []).append(border)
            prompts[body.seat] = read_prompt(body.prompt)
        elif isinstance(body, Asked):
            try:
                reply = _reply(tape.folder, body.blob, replies)
            except BrokenChain as fault:
                why = f"its reply cannot be read: {fault}"
                at = entry.number
                missing.append(UnreadLines(file, at, at, why[:200], masked(body.line)[:120]))
                reply = ""
            behind = read_prompt(body.prompt)
            before = _still_true(prompts.get(body.seat), behind)
            turn = _turn(entry, body.line, before, reply, base)
            by_seat.setdefault(body.seat, []).append(turn)
            prompts[body.seat] = behind
        elif isinstance(body, NotAnswered) and body.line is not None:
            turn = _turn(entry, body.line, _still_true(prompts.get(body.seat), None), "", base)
            by_seat.setdefault(body.seat, []).append(turn)
    serials = _serials(tape.entries)
    found: list[tuple[Turn, Role | None]] = []
    for items in by_seat.values():
        units = consoles(items, "", serials)
        found += (
            (item, unit) for item, unit in zip(items, units, strict=True) if isinstance(item, Turn)
        )
    return found, missing


def _still_true(prompt: Prompt | None, behind: Prompt | None) -> Prompt | None:
    """A prompt without its state, unless the one behind the reply shows the same.

    It had stood there since the reply before, which may be long ago: no word of this instant.
    """
    if prompt is None or (behind is not None and behind.active is prompt.active):
        return prompt
    return replace(prompt, active=None)


def _reply(folder: RunFolder, blob: Digest, known: dict[Digest, str]) -> str:
    """A reply, secrets masked; equal ones are one text."""
    if blob not in known:
        known[blob] = masked(folder.blob(blob).decode("utf-8", errors="replace"))
    return known[blob]


def _turn(entry: Entry, line: str, prompt: Prompt | None, reply: str, base: int) -> Turn:
    number = entry.number
    asks = read_typed(masked(line))
    refused = None if asks.kind is LineKind.SHOW else refusal_in(reply[:2_000])
    stood = prompt or Prompt(None, None, None, "enable", failover_off=False)
    return Turn(
        number,
        base + entry.at,
        masked(line),
        asks,
        stood,
        reply,
        number,
        number,
        refused,
    )


def _serials(entries: Sequence[Entry]) -> dict[str, Role]:
    found: dict[str, Role] = {}
    for entry in entries:
        if isinstance(entry.body, Looked):
            for unit in entry.body.units:
                if unit.serial is not None:
                    found[unit.serial] = unit.role
    return found


def _verified(file: str, entries: Sequence[Entry], clock: str, base: int) -> tuple[Screen, ...]:
    """What the plan had had verified, and the run did not ask again: as if it had been asked."""
    first = entries[0] if entries else None
    if first is None or not isinstance(first.body, Started):
        return ()
    units = _serials(entries)
    place = Place(file, first.number)
    return tuple(
        Screen(
            verify(known.digest.path),
            known.digest,
            "",
            place,
            clock,
            base + first.at + min(known.at, 0),
            units.get(known.serial),
            ends=first.number,
        )
        for known in sorted(first.body.verified, key=lambda known: known.at)
    )


def _worth_telling(records: Sequence[Record], entries: Sequence[Entry]) -> Iterator[Record]:
    """The records of the tape, without lines that only look, and what is told again and again."""
    silent = {
        entry.number
        for entry in entries
        if isinstance(entry.body, NotAnswered) and entry.body.line is not None
    }
    last: dict[tuple[What, Role | None, str], object] = {}
    uptimes: dict[Role | None, int] = {}
    for record in records:
        fields, what = dict(record.fields), record.what
        if what in (What.COMMAND, What.REFUSED_COMMAND):
            if fields.get("kind") == LineKind.CHANGING.value:
                answered = "no" if record.place.line in silent else "yes"
                yield replace(record, fields={**fields, "by": "upgrader", "answered": answered})
            continue
        if "told_by" in fields and "anchor" not in fields:
            is_release = what is What.RUNS
            key = (what, record.unit, "" if is_release else fields["told_by"])
            said: object = fields.get("version") if is_release else (record.text, fields)
            up = int(fields.get("uptime_seconds", "0"))
            has_booted = 0 < up < uptimes.get(record.unit, 0)
            uptimes[record.unit] = up or uptimes.get(record.unit, 0)
            if last.get(key) == said and not has_booted:
                continue
            last[key] = said
        yield record


# ── what it thought ────────────────────────────────────────────────────────────────────


def _thoughts(file: str, entries: Sequence[Entry], clock: str, base: int) -> Iterator[Record]:
    """What the run wrote down of itself."""
    for entry in entries:
        told = _thought(entry)
        if told is not None:
            text, fields = told
            yield Record(
                What.OPAQUE,
                masked(text),
                Place(file, entry.number),
                clock,
                base + entry.at,
                fields={"told_by": "the journal", **fields},
            )


def _thought(entry: Entry) -> tuple[str, dict[str, str]] | None:
    match entry.body:
        case Started(run=run, pair=pair):
            return f"run {run} of {pair} begins", {"run": run}
        case Resumed():
            return "the run is taken up again", {}
        case Arrived(phase=phase, why=why):
            return f"phase {phase.value}: {why}", {"phase": phase.value}
        case Intended(lines=lines, why=why):
            return f"about to type {'; '.join(lines)}: {why}", {"intends": "; ".join(lines)}
        case Receipt(outcome=outcome, why=why):
            return f"{outcome}: {why}", {"receipt": outcome}
        case Judged(moment=moment, findings=findings) if findings:
            rules = ", ".join(dict.fromkeys(finding.rule for finding in findings))
            return f"checks {moment.value}: {rules}", {"rules": rules}
        case NotAnswered(seat=seat, line=None, why=why):
            return f"nobody answers at {seat}: {why}", {"seat": seat}
        case Halted(why=why):
            return f"the run halts: {why}", {}
        case Finished(outcome=outcome):
            return f"the run ends: {outcome.value}", {"outcome": outcome.value}
        case _:
            return None
