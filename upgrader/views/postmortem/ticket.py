"""A postmortem for a ticket or a wiki: Markdown, short, in tables."""

from collections.abc import Sequence

from upgrader.model.cause import Cause, Mark
from upgrader.model.postmortem import Postmortem
from upgrader.model.words import first_of, many
from upgrader.views.escape import plain
from upgrader.views.markdown import prose, text
from upgrader.views.postmortem.folding import lasting
from upgrader.views.postmortem.instants import Instants, instants_of
from upgrader.views.postmortem.sourcing import (
    SURE,
    Citing,
    citing,
    implausible,
    name_of,
    notes_of,
    plausible,
    told_beside,
    unit_told,
)
from upgrader.views.postmortem.story import NOT_STAMPED, story
from upgrader.views.postmortem.surety import Stamps
from upgrader.views.postmortem.titles import (
    headline_of,
    is_harmless,
    title_of,
    unexplained,
    unsettled,
)
from upgrader.views.postmortem.toll import (
    harm_told,
    minutes_told,
    night_told,
    sessions_told,
    what_if_table,
)
from upgrader.views.wording import span

LISTED = 20
"""Rows of anything: a ticket is not the record."""


def render(postmortem: Postmortem) -> str:
    """The whole of it; ends with a newline."""
    night = postmortem.night
    when = instants_of(night)
    cite = citing(night)
    parts = [
        f"# Postmortem: {text(name_of(night))}",
        "",
        f"**{text(headline_of(postmortem))}**",
        "",
        prose(postmortem.verdict),
        "",
        *_paragraphs(told_beside(postmortem)),
        *_impact(postmortem, when),
        *_section("Timeline", _timeline(postmortem, when, cite)),
        *_section("Root cause", _root(postmortem, cite)),
        *_section("Deviations", _breaches(postmortem, when, cite)),
        *_section("Other causes considered", _others(postmortem.causes)),
        *_section("Today's checks", [prose(postmortem.todays_checks.answer)]),
        *_section("What if", _what_ifs(postmortem)),
        *_section("Run again", _played(postmortem)),
        *_section("What went well", _list(postmortem.went_well)),
        *_section("What to change", _list(postmortem.to_change)),
        *_section("Left over", _left(postmortem, when)),
        *_section("Clocks and sources", _sources(postmortem, cite)),
        *_section("Notes", _list(notes_of(postmortem))),
        *_next(postmortem),
    ]
    return "\n".join(parts).rstrip("\n") + "\n"


def _section(title: str, lines: Sequence[str]) -> list[str]:
    return [f"## {title}", "", *lines, ""] if lines else []


def _paragraphs(lines: Sequence[str]) -> list[str]:
    return [part for line in lines for part in (prose(line), "")]


def _list(lines: Sequence[str]) -> list[str]:
    return [f"- {prose(line)}" for line in lines]


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    if not rows:
        return []
    return [
        f"| {' | '.join(heads)} |",
        f"|{'---|' * len(heads)}",
        *(f"| {' | '.join(prose(value) for value in row)} |" for row in rows),
    ]


def _more(count: int, shown: int) -> list[str]:
    return ["", f"and {count - shown:,} more in postmortem.json"] if count > shown else []


def _impact(postmortem: Postmortem, when: Instants) -> list[str]:
    impact, night = postmortem.impact, postmortem.night
    told = [
        ("Night", night_told(night, when)),
        *((unit.role.value, unit_told(unit, night)) for unit in night.units),
        ("Sessions", sessions_told(impact)),
        ("Left behind", f"{impact.orphaned:,} orphaned rows, {impact.leaked:,} leaked addresses"),
        ("Nobody served", span(impact.outage_seconds)),
        ("User minutes", minutes_told(impact)),
        ("Harm", harm_told(postmortem, when, Stamps(postmortem.night))),
        ("Who", first_of(impact.users, LISTED) or None),
    ]
    return _section("Impact", _table(("", ""), [(name, said) for name, said in told if said]))


# ── why ────────────────────────────────────────────────────────────────────────────────


def _root(postmortem: Postmortem, cite: Citing) -> list[str]:
    found = plausible(postmortem.causes)
    if is_harmless(postmortem):
        found = [cause for cause in found if cause.likelihood in SURE]
        if not found:
            return [text(unexplained(postmortem))]
    if not found:
        return ["None fits the records."]
    return _cause(found[0], postmortem.verdict, cite)


def _cause(cause: Cause, verdict: str, cite: Citing) -> list[str]:
    told = f"**{text(title_of(cause))}** ({text(cause.name.value)}, {cause.likelihood.value})"
    head = told if cause.says in verdict else f"{told}: {prose(cause.says)}"
    rows = [("for", *_mark(mark, cite)) for mark in cause.speaks_for]
    rows += [("against", *_mark(mark, cite)) for mark in cause.speaks_against]
    rows += [("settled by", line, "") for line in unsettled(cause)]
    return [head, "", *_table(("", "evidence", "source"), rows)]


def _mark(mark: Mark, cite: Citing) -> tuple[str, str]:
    return mark.text, cite.told(mark.places, 3)


def _others(causes: Sequence[Cause]) -> list[str]:
    rows = [
        (
            cause.name.value,
            cause.likelihood.value,
            "; ".join(mark.text for mark in (*cause.speaks_against, *cause.speaks_for)[:2]),
        )
        for cause in plausible(causes)[1:]
    ]
    rows += [
        (cause.name.value, grade.value, "; ".join(m.text for m in cause.speaks_against[:2]))
        for grade, others in implausible(causes)
        for cause in others
    ]
    return _table(("cause", "likelihood", "why"), rows)


def _breaches(postmortem: Postmortem, when: Instants, cite: Citing) -> list[str]:
    found = postmortem.breaches
    rows = [
        (
            when.told(breach.at),
            breach.name + (" (an invariant)" if breach.invariant else ""),
            breach.says,
            cite.told(breach.places, 1),
        )
        for breach in found[:LISTED]
    ]
    shown = _table(("at", "deviation", "what was done or seen", "source"), rows)
    return [*shown, *_more(len(found), LISTED)]


# ── what happened ──────────────────────────────────────────────────────────────────────


def _timeline(postmortem: Postmortem, when: Instants, cite: Citing) -> list[str]:
    lines = story(postmortem)
    rows = [
        (
            when.told(line.at),
            "" if line.unit is None else line.unit.value + ("?" if line.inferred else ""),
            f"{lasting(line)}{line.who}",
            cite.told(line.places, 1),
        )
        for line in lines
    ]
    events = len(postmortem.night.events)
    more = f" {NOT_STAMPED}" if any(line.at is None for line in lines) else ""
    rest = ["", f"All {many(events, 'event')} are in postmortem.json.{more}"] if rows else []
    return [*_table(("at", "unit", "what", "source"), rows), *rest]


def _what_ifs(postmortem: Postmortem) -> list[str]:
    return _table(*what_if_table(postmortem.what_ifs))


def _played(postmortem: Postmortem) -> list[str]:
    played = postmortem.reenactment
    if played is None:
        return []
    told = f"{played.same:,} of {many(played.of, 'event')} came again, in order."
    unlike = [f"- not as it was: {prose(one.says)} ({prose(one.why)})" for one in played.unlike]
    assumed = [f"- assumed: {prose(one)}" for one in played.assumed]
    listed = [*unlike, *assumed]
    rest = [""] if listed else []
    return [told, *rest, *listed[:LISTED], *_more(len(listed), LISTED)]


def _left(postmortem: Postmortem, when: Instants) -> list[str]:
    left = postmortem.left_over
    rows = [
        (
            one.kind,
            one.unit or "",
            one.user,
            one.address or "",
            when.told(one.since),
            "seen" if one.sure else "concluded",
        )
        for one in left[:LISTED]
    ]
    shown = _table(("what", "unit", "user", "address", "since", "how sure"), rows)
    return [*shown, *_more(len(left), LISTED)]


def _sources(postmortem: Postmortem, cite: Citing) -> list[str]:
    night = postmortem.night
    clocks = [
        (
            cite.clock(clock.name),
            f"{clock.offset_ms / 1_000:+.1f} s ± {clock.uncertainty_ms / 1_000:.1f} s"
            if clock.known
            else "not laid",
            clock.how,
        )
        for clock in night.clocks[:LISTED]
    ]
    read = [
        (source.name, source.kind.value, f"{source.lines:,}", f"{source.unread:,}", source.note)
        for source in night.sources[:LISTED]
    ]
    first = _table(("clock", "skew", "how"), clocks)
    second = _table(("source", "kind", "lines", "not read", "note"), read)
    return [*first, *([""] if first and second else []), *second]


def _next(postmortem: Postmortem) -> list[str]:
    lines = [*postmortem.next.commands, *postmortem.next.lines]
    return _section("Next", [f"    {plain(line)}" for line in lines])
