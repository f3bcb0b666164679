"""A log taken apart: turns of typing and answering, what was said between them, and what is left.

Every line of the file is in one of these, or among the lines that are known to say nothing.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TypeAlias

from upgrader.dialect.prompts import Prompt
from upgrader.dialect.refusals import refusal_in
from upgrader.dialect.secrets import masked
from upgrader.dialect.terminals.marks import Mark, marks_of
from upgrader.dialect.terminals.notices import Notice, notice_in, says_nothing
from upgrader.dialect.terminals.rows import Row
from upgrader.dialect.terminals.stamps import Header, header_in, own_stamp
from upgrader.dialect.terminals.typed import Typed, read_typed
from upgrader.model.evidence import What

_MESSAGE = re.compile(r"%(?:ASA|PIX|FTD)-(?:[a-z]+-)?[0-7]-\d{6}:", re.ASCII)
_WRAPPED_AT = 80
"""Columns of a terminal that wraps, where its screen and not its session was saved. Our guess."""
_REFUSAL_WITHIN = 2_000
_ANSWERS_BY_ERRORS = ("verify", "show startup-config errors", "show crashinfo", "show logging")
"""Lines of whose replies an error is a part."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A line that somebody typed, and what came back."""

    number: int
    at: int | None
    """By the terminal's clock."""
    typed: str
    """As it stands there, secrets masked."""
    asks: Typed
    prompt: Prompt | None
    """None: a heading of `show tech-support`."""
    reply: str
    """Secrets masked; without what the unit said by itself; lines end in a line feed."""
    first: int
    """The first line of the reply; 0: nothing came back."""
    last: int
    """Its last line; that of the typed one where nothing came back."""
    refused: str | None
    """The sentence with which the device refused it."""


@dataclass(frozen=True, slots=True)
class Said:
    """A line that nobody asked for."""

    number: int
    at: int | None
    text: str
    notice: Notice


@dataclass(frozen=True, slots=True)
class Logged:
    """A message of the log on the console: `%ASA-1-104001: …`."""

    number: int
    at: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Stood:
    """A prompt behind which nothing was typed."""

    number: int
    prompt: Prompt


@dataclass(frozen=True, slots=True)
class Border:
    """Where the terminal program says that a log begins or ends."""

    number: int
    text: str
    header: Header


Item: TypeAlias = Turn | Said | Logged | Stood | Border


@dataclass(frozen=True, slots=True)
class Left:
    """Lines in a row that are not understood."""

    first: int
    last: int
    why: str
    text: str
    """The first of them, secrets masked."""


@dataclass(slots=True)
class Talk:
    """A whole log."""

    items: list[Item] = field(default_factory=list)
    """In the order of their lines."""
    left: list[Left] = field(default_factory=list)
    silent: set[int] = field(default_factory=set)
    """Lines that are known, and say nothing: blank ones, rules, greetings."""


def talk_of(rows: Sequence[Row], *, headed: bool = False) -> Talk:
    """Take a log apart; `headed`: lines that only name a command begin a reply too."""
    return _Listener(rows).listen(marks_of([row.text for row in rows], headed=headed))


class _Listener:
    """Goes through the rows once."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows
        self._talk = Talk()
        self._mark: Mark | None = None
        """Behind whose typed line the rows belong; None: to nobody's."""
        self._typed_rows = 1
        self._reply: list[Row] = []
        self._is_booting = False
        self._seen_prompt = False

    def listen(self, found: Sequence[Mark]) -> Talk:
        marks = iter(_sent(found))
        mark = next(marks, None)
        skip = -1
        for place, row in enumerate(self._rows):
            if place <= skip:
                continue
            if mark is not None and place == mark.row:
                self._close()
                skip = self._opens(mark, place)
                mark = next(marks, None)
            else:
                self._reads(row)
        self._close()
        self._talk.items.sort(key=lambda item: item.number)
        return self._talk

    def _opens(self, mark: Mark, place: int) -> int:
        """Begin with a prompt; the last row that belongs to what was typed."""
        row = self._rows[place]
        self._seen_prompt = True
        if mark.typed:
            self._is_booting = False
            last = place
            while last + 1 < len(self._rows) and _goes_on(self._rows[last], self._rows[last + 1]):
                last += 1
                mark = Mark(mark.row, mark.prompt, mark.typed + self._rows[last].text)
            self._mark, self._typed_rows = mark, last - place + 1
            return last
        assert mark.prompt is not None, "a heading has words"
        self._talk.items.append(Stood(row.number, mark.prompt))
        notice = notice_in(mark.said) if mark.said else None
        if notice is not None:
            self._says(row, mark.said, notice)
        elif _is_message(mark.said):
            self._talk.items.append(Logged(row.number, row.at, masked(mark.said)))
        return place

    def _reads(self, row: Row) -> None:
        """A row that is no prompt."""
        asks = None if self._mark is None else read_typed(self._mark.typed)
        if row.text.startswith("── ") and own_stamp(row.text) is not None:
            self._close()
            self._talk.silent.add(row.number)
            return
        header = header_in(row.text)
        if header is not None and (asks is None or not asks.reads_back):
            self._close()
            self._is_booting = False
            self._talk.items.append(Border(row.number, row.text.strip(), header))
            return
        if asks is None:
            self._overhears(row)
        elif asks.reads_back:
            self._reply.append(row)
        elif _is_message(row.text):
            self._talk.items.append(Logged(row.number, row.at, masked(row.text)))
        elif (notice := notice_in(row.text, in_reply=True)) is not None:
            self._says(row, row.text, notice)
        elif says_nothing(row.text, in_reply=True):
            self._talk.silent.add(row.number)
        else:
            self._reply.append(row)

    def _overhears(self, row: Row) -> None:
        """A row that belongs to no typed line."""
        notice = None
        if _is_message(row.text):
            self._talk.items.append(Logged(row.number, row.at, masked(row.text)))
        elif (notice := notice_in(row.text)) is not None:
            self._says(row, row.text, notice)
        elif says_nothing(row.text):
            self._talk.silent.add(row.number)
        else:
            why = (
                "said while the unit went down and booted"
                if self._is_booting
                else "between two prompts"
                if self._seen_prompt
                else "before the first prompt"
            )
            self._leaves(row, why)

    def _says(self, row: Row, text: str, notice: Notice) -> None:
        self._talk.items.append(Said(row.number, row.at, masked(text.strip()), notice))
        goes = notice.what in (What.SHUTTING_DOWN, What.STARTUP_BEGIN, What.CRASHED)
        if goes or notice.parts:
            # What follows is no answer any more: it goes down, boots, or somebody else speaks.
            self._close()
            self._is_booting = not notice.parts

    def _leaves(self, row: Row, why: str) -> None:
        left = self._talk.left
        if left and left[-1].why == why and self._is_next(left[-1].last, row.number):
            left[-1] = Left(left[-1].first, row.number, why, left[-1].text)
        else:
            left.append(Left(row.number, row.number, why, masked(row.text.strip())[:120]))

    def _is_next(self, last: int, number: int) -> bool:
        return all(between in self._talk.silent for between in range(last + 1, number))

    def _close(self) -> None:
        """The answer is over."""
        mark, reply = self._mark, self._reply
        if mark is None:
            return
        self._mark, self._reply = None, []
        row = self._rows[mark.row]
        typed_to = row.number + self._typed_rows - 1
        while reply and not reply[-1].text.strip():
            self._talk.silent.add(reply.pop().number)
        asks = read_typed(mark.typed)
        text = masked("".join(f"{shown.text}\n" for shown in reply))
        refused = (
            None if asks.line.startswith(_ANSWERS_BY_ERRORS) else refusal_in(text[:_REFUSAL_WITHIN])
        )
        first = reply[0].number if reply else 0
        last = reply[-1].number if reply else typed_to
        typed = masked(mark.typed)
        self._talk.items.append(
            Turn(row.number, row.at, typed, _veiled(asks), mark.prompt, text, first, last, refused)
        )


def _sent(marks: Sequence[Mark]) -> Iterator[Mark]:
    """The marks, with nothing typed at those whose word the Tab key completed in the next row.

    That a unit shows its prompt again for that is inferred.
    """
    for mark, following in zip_longest(marks, marks[1:]):
        if following is not None and _completes(mark, following):
            yield Mark(mark.row, mark.prompt, "")
        else:
            yield mark


def _completes(mark: Mark, following: Mark) -> bool:
    if following.row != mark.row + 1 or mark.prompt is None or mark.prompt != following.prompt:
        return False
    short, whole = mark.typed.split(), following.typed.split()
    if not short or len(whole) < len(short) or whole[: len(short) - 1] != short[:-1]:
        return False
    word = whole[len(short) - 1]
    return len(word) > len(short[-1]) and word.startswith(short[-1])


def _is_message(text: str) -> bool:
    return "%" in text and _MESSAGE.search(text) is not None


def _veiled(asks: Typed) -> Typed:
    """The same, secrets masked."""
    line = masked(asks.line)
    return asks if line == asks.line else Typed(line, asks.whom, asks.cut)


def _goes_on(row: Row, following: Row) -> bool:
    """Whether what was typed goes on in the next row of the screen."""
    return (
        len(row.text) == _WRAPPED_AT
        and bool(following.text)
        and len(following.text) <= _WRAPPED_AT
        and not following.text[0].isspace()
        and notice_in(following.text) is None
        and not _is_message(following.text)
        and not marks_of([following.text])
    )


def accounted(talk: Talk) -> set[int]:
    """The lines that stand somewhere: in an item, among those left, or known to say nothing."""
    found = set(talk.silent)
    for item in talk.items:
        found.update(_lines_of(item))
    for left in talk.left:
        found.update(range(left.first, left.last + 1))
    return found


def _lines_of(item: Item) -> Iterator[int]:
    """The lines of the file that an item stands for."""
    match item:
        case Turn(number=number, last=last):
            yield from range(number, last + 1)
        case Said() | Logged() | Stood() | Border():
            yield item.number
