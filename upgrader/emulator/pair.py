"""An emulated Active/Standby pair, without input or output of its own: time is an argument."""

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, replace

from upgrader.emulator import population, save, timers, witness
from upgrader.emulator.admission import doors
from upgrader.emulator.machine import chassis, files
from upgrader.emulator.pairing import failover, health, joining
from upgrader.emulator.scenario import Scenario
from upgrader.emulator.sessions import copies, habits, logins, pools, vpn
from upgrader.emulator.sessions.ground import Ground, ground_of
from upgrader.emulator.shell import shell
from upgrader.emulator.state import File, Timer
from upgrader.emulator.syslog import log
from upgrader.emulator.tables import Pair
from upgrader.emulator.talk import Answer, Conversation
from upgrader.emulator.traffic import connections

_HAPPENINGS: Mapping[str, Callable[[Pair, Timer], None]] = {
    "reload": lambda pair, t: chassis.reloads_on_time(pair, t.unit),
    "dark": lambda pair, t: chassis.goes_dark(pair, t.unit),
    "written": lambda pair, t: files.grow(pair, t.unit),
    "booted": lambda pair, t: chassis.boots(pair, t.unit),
    "negotiated": lambda pair, t: failover.negotiates(pair, t.unit),
    "join": lambda pair, t: joining.step(pair, t.unit, t.argument),
    "hold": lambda pair, t: failover.holds_out(pair, t.unit),
    "interfaces": lambda pair, _: health.looks(pair),
    "alone": lambda pair, t: failover.stays_alone(pair, t.unit),
    "silence": lambda pair, t: failover.stays_silent(pair, t.unit),
    "monitored": lambda pair, _: joining.monitors(pair),
    "vacancy": lambda pair, t: failover.fills_vacancy(pair, t.unit),
    "give-up": lambda pair, t: failover.gives_up(pair, t.unit),
    "take-over": lambda pair, t: failover.takes_over(pair, t.unit),
    "connections-regrown": lambda pair, t: connections.regrow(pair, t.unit),
}
"""What happens to the units by itself."""

_BEFALLS: Mapping[str, Callable[[Pair, Timer, Ground], None]] = {
    "login": lambda pair, t, ground: logins.logs_in(pair, t.argument, ground),
    "wakes": lambda pair, t, ground: vpn.wakes(pair, t.argument, ground),
    "idle": vpn.idle_out,
    "session-over": vpn.session_out,
    "address-freed": lambda pair, t, _: pools.end_hold(pair, t.unit, t.argument),
    "somebody-wakes": habits.happens,
    "somebody-sleeps": habits.happens,
    "somebody-logs-in": habits.happens,
    "somebody-logs-off": habits.happens,
}
"""What befalls people: after it nothing flows between the units that did not flow before."""


@dataclass(slots=True)
class EmulatedPair(Pair):
    """Two units as seen from outside: consoles, lines, answers, and the passing of time."""

    @classmethod
    def from_scenario(cls, scenario: Scenario) -> "EmulatedPair":
        """The pair as its scenario finds it.

        Raises:
            ConfigFault: a configuration breaks the rules for setting failover up.
        """
        pair = cls(scenario, now=0, units=[])
        population.found(pair)
        return pair

    def open(self, seat: str) -> Conversation | None:
        """Open a console at `active` or `standby`, in privileged EXEC; None: nobody answers."""
        u = self.owner_of(seat)
        if u is None:
            return None
        self.opened += 1
        conversation = Conversation(self.opened, u, seat, "enable")
        self.conversations[self.opened] = conversation
        return conversation

    def authenticate(self, seat: str, user: str, password: str) -> bool:
        """Whether the unit at that seat lets the user in. Changes nothing."""
        return doors.authenticate(self, seat, user, password)

    def keys_of(self, seat: str, user: str) -> tuple[str, ...]:
        """The user's public keys as OpenSSH writes them; hashed ones: `knows_key`."""
        return doors.keys_of(self, seat, user)

    def knows_key(self, seat: str, user: str, blob: bytes) -> bool:
        """Whether that public key, in SSH's wire form, is one of the user's."""
        return doors.knows_key(self, seat, user, blob)

    def turn_away(self, seat: str, user: str, source: str) -> None:
        """Somebody gave a wrong password: it is counted and logged."""
        doors.turn_away(self, seat, user, source)

    def sessions_full(self, seat: str) -> bool:
        """Whether the unit at that seat takes no further SSH session."""
        return doors.sessions_full(self, seat)

    def log_in(self, seat: str, user: str, source: str) -> Conversation | None:
        """Open a session of a user over SSH; None: nobody answers, or no session is left."""
        return doors.log_in(self, seat, user, source)

    def may_copy(self, seat: str) -> bool:
        """Whether files may be copied by SCP at that seat."""
        return doors.may_copy(self, seat)

    def arrive(self, u: int, path: str, file: File) -> str | None:
        """A file has arrived by SCP; why it is not kept, or None."""
        return doors.arrive(self, u, path, file)

    def fetch(self, u: int, path: str) -> File | None:
        """The file that unit u would hand out by SCP; None: there is none."""
        return doors.fetch(self, u, path)

    def receive(self, number: int, line: str) -> Answer:
        """A line arrives in a conversation."""
        conversation = self.conversations.get(number)
        if conversation is None or not self.answers(conversation.unit):
            self.conversations.pop(number, None)
            return Answer("", "", self.now, dropped=True)
        if self.resumed < len(self.resumes):
            log.settle(self)
        for u, unit in enumerate(self.units):
            if unit.writing:
                files.grow(self, u)
        self.typing = number
        try:
            if conversation.dialogue is None and witness.is_taken_for_a_look(line):
                return shell.answer(self, conversation, line)
            # An answer to a question is no line of its own: what was asked tells what it does.
            typed = line if conversation.dialogue is None else ""
            before = witness.sight_of(self, typed)
            answer = shell.answer(self, conversation, line)
            self.changes += witness.sight_of(self, typed) != before
            return answer
        finally:
            self.typing = None

    def hang_up(self, number: int) -> None:
        """The conversation is closed from outside."""
        doors.leave(self, number)

    def next_timer(self) -> int | None:
        """When the next thing happens by itself; None: nothing will."""
        ats = (timers.next_at(self), log.settles_at(self))
        return min((at for at in ats if at is not None), default=None)

    def advance(self, to: int) -> None:
        """Let time pass, and all happen that is due."""
        ground: Ground | None = None
        for timer in timers.due(self, to):
            self.now = timer.at
            if self.resumed < len(self.resumes):
                self._read_along()
            befalls = _BEFALLS.get(timer.event)
            if befalls is not None:
                if ground is None:
                    ground = ground_of(self)
                befalls(self, timer, ground)
                continue
            _HAPPENINGS[timer.event](self, timer)
            copies.catch_up(self)
            ground = None
        self.now = max(self.now, to)
        self._read_along()

    def _read_along(self) -> None:
        at = log.settles_at(self)
        if at is not None and at <= self.now:
            log.settle(self)

    def fork(self) -> "EmulatedPair":
        """A twin that goes its own way. Containers are copied; the rows in them are shared."""
        twin = copy(self)
        twin.units = [copy(unit) for unit in self.units]
        for unit in twin.units:
            unit.flash, unit.paths = unit.flash.copy(), unit.paths.copy()
            unit.tickets, unit.rows = unit.tickets.copy(), unit.rows.copy()
            unit.leases = {name: leases.copy() for name, leases in unit.leases.items()}
            unit.freed = {name: freed.copy() for name, freed in unit.freed.items()}
            unit.watches, unit.writing = unit.watches.copy(), unit.writing.copy()
            unit.log, unit.visits = unit.log.copy(), unit.visits.copy()
            if unit.sheet is not None:
                unit.sheet = replace(unit.sheet, notes=unit.sheet.notes.copy())
            unit.logged = unit.logged.copy()
            unit.floors, unit.connections = unit.floors.copy(), unit.connections.copy()
            unit.connected_since = unit.connected_since.copy()
            unit.counters, unit.cumulative = unit.counters.copy(), unit.cumulative.copy()
        twin.link = copy(self.link)
        twin.clients, twin.minds = self.clients.copy(), self.minds.copy()
        twin.called = None
        twin.ghosts = self.ghosts.copy()
        twin.logins, twin.endings = self.logins.copy(), self.endings.copy()
        twin.returns = self.returns.copy()
        twin.timers, twin.resumes = self.timers.copy(), self.resumes.copy()
        twin.later = {minute: together.copy() for minute, together in self.later.items()}
        twin.conversations = {
            n: replace(c, remote=c.remote.copy()) for n, c in self.conversations.items()
        }
        twin.outbox, twin.uploads = self.outbox.copy(), self.uploads.copy()
        return twin

    def save(self) -> bytes:
        """The whole pair."""
        return save.packed(self)

    @classmethod
    def load(cls, data: bytes) -> "EmulatedPair":
        """A saved pair.

        Raises:
            NotAPair: these are other bytes, or of another form.
        """
        return save.unpacked(data, cls)
