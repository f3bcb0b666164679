"""Sections of a postmortem's page: why, what deviated, whom it harmed, how like the rerun is."""

from collections.abc import Iterable, Sequence

from upgrader.model.cause import Breach, Cause, CauseName, Likelihood, Mark
from upgrader.model.night import Ending, Life
from upgrader.model.postmortem import LeftOver, Postmortem, Reenactment, TodaysChecks
from upgrader.model.words import first_of
from upgrader.views.escape import html
from upgrader.views.postmortem.instants import Instants, about
from upgrader.views.postmortem.sourcing import PLAUSIBLE, SURE, TONES, Citing, plausible
from upgrader.views.postmortem.surety import Stamps
from upgrader.views.postmortem.titles import begun, title_of, unexplained, unsettled
from upgrader.views.web.parts import Cell, folded, prose, table

FIRST = 12
"""Rows that are shown at once; the others unfold."""
LISTED = 500
"""Rows in the page; the JSON beside it has them all."""

_HARMLESS = frozenset({CauseName.SLEEPING_CLIENTS})
"""Causes that say that nothing befell their people."""

_ENDINGS = {
    Ending.CUT: "bad",
    Ending.MOVED: "care",
    Ending.UNKNOWN: "unknown",
    Ending.CLEAN: "",
    Ending.OPEN: "good",
}


def root(postmortem: Postmortem, cite: Citing, *, is_harmless: bool) -> str:
    """The likeliest cause with its evidence; what else is likely with it.

    What it is, is not told again where the verdict above says it.
    """
    found = _found(postmortem.causes, is_harmless=is_harmless)
    if is_harmless and not found:
        return f"<p>{html(unexplained(postmortem))}</p>"
    if not found:
        return "<p>None of the causes that are known here fits what the records show.</p>"
    told = [found[0], *(c for c in found[1:] if _as_likely(c, found[0]))]
    return "".join(_cause(cause, postmortem.verdict, cite) for cause in told)


def _as_likely(cause: Cause, first: Cause) -> bool:
    return cause.likelihood is first.likelihood


def _found(causes: Sequence[Cause], *, is_harmless: bool) -> list[Cause]:
    """The causes that may be the root; of a harmless night only what is sure."""
    return [c for c in plausible(causes) if not is_harmless or c.likelihood in SURE]


def others(causes: Sequence[Cause], cite: Citing, *, is_harmless: bool) -> str:
    """All that were weighed beside the root cause, with what spoke for and against each."""
    found = _found(causes, is_harmless=is_harmless)
    rest = [c for c in causes if not found or not (c in found and _as_likely(c, found[0]))]
    grave = [c for c in rest if c.likelihood in PLAUSIBLE or c.likelihood is Likelihood.UNKNOWN]
    slight = [c for c in rest if c not in grave]
    more = _weighed(slight, cite, "Causes that the records speak against")
    return _weighed(grave, cite, "Other causes considered") + folded(
        f"{len(slight)} that the records speak against", more
    )


def _weighed(causes: Sequence[Cause], cite: Citing, name: str) -> str:
    rows = (
        (
            Cell(title_of(c), more=c.name.value),
            Cell(c.likelihood.value, TONES[c.likelihood], key=str(place)),
            _in_a_cell(_told(mark, cite) for mark in c.speaks_for),
            _in_a_cell(_told(mark, cite) for mark in c.speaks_against),
            _in_a_cell(unsettled(c)),
        )
        for place, c in enumerate(causes)
    )
    heads = ("cause", "likelihood", "for", "against", "settled by")
    return table(heads, rows, name=name)


def _in_a_cell(told: Iterable[str]) -> str:
    """A cell has no spans of code."""
    return "; ".join(told).replace("`", "")


def _cause(cause: Cause, verdict: str, cite: Citing) -> str:
    says = "" if cause.says in verdict else f"<p>{html(cause.says)}</p>"
    is_harm = cause.people and cause.likelihood in SURE and cause.name not in _HARMLESS
    people = f"<p>It harmed {html(first_of(cause.people, FIRST))}.</p>" if is_harm else ""
    return (
        f'<article class="{html(cause.likelihood.value)}"><h3>{html(begun(title_of(cause)))} '
        f"<small>{html(cause.name.value)} · {html(cause.likelihood.value)}</small></h3>{says}"
        f"{_marks('For it', cause.speaks_for, cite)}"
        f"{_marks('Against it', cause.speaks_against, cite)}"
        f"{_settled(unsettled(cause))}{people}</article>"
    )


def _marks(title: str, marks: Sequence[Mark], cite: Citing) -> str:
    if not marks:
        return ""
    shown = "".join(
        f"<li>{prose(mark.text)}{_where(cite.told(mark.places, 4))}</li>" for mark in marks
    )
    return f'<p><b>{title}</b></p><ul class="marks">{shown}</ul>'


def _where(places: str) -> str:
    return f" <small>{html(places)}</small>" if places else ""


def _settled(lines: Sequence[str]) -> str:
    shown = "".join(f"<li>{prose(line)}</li>" for line in lines)
    return f'<p><b>What would settle it</b></p><ul class="marks">{shown}</ul>' if shown else ""


def _told(mark: Mark, cite: Citing) -> str:
    where = cite.told(mark.places)
    return f"{mark.text} ({where})" if where else mark.text


# ── what was not as it should be ───────────────────────────────────────────────────────


def breaches(found: Sequence[Breach], when: Instants, cite: Citing) -> str:
    """The deviations, numbered as the picture numbers them."""
    rows = (
        (
            str(number),
            Cell(when.told(breach.at), key=str(breach.at or 0)),
            Cell(breach.name, "bad" if breach.invariant else "care"),
            "an invariant" if breach.invariant else "the procedure",
            breach.says,
            cite.told(breach.places),
        )
        for number, breach in enumerate(found[:LISTED], start=1)
    )
    heads = ("number", "at", "deviation", "breaks", "what was done, what was expected", "source")
    hidden = len(found) - LISTED
    rest = f"<p>… and {hidden:,} more in postmortem.json.</p>" if hidden > 0 else ""
    return (table(heads, rows, name="Deviations") or "<p>None was seen.</p>") + rest


def checks(told: TodaysChecks, when: Instants) -> str:
    """Which of today's checks would have stopped it."""
    rows = (
        (
            Cell(when.told(stop.at), key=str(stop.at)),
            stop.rule,
            stop.severity,
            stop.before,
            stop.evidence,
        )
        for stop in told.stops
    )
    heads = ("at", "check", "severity", "would not have been typed", "evidence")
    return f"<p>{prose(told.answer)}</p>{table(heads, rows, name='Checks that would stop it')}"


# ── people ─────────────────────────────────────────────────────────────────────────────


def people(lives: Sequence[Life], when: Instants, cite: Citing, stamps: Stamps) -> str:
    """The sessions, those that were cut first."""
    order = list(_ENDINGS)
    worst = sorted(range(len(lives)), key=lambda place: (order.index(lives[place].ending), place))
    shown = [lives[place] for place in worst[:LISTED]]
    hidden = len(lives) - len(shown)
    rest = f"<p>… and {hidden:,} more in postmortem.json.</p>" if hidden else ""
    more = _lives(shown[FIRST:], when, cite, stamps, "Further sessions")
    first = _lives(shown[:FIRST], when, cite, stamps, "Sessions, worst first")
    return first + folded(f"{len(shown) - FIRST} more", more) + rest


def _lives(lives: Sequence[Life], when: Instants, cite: Citing, stamps: Stamps, name: str) -> str:
    heads = ("user", "address", "from", "began", "ended", "ending", "reason", "again", "source")
    rows = (
        (
            life.user,
            life.address or "",
            life.public,
            _at(life.began, when, is_exact=stamps.knows_life(life)),
            _at(life.ended, when, is_exact=stamps.knows_life(life)),
            Cell(life.ending.value, _ENDINGS[life.ending]),
            life.reason,
            _at(life.again, when, is_exact=stamps.knows_life(life)),
            cite.told(life.places, 1),
        )
        for life in lives
    )
    return table(heads, rows, name=name)


def _at(at: int | None, when: Instants, *, is_exact: bool = True) -> Cell:
    if at is None:
        return Cell("")
    return Cell(about(when.told(at), is_exact=is_exact), key=str(at))


def left_over(left: Sequence[LeftOver], when: Instants, cite: Citing) -> str:
    """Orphaned rows and leaked addresses."""
    rows = [
        (
            one.kind,
            one.unit or "",
            "" if one.index is None else str(one.index),
            one.user,
            one.address or "",
            _at(one.since, when),
            Cell("seen", "bad") if one.sure else Cell("concluded", "care"),
            ", ".join(map(cite.spelt, one.places[:2])),
        )
        for one in left[:LISTED]
    ]
    heads = ("what", "unit", "index", "user", "address", "since", "how sure", "source")
    more = table(heads, rows[FIRST:], name="Further left over")
    hidden = len(left) - len(rows)
    rest = f"<p>… and {hidden:,} more in postmortem.json.</p>" if hidden else ""
    first = table(heads, rows[:FIRST], name="Left over")
    return first + folded(f"{len(rows) - FIRST} more", more) + rest


# ── again ──────────────────────────────────────────────────────────────────────────────


def reenactment(played: Reenactment | None) -> str:
    """How much of the night came again in the emulator."""
    if played is None:
        return ""
    word = "All" if played.same == played.of else f"{played.same:,}"
    told = (
        f"{word} of {played.of:,} events came again in the emulator, in the same order. There "
        f"{played.lost:,} sessions are lost, {played.orphaned:,} rows orphaned and "
        f"{played.leaked:,} addresses leaked."
    )
    unlike = table(
        ("not as it was", "why"), ((u.says, u.why) for u in played.unlike), name="Not as it was"
    )
    assumed = "".join(f"<li>{html(line)}</li>" for line in played.assumed)
    more = f"<p>What had to be assumed:</p><ul>{assumed}</ul>" if assumed else ""
    return f"<p>{html(told)}</p>{unlike}{more}"
