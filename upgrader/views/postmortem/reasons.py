"""Causes at a terminal: the likeliest with its proof, the others in a line."""

from collections.abc import Sequence

from upgrader.model.cause import Cause, Likelihood, Mark
from upgrader.model.postmortem import Postmortem
from upgrader.views.postmortem.sourcing import SURE, Citing, implausible, plausible
from upgrader.views.postmortem.titles import is_harmless, title_of, unharmed, unsettled
from upgrader.views.text.page import Page

SHOWN = 3
"""Of anything but the timeline, unless all is asked for: causes, marks, users, unread lines."""

_STYLES = {
    Likelihood.CERTAIN: "bold red",
    Likelihood.LIKELY: "bold yellow",
    Likelihood.POSSIBLE: "bold",
}


def write_causes(page: Page, postmortem: Postmortem, cite: Citing, *, every: bool) -> None:
    """The likeliest with its marks, the others in a line; `every`: each with all of its marks."""
    causes = postmortem.causes
    told = plausible(causes)
    nothing = is_harmless(postmortem) and not (told and told[0].likelihood in SURE)
    if nothing:
        whom = unharmed(postmortem)
        page.heading(f"Cause: none is told, for {whom[0].lower()}{whom[1:]}")
    else:
        page.heading("Cause" if told else "Cause: none that the records make possible")
    for place, cause in enumerate(told if every else told[:SHOWN]):
        if every or (place == 0 and not nothing):
            _write_cause(page, cause, postmortem.verdict, cite, most=None if every else SHOWN)
        else:
            page.line(_shortly(cause), indent=2, style=_STYLES[cause.likelihood])
    if every:
        for _, others in implausible(causes):
            for cause in others:
                page.line(_in_a_line(cause), indent=2)
                _write_marks(page, cause, cite, most=None)
    else:
        _write_others(page, causes, told[SHOWN:])


def _shortly(cause: Cause) -> str:
    return f"{cause.likelihood.value.upper()}  {cause.name.value}: {title_of(cause)}"


def _in_a_line(cause: Cause) -> str:
    return f"{cause.likelihood.value.upper()}  {cause.name.value}: {cause.says}"


def _write_others(page: Page, causes: Sequence[Cause], hidden: Sequence[Cause]) -> None:
    """The causes that have no line of their own: how many, and which are not known."""
    parts = [f"possible too: {', '.join(c.name.value for c in hidden)}"] if hidden else []
    for grade, others in implausible(causes):
        if grade is Likelihood.UNKNOWN and len(others) <= SHOWN:
            parts.append(f"not known: {', '.join(c.name.value for c in others)}")
        else:
            parts.append(f"{grade.value.replace('unknown', 'not known')}: {len(others)}")
    if parts:
        page.line(f"{'; '.join(parts)} (--all)", indent=2, style="dim")


def _write_cause(page: Page, cause: Cause, verdict: str, cite: Citing, *, most: int | None) -> None:
    """One cause; `most` marks of a side, None: all."""
    word = cause.likelihood.value.upper()
    page.line(f"{word}  {cause.name.value}", indent=2, style=_STYLES[cause.likelihood])
    if cause.says not in verdict:
        page.line(cause.says, indent=4)
    _write_marks(page, cause, cite, most=most)


def _write_marks(page: Page, cause: Cause, cite: Citing, *, most: int | None) -> None:
    rows = [
        *_marks("for", cause.speaks_for, cite, most),
        *_marks("against", cause.speaks_against, cite, most),
        *(("settled by", line) for line in unsettled(cause)[: None if most is None else 1]),
    ]
    page.values(rows, indent=4)


def _marks(
    word: str, marks: Sequence[Mark], cite: Citing, most: int | None
) -> list[tuple[str, str]]:
    shown = marks[:most]
    rows = [
        (word if place == 0 else "", _mark(mark, cite, most)) for place, mark in enumerate(shown)
    ]
    hidden = len(marks) - len(shown)
    return [*rows, ("", f"and {hidden:,} more (--all)")] if hidden else rows


def _mark(mark: Mark, cite: Citing, most: int | None) -> str:
    where = cite.told(mark.places, len(mark.places) if most is None else 1)
    return f"{mark.text} ({where})" if where else mark.text
