"""A postmortem as one HTML file: no network; a picture that zooms; prints well; dark by night.

What everyone reads comes first: in plain words what happened, whom it harmed, and why. The proof
follows, and then what the records do not say.
"""

from collections.abc import Sequence

from upgrader.model.postmortem import Impact, Postmortem
from upgrader.model.words import first_of, many
from upgrader.views.postmortem import proof, records
from upgrader.views.postmortem.instants import Instants, instants_of
from upgrader.views.postmortem.picture import draw
from upgrader.views.postmortem.sourcing import (
    Citing,
    citing,
    name_of,
    notes_of,
    told_beside,
    unit_told,
)
from upgrader.views.postmortem.surety import Stamps
from upgrader.views.postmortem.titles import headline_of, is_harmless, tone_of
from upgrader.views.postmortem.toll import (
    harm_told,
    minutes_told,
    night_told,
    what_if_table,
)
from upgrader.views.postmortem.zooming import SCRIPT, STYLE
from upgrader.views.web.document import document, headline, sections, sums
from upgrader.views.web.parts import prose, table, typed, values
from upgrader.views.wording import span

USERS = 30
"""People who are named at the top; the table of sessions has them all."""


def render(postmortem: Postmortem) -> str:
    """The whole page."""
    night = postmortem.night
    when, stamps = instants_of(night), Stamps(night)
    cite = citing(night)
    causes, harmless = postmortem.causes, is_harmless(postmortem)
    told = (
        ("Summary", _paragraphs(told_beside(postmortem)) + _facts(postmortem, when, stamps, cite)),
        ("The night", draw(postmortem, stamps)),
        ("Timeline", records.happened(postmortem, when, cite)),
        ("Root cause", proof.root(postmortem, cite, is_harmless=harmless)),
        ("Deviations", proof.breaches(postmortem.breaches, when, cite)),
        ("Today's checks", proof.checks(postmortem.todays_checks, when)),
        ("What if", _what_ifs(postmortem)),
        ("What went well", _list(postmortem.went_well)),
        ("What to change", _list(postmortem.to_change)),
        ("Next", typed([*postmortem.next.commands, *postmortem.next.lines])),
        ("Other causes considered", proof.others(causes, cite, is_harmless=harmless)),
        ("Sessions", proof.people(night.lives, when, cite, stamps)),
        ("Left over", proof.left_over(postmortem.left_over, when, cite)),
        ("Run again", proof.reenactment(postmortem.reenactment)),
        ("Clocks and gaps", records.clocks_and_gaps(night, when, cite)),
        ("All events", records.all_events(postmortem, when, cite)),
        ("Sources", records.sources(night, cite)),
        ("Notes", _list(notes_of(postmortem))),
    )
    parts = (
        _head(postmortem, when),
        _sums(postmortem.impact),
        sections(told),
    )
    return document(f"Postmortem: {name_of(night)}", parts, script=SCRIPT, style=STYLE)


def _head(postmortem: Postmortem, when: Instants) -> str:
    night = postmortem.night
    disguised = " · names and addresses are replaced" if postmortem.anonymised else ""
    day = when.day(night.began) if night.has_date else "date not known"
    kicker = f"postmortem · {name_of(night)} · {day}{disguised}"
    return headline(kicker, headline_of(postmortem), postmortem.verdict, tone=tone_of(postmortem))


def _sums(impact: Impact) -> str:
    minutes = minutes_told(impact)
    rows = [
        ("sessions lost", f"{impact.lost:,}"),
        ("people harmed", f"{len(impact.users):,}"),
        *([] if minutes is None else [("user minutes", minutes)]),
        ("nobody served", span(impact.outage_seconds)),
        ("kept", f"{impact.kept:,}"),
        ("orphaned rows", f"{impact.orphaned:,}"),
        ("leaked addresses", f"{impact.leaked:,}"),
    ]
    if impact.unknown:
        rows.append(("not known", f"{impact.unknown:,}"))
    return sums(rows)


def _facts(postmortem: Postmortem, when: Instants, stamps: Stamps, cite: Citing) -> str:
    night, impact = postmortem.night, postmortem.impact
    rows = [("Night", night_told(night, when))]
    rows += [(unit.role.value, unit_told(unit, night)) for unit in night.units]
    harm = harm_told(postmortem, when, stamps)
    if harm is not None:
        rows.append(("Harm", harm))
    if impact.users:
        rows.append(("Who was harmed", first_of(impact.users, USERS)))
    rows.append(("Read from", ", ".join(_sources(postmortem, cite))))
    if postmortem.divergence is not None:
        rows.append(("Diverged", postmortem.divergence))
    return values(rows)


def _sources(postmortem: Postmortem, cite: Citing, most: int = 6) -> list[str]:
    named = [
        f"{cite.file(source.name)} ({source.kind.value}, {many(source.lines, 'line')})"
        for source in postmortem.night.sources[:most]
    ]
    hidden = len(postmortem.night.sources) - len(named)
    return [*named, f"{hidden:,} more"] if hidden else named


def _paragraphs(lines: Sequence[str]) -> str:
    return "".join(f"<p>{prose(line)}</p>" for line in lines)


def _list(lines: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{prose(line)}</li>' for line in lines)}</ul>" if lines else ""


def _what_ifs(postmortem: Postmortem) -> str:
    heads, rows = what_if_table(postmortem.what_ifs)
    return table(heads, rows, name="What if")
