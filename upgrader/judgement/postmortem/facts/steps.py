"""The steps of a night as they were typed: what came before what, and what was seen meanwhile."""

from dataclasses import dataclass
from functools import cached_property

from upgrader.dialect.commands import RELOAD_STANDBY
from upgrader.judgement.postmortem.facts.tables import Tables
from upgrader.judgement.postmortem.facts.told import Told, spoken
from upgrader.model.evidence import Screen, SourceKind, What
from upgrader.model.failover import JOINING, UNHEARD, Host, Role
from upgrader.model.night import Absence, Event, Leaving

RELOADS = ("reload", RELOAD_STANDBY)
SWITCHES = ("no failover active", "failover active")
SAVES = ("write memory", "copy running-config startup-config", "copy run start")
_NO_RELOAD = ("reload cancel", "reload at", "reload in")
_LOOKS = ("show failover", "show vpn-sessiondb", "show conn", "show version")
_CONFIGURES = (
    *("boot system", "no boot system", "asdm image", "anyconnect image", "no anyconnect image"),
    *("anyconnect profiles", "svc image", "access-list ", "no access-list", "object", "nat ("),
    *("no nat", "ip local pool", "no ip local pool", "group-policy", "tunnel-group", "crypto "),
    *("no crypto", "username ", "interface ", "route ", "no route", "aaa", "no aaa", "webvpn"),
    *("failover key", "no failover key", "failover link", "logging ", "no logging", "ssl "),
)

_HARMLESS = (
    *("show", "exit", "end", "write", "copy", "ping", "verify", "dir", "no failover", "failover"),
    *("crypto ca export", "configure terminal", "conf t", "terminal", "reload", "logging savelog"),
)


@dataclass(frozen=True)
class Steps:
    """The typed lines of a night, in their order; no slots, for what is found is kept."""

    tables: Tables

    @property
    def told(self) -> Told:
        """The night."""
        return self.tables.told

    # ── what may be believed of what is missing ────────────────────────────────────────

    @cached_property
    def sees_everything(self) -> bool:
        """Whether every typed line would be seen: in a transcript, or a run of ours."""
        kinds = {source.kind for source in self.told.night.sources}
        return bool(kinds & {SourceKind.TRANSCRIPT, SourceKind.RUN})

    def saw_typed(self, event: Event) -> bool:
        """Whether the terminal at which it was typed is given: what was before it is known, too.

        A message of a log that a terminal shows later on is no sight of it.
        """
        is_typed = event.number is None or "kind" in event.fields
        return self.sees_everything and is_typed

    def is_known_before(self, event: Event) -> bool:
        """Whether lines that were typed before it would be there.

        A unit's own buffer, which a terminal shows later on, begins anew with each boot.
        """
        files = {
            source.name for source in self.told.night.sources if source.kind is SourceKind.SYSLOG
        }
        return self.saw_typed(event) or any(place.file in files for place in event.places)

    @cached_property
    def sees_commands(self) -> bool:
        """Whether lines that change something would be seen."""
        return self.sees_everything or self.told.writes(111_008, 111_010)

    @cached_property
    def has_people(self) -> bool:
        """Whether anybody had a session."""
        return bool(self.told.night.lives) or any(k.rows for k in self.tables.listings)

    # ── order ──────────────────────────────────────────────────────────────────────────

    @cached_property
    def _number(self) -> dict[int, int]:
        return {id(event): number for number, event in enumerate(self.told.night.events)}

    def is_before(self, one: Event, other: Event) -> bool:
        """Whether it stands before the other in the night."""
        return self._number[id(one)] < self._number[id(other)]

    # ── the lines ──────────────────────────────────────────────────────────────────────

    @cached_property
    def acts(self) -> tuple[Event, ...]:
        """Reloads and switchovers that were typed, in order; each once."""
        found: list[Event] = []
        for event in self.told.typed(*RELOADS, *SWITCHES):
            if spoken(event).startswith(_NO_RELOAD):
                continue
            # One line may be written by a terminal and by two messages.
            if found and spoken(found[-1]) == spoken(event) and _are_near(found[-1], event):
                continue
            found.append(event)
        return tuple(found)

    @property
    def first_act(self) -> Event | None:
        """The first of them."""
        return self.acts[0] if self.acts else None

    @property
    def last_act(self) -> Event | None:
        """The last of them."""
        return self.acts[-1] if self.acts else None

    def is_reload(self, event: Event) -> bool:
        """Whether it orders a reload."""
        return spoken(event).startswith(RELOADS)

    def is_switch(self, event: Event) -> bool:
        """Whether it moves the roles."""
        return spoken(event).startswith(SWITCHES)

    @cached_property
    def boot_lines(self) -> tuple[Event, ...]:
        """What changed the boot order."""
        return self.told.typed("boot system", "no boot system")

    @cached_property
    def saves(self) -> tuple[Event, ...]:
        """What saved the configuration."""
        kept = {id(event) for event in (*self.told.typed(*SAVES), *self.told.of(What.SAVED))}
        return tuple(e for e in self.told.night.events if id(e) in kept)

    def saved_between(self, one: Event, other: Event) -> bool:
        """Whether it was saved between two lines."""
        return any(self.is_before(one, s) and self.is_before(s, other) for s in self.saves)

    def until(self, act: Event) -> tuple[str, ...]:
        """What was typed before an act, and shown."""
        lines = [spoken(e) for e in self.told.of(What.COMMAND) if self.is_before(e, act)]
        shown = [screen.command for screen in self.told.night.screens if is_earlier(screen, act)]
        return (*lines, *shown)

    def looked_between(self, one: Event, other: Event) -> bool:
        """Whether anybody looked between two acts."""
        typed = any(
            self.is_before(one, e) and self.is_before(e, other) for e in self.told.typed(*_LOOKS)
        )
        return typed or any(
            screen.command.startswith(_LOOKS)
            and is_earlier(screen, other)
            and not is_earlier(screen, one)
            for screen in self.told.night.screens
        )

    def mate_unready_at(self, act: Event) -> tuple[Screen, Host] | None:
        """The last `show failover` above an unstamped line, if its mate was not ready there.

        Of a stamped line the messages of a log tell better. None: it was, or is not known.
        """
        if act.at is not None:
            return None
        above = [
            (screen, failover.other_host)
            for screen, failover in self.tables.failovers
            if _is_above(screen, act)
        ]
        last = max(above, key=lambda one: one[0].place.line, default=None)
        if last is None:
            return None
        screen, mate = last
        return (screen, mate) if mate is not None and mate.state in UNHEARD | JOINING else None

    def during_the_work(self, beginnings: tuple[str, ...]) -> tuple[Event, ...]:
        """Lines that begin so, and were typed before the last act; none without an act."""
        last = self.last_act
        if last is None:
            return ()
        return tuple(e for e in self.told.typed(*beginnings) if self.is_before(e, last))

    def is_for_the_mate(self, event: Event) -> bool:
        """Whether it was typed for the other unit alone."""
        line = (event.fields.get("command") or event.text).casefold()
        return bool(event.fields.get("whom")) or "failover exec" in line

    @cached_property
    def configuring(self) -> tuple[Event, ...]:
        """Lines that change the configuration."""
        typed = (*self.told.typed(*_CONFIGURES), *self.told.of(What.COMMAND))
        kept = {
            id(e)
            for e in typed
            if not spoken(e).startswith(_HARMLESS)
            and (spoken(e).startswith(_CONFIGURES) or "config" in e.fields.get("mode", ""))
        }
        return tuple(e for e in self.told.night.events if id(e) in kept)

    def standby_that_typed(self, event: Event) -> Role | None:
        """The unit on which it was typed, if that was a standby then; None: not, or not known."""
        # A message does not say who wrote it, and a configuration line is replicated.
        if event.unit is None or event.inferred or event.at is None or event.number is not None:
            return None
        active = self.told.night.active_at(event.at)
        return event.unit if active is event.unit.other else None

    # ── releases ───────────────────────────────────────────────────────────────────────

    @cached_property
    def changes_release(self) -> bool:
        """Whether the night was to change the release: several are seen, or files are named."""
        return bool(self.boot_lines or len(self.releases) > 1)

    @cached_property
    def releases(self) -> frozenset[str]:
        """Every release that a unit is seen to run."""
        units = {
            version
            for unit in self.told.night.units
            for version in (unit.version_first, unit.version_last)
        }
        legs = {v for a in self.told.absences for v in (a.version_before, a.version_after)}
        return frozenset(v for v in units | legs if v is not None)

    def came_back_old(self, absence: Absence) -> bool:
        """Whether a reload was to bring a new release, and did not."""
        return bool(self.boot_lines) and self.told.came_back_old(absence)

    def in_mixed_releases(self, event: Event) -> bool:
        """Whether the units ran different releases then."""
        at = event.at
        if at is None or not self.boot_lines:
            return False
        done = {
            a.unit
            for a in self.told.absences
            if a.back is not None and a.back <= at and a.version_before != a.version_after
            if a.version_before is not None and a.version_after is not None
        }
        one, other = (self._running(unit, at) for unit in Role)
        return len(done) == 1 and (one is None or one != other)

    def _running(self, unit: Role, at: int) -> str | None:
        """The release that a unit ran then; None: nothing tells, or it was away."""
        mine = [a for a in self.told.absences if a.unit is unit]
        before = [a for a in mine if a.left <= at]
        if before:
            back = before[-1].back
            return before[-1].version_after if back is not None and back <= at else None
        return mine[0].version_before if mine else self.told.night.unit(unit).version_first

    def releases_at_the_end(self) -> tuple[str, object] | None:
        """What both units run at the end, if it differs and is known of both."""
        primary, secondary = self.told.night.units
        one, other = primary.version_last, secondary.version_last
        back = all(a.back is not None for a in self.told.absences)
        if one is None or other is None or one == other or not back:
            return None
        units = {a.unit for a in self.told.absences if a.why is Leaving.ORDERED}
        if len(units) < 2 and not self.boot_lines:
            return None
        # Where the records end before the other unit's turn, they end in the middle.
        if len(units) < 2 and not self.is_left_so:
            return None
        shown = tuple(screen for screen, _ in self.tables.versions[-2:])
        said = self.told.of(What.RUNS, What.VERSIONS_DIFFER)[-2:]
        return f"the Primary runs {one} and the Secondary {other}", (shown, said)

    @property
    def is_left_so(self) -> bool:
        """Whether whoever worked was done: something was saved after the last act."""
        last = self.last_act
        return last is not None and any(self.is_before(last, save) for save in self.saves)

    def failover_off_at(self, at: int) -> bool:
        """Whether failover had been turned off by hand, and not on again."""
        state = False
        for event in self.told.of(What.COMMAND, What.FAILOVER_ON):
            if event.at is None or event.at > at:
                continue
            line = spoken(event)
            if event.what is What.FAILOVER_ON or line == "failover":
                state = False
            elif line == "no failover":
                state = True
        return state


def _are_near(one: Event, other: Event) -> bool:
    if one.at is None or other.at is None:
        return False
    return other.at - one.at <= 3_000 and not set(one.places) & set(other.places)


def is_earlier(screen: Screen, event: Event) -> bool:
    """Whether the screen was shown before that: by clock, by when it was taken, or by its line."""
    if screen.at is not None and event.at is not None:
        return screen.at <= event.at
    if screen.moment:
        return screen.moment == "before"
    return _is_above(screen, event)


def _is_above(screen: Screen, event: Event) -> bool:
    """Whether the screen stands above a line that tells of it, in the same file."""
    return any(
        place.file == screen.place.file and screen.place.line < place.line for place in event.places
    )
