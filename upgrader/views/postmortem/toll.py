"""What a night cost and what would have spared it, in words for terminal, ticket and page."""

from collections.abc import Sequence

from upgrader.model.night import Night
from upgrader.model.postmortem import Impact, Postmortem, WhatIf
from upgrader.model.words import first_of
from upgrader.views.postmortem.instants import Instants, about
from upgrader.views.postmortem.sourcing import harmed_from
from upgrader.views.postmortem.surety import Stamps, knows_harm
from upgrader.views.wording import span


def night_told(night: Night, when: Instants) -> str:
    """When it began, how long its records reach, and by whose clock."""
    began = when.day(night.began) if night.has_date else "of a date that is not known"
    lasted = span((night.ended - night.began) / 1_000)
    return f"{began}, {lasted}; clock: {night.zone}"


def sessions_told(impact: Impact) -> str:
    """`9 seen: 1 kept, 1 ended on its own, 7 lost`; those of whom there are none are left out."""
    own = "its" if impact.ended == 1 else "their"
    parts = [
        f"{count:,} {word}"
        for count, word in (
            (impact.kept, "kept"),
            (impact.ended, f"ended on {own} own"),
            (impact.lost, "lost"),
            (impact.unknown, "not known"),
        )
        if count or word == "lost"
    ]
    return f"{impact.sessions:,} seen: {', '.join(parts)}"


def minutes_told(impact: Impact) -> str | None:
    """Minutes without service, summed over people; None: nobody was harmed."""
    if not (impact.users or impact.lost):
        return None
    return "not known" if impact.user_minutes is None else f"{impact.user_minutes:,.0f}"


def harm_told(postmortem: Postmortem, when: Instants, stamps: Stamps) -> str | None:
    """From when until when people were harmed; None: nobody was, or it is not known when."""
    began = harmed_from(postmortem)
    if began is None or not postmortem.impact.users:
        return None
    stretch = when.stretch(began, postmortem.impact.harmed_until)
    return about(stretch, is_exact=knows_harm(postmortem, stamps))


def what_if_table(variants: Sequence[WhatIf]) -> tuple[list[str], list[list[str]]]:
    """Heads and rows: the same night with one thing changed; columns with nothing are left out."""
    columns = {
        "change": [variant.change for variant in variants],
        "what is changed": [variant.says for variant in variants],
        "kept": [f"{variant.kept:,}" for variant in variants],
        "lost": [f"{variant.lost:,}" for variant in variants],
        "orphaned": [f"{variant.orphaned:,}" for variant in variants],
        "leaked": [f"{variant.leaked:,}" for variant in variants],
        "outage": [span(variant.outage_seconds) for variant in variants],
        "stopped by": [variant.stopped_by or "" for variant in variants],
        "who is spared": [first_of(variant.saved_users, 8) for variant in variants],
        "note": [variant.note for variant in variants],
    }
    filled = {head: cells for head, cells in columns.items() if any(cells)}
    return [*filled], [[*row] for row in zip(*filled.values(), strict=True)]
