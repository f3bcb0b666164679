"""The night in a few lines: what was done, what became of the units, and what befell people.

The lines are told from what the night was understood to be (reloads, switchovers, sessions), and
not from single messages: one switchover is one line, however many messages and screens tell of
it. Only what has no such form (a refusal, a link, a typed line) stands for itself.
"""

from collections.abc import Iterator
from dataclasses import replace

from upgrader.model.evidence import Place, What
from upgrader.model.night import Kind, Night
from upgrader.model.postmortem import Postmortem
from upgrader.model.words import many
from upgrader.views.postmortem.doings import troubles, typed
from upgrader.views.postmortem.folding import Line, weightiest
from upgrader.views.postmortem.moves import edges, reloads, switches
from upgrader.views.postmortem.placed import Order, Told, line_of
from upgrader.views.postmortem.sourcing import harmed_from
from upgrader.views.postmortem.surety import Stamps
from upgrader.views.postmortem.waves import Wave, waves_of

LONGEST = 25
"""Lines of a story: beyond it nobody reads it standing."""
NOT_STAMPED = "A line without a time has no stamp: it stands where its order puts it."
"""What is said below a timeline that has such lines."""


def story(postmortem: Postmortem, most: int = LONGEST) -> list[Line]:
    """At most so many lines, in the order of the night: beginning, turns, harm, end."""
    night = postmortem.night
    if not night.events:
        return []
    order, stamps = Order(night), Stamps(night)
    told = [
        *edges(night),
        *typed(night, order),
        *reloads(night, order),
        *switches(night, order, stamps),
        *troubles(night, order),
        *_harm(postmortem),
        *_people(postmortem),
        *_seen_left(postmortem, order, stamps),
        *_gaps(night),
    ]
    told.sort(key=lambda one: one.key)
    weights = {id(one.line): one.weight for one in told}
    chosen = weightiest([one.line for one in told], most, lambda line: weights[id(line)])
    return [line for line in chosen if isinstance(line, Line)]


def _people(postmortem: Postmortem) -> Iterator[Told]:
    for wave in waves_of(postmortem):
        line = line_of(
            wave.began, wave.unit, Kind.SESSION, wave.what, wave.text, wave.places,
            until=wave.ended, count=wave.count,
        )  # fmt: skip
        yield Told(
            _weight(wave), (wave.began, len(postmortem.night.events)), replace(line, who=wave.who)
        )


def _weight(wave: Wave) -> int:
    return 0 if wave.is_harm else 2 if wave.count > 2 else 4


def _harm(postmortem: Postmortem) -> Iterator[Told]:
    """When the first was harmed, and when the last was served again."""
    impact, night = postmortem.impact, postmortem.night
    began, ended = harmed_from(postmortem), impact.harmed_until
    if began is None or not impact.users:
        return
    last = len(night.events)
    begins = line_of(began, None, Kind.OTHER, What.CLOSING, "harm begins")
    yield Told(0, (began, last), begins)
    if ended is None or not began < ended < night.ended:
        return
    ends = line_of(ended, None, Kind.OTHER, What.LOGGED_IN, "the last of them is served again")
    yield Told(0, (ended, last + 1), ends)


def _seen_left(postmortem: Postmortem, order: Order, stamps: Stamps) -> Iterator[Told]:
    """Where a screen shows what was left behind."""
    screens = {screen.place: screen.at for screen in postmortem.night.screens}
    for kind, word in (("orphaned-session", "orphaned row"), ("stuck-lease", "leaked address")):
        seen = [one for one in postmortem.left_over if one.kind == kind and one.sure]
        if not seen:
            continue
        places = [_place(spelt) for one in seen[:1] for spelt in one.places[-1:]]
        at = screens.get(places[0]) if places else None
        plural = f"{word}s" if word.endswith("w") else "leaked addresses"
        line = line_of(
            at if stamps.says_when(places) else None, None, Kind.LOOK, What.OPAQUE,
            f"a screen shows {many(len(seen), word, plural)}", places, count=len(seen),
        )  # fmt: skip
        yield Told(1, order.of(at, places), line)


def _place(spelt: str) -> Place:
    file, _, line = spelt.rpartition(":")
    return Place(file, int(line)) if line.isdecimal() else Place(spelt, 0)


def _gaps(night: Night) -> Iterator[Told]:
    """Where nobody was heard at all."""
    for gap in night.silences:
        if gap.unit is None:
            line = line_of(
                gap.began, None, Kind.GAP, What.LOG_LOST, f"nothing is known: {gap.why}",
                until=gap.ended,
            )  # fmt: skip
            yield Told(2, (gap.began, len(night.events)), line)
