"""A postmortem for a person at a terminal: the cause, its proof and what to type, on one screen."""

import os
from collections.abc import Mapping, Sequence
from typing import TextIO

from upgrader.model.cause import Breach
from upgrader.model.evidence import UnreadLines
from upgrader.model.night import ClockLine
from upgrader.model.postmortem import LeftOver, Postmortem, Reenactment, WhatIf
from upgrader.model.words import first_of, many
from upgrader.views.postmortem.instants import Instants, instants_of
from upgrader.views.postmortem.reasons import SHOWN, write_causes
from upgrader.views.postmortem.sourcing import (
    Citing,
    citing,
    name_of,
    notes_of,
    unit_told,
)
from upgrader.views.postmortem.surety import Stamps
from upgrader.views.postmortem.timeline import write_timeline
from upgrader.views.postmortem.titles import tone_of
from upgrader.views.postmortem.toll import (
    harm_told,
    minutes_told,
    night_told,
    sessions_told,
)
from upgrader.views.text.page import Page, cell, columns
from upgrader.views.text.tables import write_lines_of
from upgrader.views.wording import span

LONGEST = 200
"""Of clocks, gaps and unread lines where all is asked for: beyond it `--json` has them."""


def write_postmortem(
    postmortem: Postmortem,
    stream: TextIO,
    environment: Mapping[str, str] = os.environ,
    *,
    every: bool = False,
) -> None:
    """The whole of it; `every`: no list is cut short, and each event has its line."""
    page = Page(stream, environment)
    when = instants_of(postmortem.night)
    cite = citing(postmortem.night)
    _write_verdict(page, postmortem, when, every=every)
    write_causes(page, postmortem, cite, every=every)
    _write_impact(page, postmortem, when, cite, every=every)
    if every:
        _write_breaches(page, postmortem, when, cite)
    write_timeline(page, postmortem, when, cite, every=every)
    page.heading("How far to believe it" if every else "Beside it")
    page.values(_beside(postmortem, when, cite, every=every))
    _write_what_ifs(page, postmortem.what_ifs, every=every)
    if every:
        _write_list(page, "What went well", postmortem.went_well)
        _write_list(page, "What to change", postmortem.to_change)
    elif postmortem.to_change:
        _write_list(page, "What to change", _first_of(postmortem.to_change))
    write_lines_of(page, postmortem.next.commands, postmortem.next.lines)
    _write_files(page, postmortem.written)


def _write_verdict(page: Page, postmortem: Postmortem, when: Instants, *, every: bool) -> None:
    night = postmortem.night
    style = {"good": "bold green", "care": "bold yellow", "bad": "bold red"}[tone_of(postmortem)]
    word = f"{postmortem.outcome.value} (exit {int(postmortem.exit_code)})"
    page.line(f"{name_of(night)}: {word}", style=style)
    page.line(postmortem.verdict)
    rows = [("night", night_told(night, when))]
    rows += [(u.role.value, unit_told(u, night, whole=every)) for u in night.units]
    page.values(rows)
    if postmortem.divergence is not None:
        page.line(f"Diverged: {postmortem.divergence}", style="yellow")


# ── whom it harmed ─────────────────────────────────────────────────────────────────────


def _write_impact(
    page: Page, postmortem: Postmortem, when: Instants, cite: Citing, *, every: bool
) -> None:
    impact = postmortem.impact
    page.heading("Impact")
    beside = f"; {impact.orphaned:,} orphaned, {impact.leaked:,} leaked"
    rows = [("sessions", f"{sessions_told(impact)}{beside}")]
    if impact.users:
        rows.append(("harmed", first_of(impact.users, None if every else 2 * SHOWN)))
    minutes, harm = minutes_told(impact), harm_told(postmortem, when, Stamps(postmortem.night))
    spent = "" if minutes is None else f"; user minutes {minutes}"
    spent += "" if harm is None else f"; harm {harm}"
    rows.append(("outage", f"{span(impact.outage_seconds)}{spent}"))
    left = [_left(one, when, cite, whole=every) for one in postmortem.left_over]
    if left and not every:
        hidden = f"; and {len(left) - 1:,} more (--all)" if len(left) > 1 else ""
        rows.append(("left over", left[0] + hidden))
    if not every:
        rows.append(("deviation", _first_deviation(postmortem.breaches, when, cite)))
    page.values(rows)
    if left and every:
        page.heading("Left over")
        page.plain_rows([(one,) for one in left], [""] * len(left))


def _left(left: LeftOver, when: Instants, cite: Citing, *, whole: bool) -> str:
    index = "" if left.index is None else f" {left.index}"
    address = "" if left.address is None else f", {left.address}"
    told = f"{left.kind}{index} of {left.user}{address}"
    if not whole:
        return told
    unit = "" if left.unit is None else f" on {left.unit}"
    since = "" if left.since is None else f" since {when.told(left.since)}"
    how = "seen" if left.sure else "concluded"
    where = f" ({', '.join(map(cite.spelt, left.places))})" if left.places else ""
    return f"{told}{unit}{since}, {how}{where}"


# ── what happened ──────────────────────────────────────────────────────────────────────


def _write_breaches(page: Page, postmortem: Postmortem, when: Instants, cite: Citing) -> None:
    breaches = postmortem.breaches
    if not breaches:
        page.heading("Deviations: none seen")
        return
    page.heading("Deviations")
    for breach in breaches:
        page.line(_breach(breach, when, cite), indent=2)


def _first_deviation(breaches: Sequence[Breach], when: Instants, cite: Citing) -> str:
    """With its line; the later ones by name."""
    if not breaches:
        return "none seen"
    first, *others = breaches
    names = list(dict.fromkeys(breach.name for breach in others))
    more = f"; then {first_of(names, SHOWN)}" if names else ""
    return f"{_breach(first, when, cite)}{more}"


def _breach(breach: Breach, when: Instants, cite: Citing) -> str:
    kind = " (an invariant broken)" if breach.invariant else ""
    where = cite.told(breach.places)
    told = f"{when.told(breach.at)} {breach.name}{kind}: {breach.says}"
    return f"{told} ({where})" if where else told


# ── beside it ──────────────────────────────────────────────────────────────────────────


def _beside(
    postmortem: Postmortem, when: Instants, cite: Citing, *, every: bool
) -> list[tuple[str, str]]:
    """What would have stopped it, how like the rebuilt night is, and what is not known."""
    night = postmortem.night
    told = [("today's checks", postmortem.todays_checks.answer)]
    if every:
        told += [
            ("", f"{when.told(stop.at)} {stop.rule}, before `{stop.before}`: {stop.evidence}")
            for stop in postmortem.todays_checks.stops
        ]
    if postmortem.reenactment is not None:
        told += _played(postmortem.reenactment, every=every)
    clocks = [_clock(c, cite) for c in night.clocks if every or c.offset_ms or not c.known]
    told += _listed("clocks", clocks, None if every else 2)
    silences = [
        f"{when.stretch(s.began, s.ended)} {'both' if s.unit is None else s.unit.value}: {s.why}"
        for s in night.silences
    ]
    told += _listed("silences", silences, None) if every else []
    lines = sum(part.lines for part in night.unread)
    unread = [_unread(part, cite) for part in night.unread]
    told += _listed(f"{lines:,} not read" if lines else "", unread, None if every else 1)
    notes = notes_of(postmortem)
    if every or not notes:
        return told + _listed("notes", notes, None)
    more = f" (and {many(len(notes) - 1, 'note')} with --all)" if len(notes) > 1 else ""
    return [*told, ("notes", notes[0] + more)]


def _listed(name: str, rows: Sequence[str], most: int | None) -> list[tuple[str, str]]:
    """Rows under one name; the last says how many more there are."""
    shown = [
        (name if place == 0 else "", row)
        for place, row in enumerate(rows[: LONGEST if most is None else most])
    ]
    hidden = len(rows) - len(shown)
    more = "--json has them all" if most is None else "--all"
    return [*shown, ("", f"and {hidden:,} more ({more})")] if hidden else shown


def _clock(clock: ClockLine, cite: Citing) -> str:
    skew = f"{clock.offset_ms / 1_000:+.1f} s ± {clock.uncertainty_ms / 1_000:.1f} s"
    return f"{cite.clock(clock.name)} {skew if clock.known else 'not laid'}: {clock.how}"


def _unread(part: UnreadLines, cite: Citing) -> str:
    end = "" if part.last == part.first else f"-{part.last}"
    sample = f": {part.sample}" if part.sample else ""
    return f"{cite.file(part.file)}:{part.first}{end} {part.why}{sample}"


def _played(played: Reenactment, *, every: bool) -> list[tuple[str, str]]:
    whole = "all" if played.same == played.of else f"{played.same:,}"
    told = f"{whole} of {many(played.of, 'event')} came again in the emulator, in order"
    unlike = [f"unlike: {one.says}: {one.why}" for one in played.unlike]
    assumed = [f"assumed: {one}" for one in played.assumed]
    rest = [*unlike, *assumed]
    if every or not rest:
        return [("run again", told), *_listed("", rest, None)]
    more = f"; and {len(rest) - 1:,} more (--all)" if len(rest) > 1 else ""
    return [("run again", f"{told}; {rest[0]}{more}")]


def _write_what_ifs(page: Page, variants: Sequence[WhatIf], *, every: bool) -> None:
    """The same night with one thing changed, side by side."""
    if not variants:
        return
    page.heading("What if")
    table = columns("change", ">kept", ">lost", ">orphans", ">leaked", ">outage", "stopped by")
    for variant in variants:
        counts = (variant.kept, variant.lost, variant.orphaned, variant.leaked)
        table.add_row(
            cell(variant.change),
            *(f"{count:,}" for count in counts),
            "-" if variant.outage_seconds is None else span(variant.outage_seconds),
            cell(variant.stopped_by or "-"),
        )
    page.table(table)
    for variant in variants:
        parts = [variant.note] if variant.note else []
        if every and variant.saved_users:
            parts.append(f"saves {first_of(variant.saved_users, None)}")
        if parts:
            page.line(f"{variant.change}: {'; '.join(parts)}", indent=2)


def _write_list(page: Page, title: str, lines: Sequence[str]) -> None:
    if lines:
        page.heading(title)
        for line in lines:
            page.line(line, indent=2)


def _first_of(lines: Sequence[str]) -> list[str]:
    hidden = len(lines) - 1
    return [f"{lines[0]}{f' And {hidden:,} more (--all).' if hidden else ''}"]


def _write_files(page: Page, written: Sequence[str]) -> None:
    """Where it was written, last of all: it is what a person opens next."""
    if not written:
        return
    first, *others = written
    page.heading("Written")
    page.typed([first], indent=2)
    page.line("open it in a browser", indent=4, style="dim")
    page.typed(others, indent=2)
