"""A terminal's log as evidence: what was typed, shown, said and logged, each with its line.

Records that tell of the moment stand in the order of their lines. What a screen tells of the past
(`show failover history`) follows behind all of them, by the unit's own clock: see `telling`; but a
change of roles stands where it was typed: see `dating`.

Fields of our own, beside those of `What`: `kind` of a command (`show`, `harmless`, `changing`),
`typed` where it was shortened, `whom` where it was passed on, `told_by` the screen that told it,
`anchor` where the stamp is that of the line itself and of no event.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from upgrader.dialect.commands import LineKind
from upgrader.dialect.secrets import masked
from upgrader.dialect.terminals.alone import alone_in
from upgrader.dialect.terminals.dating import TOLD_LATER, dated
from upgrader.dialect.terminals.fragments import told_by_lines
from upgrader.dialect.terminals.messages import Line, Messages, messages_of
from upgrader.dialect.terminals.readers import Meaning, meaning_of
from upgrader.dialect.terminals.rows import Rows, rows_of
from upgrader.dialect.terminals.talk import (
    Border,
    Item,
    Logged,
    Said,
    Stood,
    Talk,
    Turn,
    talk_of,
)
from upgrader.dialect.terminals.telling import Told, has_zone, ms_of, told_by
from upgrader.dialect.terminals.units import answering, consoles
from upgrader.model.evidence import (
    Coverage,
    Place,
    Record,
    Screen,
    Stamped,
    UnreadLines,
    What,
)
from upgrader.model.failover import DeviceTime, Role

_MOST_TEXT = 65_536
_MOST_REPLY = 400
_LONG_AGO_MS = 7 * 86_400_000
"""How far back of the newest stamp a screen's word of the past is of the night. Our choice: what is
older stays on its screen."""


@dataclass(frozen=True, slots=True)
class TerminalLog:
    """What a log gives to the evidence."""

    lines: int
    records: tuple[Record, ...]
    """In the order of the lines."""
    past: tuple[Record, ...]
    """What screens tell of earlier hours, and `show logging`: by the units' clocks."""
    screens: tuple[Screen, ...]
    clocks: tuple[Stamped, ...]
    coverage: tuple[Coverage, ...]
    unread: tuple[UnreadLines, ...]
    notes: tuple[str, ...]
    typed: int
    """Lines that were typed: a log without any is no terminal's."""


def read_terminal(
    name: str,
    text: str,
    modified: int | None = None,
    numbers: Sequence[int] | None = None,
) -> TerminalLog:
    """Read a log. Nothing is raised, and no line is lost: what is not understood is unread.

    `modified`: when its file was written, in ms since 1970, for stamps without a day or a year.
    `numbers`: which lines of the file these are; None: all of them.
    """
    rows = rows_of(text, modified, numbers)
    return _read(name, rows, talk_of(rows.rows), modified)


def read_saved(name: str, text: str, modified: int | None = None) -> TerminalLog:
    """Read saved replies: with prompts or headings, or one by itself that its name speaks of."""
    rows = rows_of(text, modified)
    talk = talk_of(rows.rows, headed=True)
    if not any(isinstance(item, Turn) for item in talk.items):
        alone = alone_in(name, rows.rows)
        talk = talk if alone is None else alone
    return _read(name, rows, talk, modified)


def read_conversation(
    name: str,
    turns: Sequence[Turn],
    units: Sequence[Role | None],
    clock: Stamped,
    lines: int,
    modified: int | None = None,
) -> TerminalLog:
    """Read what was asked on a tape: turns with exact instants, and who was at each console."""
    return _Scribe(name, Talk(list(turns)), units, _Clocks(name, clock), modified).write(lines, ())


def _read(name: str, rows: Rows, talk: Talk, modified: int | None) -> TerminalLog:
    how = rows.stamping
    dated = any(isinstance(i, Border) and i.header.at is not None for i in talk.items)
    clock = Stamped(
        f"{name} terminal",
        "",
        how.precision_ms,
        how.has_zone,
        how.has_date if how.form else dated,
        collector=True,
    )
    notes = how.notes
    if rows.cut:
        lines, were = ("line", "was") if rows.cut == 1 else ("lines", "were")
        notes += (f"{rows.cut} {lines} longer than 65,536 characters {were} cut",)
    units = consoles(talk.items, name)
    scribe = _Scribe(name, talk, units, _Clocks(name, clock), modified)
    return scribe.write(len(rows.rows), notes)


class _Clocks:
    """The clocks of one log, as they are needed."""

    def __init__(self, name: str, terminal: Stamped) -> None:
        self.terminal = terminal.name
        self.known = {terminal.name: terminal}
        self._name = name

    def of_unit(self, unit: Role | None, at: DeviceTime, *, past: bool) -> str:
        """The name of a unit's clock; one for each zone that it was seen to print."""
        who = "unit" if unit is None else unit.value
        zoned = has_zone(at)
        clock = f"{self._name} {who}" + ("" if zoned else f" ({at.zone})")
        for name in (clock, clock + TOLD_LATER) if past else (clock,):
            self.known.setdefault(name, Stamped(name, "", 1_000, has_zone=zoned))
        return clock + TOLD_LATER if past else clock


class _Scribe:
    """Writes the records of one log."""

    def __init__(
        self,
        name: str,
        talk: Talk,
        units: Sequence[Role | None],
        clocks: _Clocks,
        modified: int | None,
    ) -> None:
        self._name = name
        self._talk = talk
        self._units = units
        self._clocks = clocks
        self._modified = modified
        self._records: list[Record] = []
        self._past: list[Record] = []
        self._known: set[tuple[What, Role | None, int | None, str]] = set()
        self._screens: list[Screen] = []
        self._unread: list[UnreadLines] = []
        self._states: dict[Role, bool] = {}
        self._is_booting = False
        self._is_crashing = False
        self._meanings: dict[tuple[str, str], Meaning] = {}

    def write(self, lines: int, notes: tuple[str, ...]) -> TerminalLog:
        for item, unit in zip(self._talk.items, self._units, strict=True):
            self._writes(item, unit)
        spoken, listed = self._messages()
        for left in self._talk.left:
            self._unread.append(UnreadLines(self._name, left.first, left.last, left.why, left.text))
        unread = (*self._unread, *spoken.unread, *listed.unread)
        newest = max((r.at for r in (*self._records, *self._past) if r.at is not None), default=0)
        recent = [r for r in self._past if r.at is not None and r.at > newest - _LONG_AGO_MS]
        records, past = dated(
            sorted((*self._records, *spoken.records), key=lambda r: r.place.line),
            sorted(recent, key=lambda r: (r.clock, r.at or 0, r.place.line)),
        )
        return TerminalLog(
            lines,
            records,
            (*listed.records, *past),
            tuple(self._screens),
            (*self._clocks.known.values(), *spoken.clocks, *listed.clocks),
            spoken.coverage + listed.coverage,
            tuple(sorted(unread, key=lambda u: u.first)),
            notes,
            sum(isinstance(item, Turn) and item.prompt is not None for item in self._talk.items),
        )

    def _writes(self, item: Item, unit: Role | None) -> None:
        match item:
            case Turn():
                self._prompted(item, unit)
                self._turned(item, unit)
            case Stood():
                self._prompted(item, unit)
            case Said():
                self._said(item, unit)
            case Border():
                self._bordered(item)
            case Logged():
                pass  # Those of a unit are read together, below.

    # ── prompts, notices, headers ──────────────────────────────────────────────────────

    def _prompted(self, item: Turn | Stood, unit: Role | None) -> None:
        """A prompt tells who is active, and that a unit has booted."""
        prompt = item.prompt
        if prompt is None:
            return
        at = item.at if isinstance(item, Turn) else None
        self._is_crashing = False
        if self._is_booting:
            self._is_booting = False
            self._add(What.STARTUP_END, item.number, at, "a prompt is shown again", unit, {})
        if prompt.active is None or unit is None:
            return
        if self._states.get(unit) is not prompt.active:
            self._states[unit] = prompt.active
            state = "Active" if prompt.active else "Standby"
            fields = {"state": state, "told_by": "the prompt"}
            if prompt.failover_off:
                fields["failover"] = "off"
            self._add(What.STATE, item.number, at, f"the prompt says {state}", unit, fields)

    def _said(self, item: Said, unit: Role | None) -> None:
        notice = item.notice
        what, fields = notice.what, dict(notice.fields)
        if what is What.STARTUP_BEGIN:
            if self._is_booting:
                what = What.OPAQUE
            self._is_booting = True
        elif what is What.CRASHED:
            # A crash prints many lines; the first of them is the crash.
            what = What.OPAQUE if self._is_crashing else what
            self._is_crashing = True
        elif what is What.RUNS:
            fields["told_by"] = "the console"
        elif what in (What.TO_ACTIVE, What.TO_STANDBY) and unit is not None:
            self._states[unit] = what is What.TO_ACTIVE
        if notice.device_time is None:
            self._add(what, item.number, item.at, item.text, unit, fields)
        else:
            told = Told(what, item.text, unit, fields, notice.device_time)
            self._tells(told, item.number, item.at)

    def _bordered(self, item: Border) -> None:
        fields = {"anchor": "now", "told_by": "the terminal program"}
        self._is_booting = False
        self._add(What.OPAQUE, item.number, item.header.at, item.text, None, fields)

    # ── what was typed, and answered ───────────────────────────────────────────────────

    def _turned(self, turn: Turn, console: Role | None) -> None:
        asks = turn.asks
        speaker = answering(turn, console)
        shows = asks.kind is LineKind.SHOW
        meaning = self._meaning(asks.line, turn.reply) if shows and turn.reply.strip() else None
        if turn.prompt is not None:
            self._command(turn, console)
        if meaning is not None and turn.refused is None:
            self._screen(turn, speaker, meaning)
            telling = (
                told_by_lines(turn.reply, meaning.command, speaker)
                if meaning.value is None
                else told_by(meaning.value, meaning.command, speaker)
            )
            for told in telling:
                self._tells(told, turn.number, turn.at)

    def _meaning(self, line: str, reply: str) -> Meaning:
        """What a reply means; a tape has most of them many times."""
        found = self._meanings.get((line, reply))
        if found is None:
            found = self._meanings[line, reply] = meaning_of(line, reply)
        return found

    def _command(self, turn: Turn, unit: Role | None) -> None:
        asks = turn.asks
        fields = {"command": asks.whole, "kind": asks.kind.value}
        if asks.whole != turn.typed:
            fields["typed"] = turn.typed
        if asks.whom:
            fields["whom"] = asks.whom
        if asks.cut:
            fields["cut"] = asks.cut
        if turn.prompt is not None and turn.prompt.mode not in ("exec", "enable"):
            fields["mode"] = turn.prompt.mode
        if asks.kind is not LineKind.SHOW and turn.reply.strip():
            said = (line.strip() for line in turn.reply.splitlines())
            fields["reply"] = " / ".join(line for line in said if line)[:_MOST_REPLY]
        what = What.COMMAND
        if turn.refused is not None:
            what, fields["reason"] = What.REFUSED_COMMAND, turn.refused
        elif asks.line.startswith("clock set "):
            what = What.CLOCK_SET
        self._add(what, turn.number, turn.at, turn.typed, unit, fields)
        saved = asks.line == "write memory" and any(
            line.strip() == "[OK]" for line in turn.reply.splitlines()
        )
        if saved:
            who = answering(turn, unit)
            self._add(What.SAVED, turn.last, turn.at, "[OK]", who, {"command": asks.whole})

    def _screen(self, turn: Turn, speaker: Role | None, meaning: Meaning) -> None:
        if meaning.why:
            why = f"the reply to `{turn.asks.whole}` is not understood: {meaning.why}"
            sample = next(line for line in turn.reply.splitlines() if line.strip())
            self._unread.append(
                UnreadLines(self._name, turn.first, turn.last, why[:200], sample.strip()[:120])
            )
        long = len(turn.reply) > _MOST_TEXT and meaning.value is not None
        host = "" if turn.prompt is None else turn.prompt.hostname or ""
        self._screens.append(
            Screen(
                meaning.command,
                meaning.value,
                "" if long else turn.reply,
                Place(self._name, turn.number),
                self._clocks.terminal,
                turn.at,
                speaker,
                host,
                turn.last,
            )
        )

    def _tells(self, told: Told, number: int, at: int | None) -> None:
        """Write down what a screen tells, by the unit's clock where it says a time."""
        if told.at is None:
            self._add(told.what, number, at, told.text, told.unit, told.fields)
            return
        clock = self._clocks.of_unit(told.unit, told.at, past=told.past)
        record = Record(
            told.what,
            masked(told.text),
            Place(self._name, number),
            clock,
            ms_of(told.at),
            told.unit,
            fields=told.fields,
        )
        if not told.past:
            if at is not None:
                record = replace(record, received=at, received_by=self._clocks.terminal)
            self._records.append(record)
        elif (key := (record.what, record.unit, record.at, record.text)) not in self._known:
            # Two histories of a night have rows in common.
            self._known.add(key)
            self._past.append(record)

    # ── what was logged ────────────────────────────────────────────────────────────────

    def _messages(self) -> tuple[Messages, Messages]:
        """The messages on the console, and those of `show logging`, by who wrote them."""
        spoken: dict[Role | None, list[Line]] = {}
        listed: dict[Role | None, list[Line]] = {}
        for item, unit in zip(self._talk.items, self._units, strict=True):
            if isinstance(item, Logged):
                spoken.setdefault(unit, []).append((item.number, item.at, item.text))
            elif isinstance(item, Turn) and item.asks.line.startswith("show logging"):
                listed.setdefault(answering(item, unit), []).extend(_logged_in(item))
        name, clock, modified = self._name, self._clocks.terminal, self._modified
        return (
            messages_of(name, "the console", spoken, clock, modified),
            messages_of(name, "show logging", listed, clock, modified),
        )

    def _add(
        self,
        what: What,
        number: int,
        at: int | None,
        text: str,
        unit: Role | None,
        fields: dict[str, str],
    ) -> None:
        place, clock = Place(self._name, number), self._clocks.terminal
        self._records.append(Record(what, text, place, clock, at, unit, fields=fields))


def _logged_in(turn: Turn) -> Iterator[Line]:
    """The messages in a reply; the head of `show logging` tells settings."""
    for number, line in enumerate(turn.reply.splitlines(), start=turn.first):
        if "%ASA-" in line or "%PIX-" in line or "%FTD-" in line:
            yield min(number, turn.last), None, line
