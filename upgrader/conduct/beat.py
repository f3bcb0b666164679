"""The beat: look, judge, do; once. Thirty lines that carry out what `decide` returns.

The loop decides nothing, and `decide` does nothing. The journal knows before the device does: an
intent is durable before its first byte is sent, and the receipt follows the act. Whoever dies in
between leaves an open intent, which the next beat settles by looking at the pair.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from upgrader.conduct import hands, pacing, patience
from upgrader.conduct.digests import Digests, no_files
from upgrader.conduct.eyes import Eyes
from upgrader.conduct.manner import TODAY, Manner
from upgrader.conduct.wishes import Wishes
from upgrader.conduct.workflow import Workflow
from upgrader.journal.entry import (
    DARK,
    LET_IN,
    UNREAD,
    Arrived,
    Body,
    Halted,
    Intended,
    Journal,
    Judged,
    Looked,
    Moved,
    Receipt,
    UnitSeen,
)
from upgrader.judgement.aim import Aim, files_to_verify
from upgrader.judgement.check.backwards import examine_back
from upgrader.judgement.check.rule import Scene
from upgrader.judgement.check.rules import examine, findings_of
from upgrader.judgement.moves import advice
from upgrader.judgement.moves.decide import decide
from upgrader.judgement.moves.drain import open_again
from upgrader.judgement.moves.gates import Verdict
from upgrader.judgement.moves.progress import advance, fold
from upgrader.judgement.path.builtin import known_with
from upgrader.model.finding import Finding, Moment
from upgrader.model.law import Phase, Signal
from upgrader.model.move import Arrive, Do, FoundDone, Halt, Look, Move, NeverArrived, Wait
from upgrader.model.names import Digest, Instant
from upgrader.model.outcome import ExitCode
from upgrader.model.plan import (
    FailBack,
    Harvest,
    Plan,
    Purpose,
    ReloadStandby,
    Step,
    SwitchOver,
)
from upgrader.model.unit import Configuration, Dark, Depth, Flash, Snapshot, Unit, Verified
from upgrader.model.watch import Watcher
from upgrader.ports import LineFault, Refused, Unlawful, Unparsed, World

STILL_NOW_MS = 1_000
"""A younger look is still the pair as it is. A hello takes as long."""

FEWER_LOOKS_SINCE = 3
"""The first vocabulary that takes no look at once after a reload or a change of roles was ordered,
and none after what only reads."""

_OF_ROLES = ReloadStandby | SwitchOver | FailBack
"""Steps of which it must be known whether they were taken before anything else is typed."""


class Conductor:
    """One process's part of a run: beats until the end, or a halt."""

    def __init__(
        self,
        plan: Plan,
        aim: Aim,
        world: World,
        journal: Journal,
        watcher: Watcher,
        wishes: Wishes | None = None,
        manner: Manner = TODAY,
        verified: Sequence[Verified] = (),
    ) -> None:
        """`verified`: what was verified just before the run was begun."""
        self.plan = plan
        self.looks: list[Snapshot] = []
        """The full looks of this process."""
        self._aim = aim
        self._clock = world.clock
        self._eyes = Eyes(
            world.access,
            world.seats,
            world.clock,
            thrifty=manner.thrifty,
            digests=Digests(verified),
        )
        self._manner = manner
        self._journal = journal
        self._watcher = watcher
        self._wishes = wishes or Wishes()
        self._before: Snapshot | None = None
        self._why = ""
        self._seen: Snapshot | None = None
        """What the last move was decided on; None: something was typed since."""
        self.progress = fold(plan, journal.entries())
        self._workflow = Workflow(self.progress.phase)
        self._has_ordered = False
        """A reload, or a change of roles, was ordered this moment: nothing of it shows yet."""

    # ── memory ──────────────────────────────────────────────────────────────────────────

    def write(self, body: Body, *, durable: bool = False) -> None:
        """Journal an entry, and fold it."""
        now = self._clock.now()
        self._journal.append(body, at=now, durable=durable)
        self._watcher.clock(now)
        self.progress = advance(self.plan, self.progress, self._journal.entries()[-1])

    def remember(self, before: Snapshot) -> None:
        """Take the pair before the first act as the baseline that rules compare with."""
        self._before = before

    # ── looking ─────────────────────────────────────────────────────────────────────────

    def look(self, depth: Depth, moment: Moment | None = None) -> Snapshot:
        """Look at both units and write down what was seen."""
        self._watcher.looking(depth)
        wanted = no_files if moment is None else self._files
        seen = self._eyes.look(depth, wanted, is_steady=self._is_steady)
        blob: Digest | None = None
        if depth.is_full:
            blob = self._journal.keep_look(seen)
            self.looks.append(seen)
        active = seen.active
        self.write(
            Looked(
                depth,
                None if active is None else active.serial,
                (_sight(seen.primary), _sight(seen.secondary)),
                blob,
                seen.at,
            )
        )
        self._watcher.seen(seen)
        return seen

    @property
    def _is_steady(self) -> bool:
        """Whether neither a reload nor a change of roles is awaited, nor may have been ordered."""
        progress = self.progress
        if progress.open_intent is not None or progress.phase in pacing.ROLES_MOVE:
            return False
        return not progress.reloads or progress.reloads[-1].ready is not None

    def _files(self, running: Configuration | None, flash: Flash | None) -> tuple[str, ...]:
        return files_to_verify(running, flash, self._aim)

    def judge(self, seen: Snapshot, moment: Moment) -> tuple[Finding, ...]:
        """Ask the rules of that moment, and write down what they said."""
        plan = self.plan
        first, then = plan.first_active, plan.configurations
        scene = Scene(
            seen,
            self._aim,
            moment,
            self._before,
            first,
            then,
            plan.selection,
            known_with(plan.releases),
            plan.journey,
            plan.bound_for,
        )
        ask = examine_back if plan.purpose is Purpose.ROLLBACK else examine
        lines = ask(scene, plan.waivers)
        findings = self._manner.heeded(moment, findings_of(lines))
        bare = tuple([replace(line, findings=()) if line.findings else line for line in lines])
        self.write(Judged(moment, findings, bare))
        return findings

    # ── beating ─────────────────────────────────────────────────────────────────────────

    def run(self) -> Halt | None:
        """Beat until the law's end (None) or a halt."""
        try:
            while not self.progress.phase.is_end:
                if self._has_ordered:
                    self._has_ordered = False
                    self._let_it_begin()
                move = patience.beats(self._clock, self._deadline(), self._pause, self._beat)
                if move is None:
                    ended = patience.PATIENCE[self.progress.phase].when_it_ends
                    move = Arrive(Signal.PATIENCE_ENDED, ended)
                halt = self._carry(move)
                if halt is not None:
                    self._let_in()
                    self.write(_halted(halt), durable=True)
                    return halt
            return None
        finally:
            self._eyes.close()

    def _let_it_begin(self) -> None:
        """The pause after an order; none where a person wants to stop here."""
        if self._wishes.against_looking() is None:
            self._watcher.waiting("nothing shows yet of what was ordered", self._deadline())
            self._clock.sleep(self._pause())

    def _deadline(self) -> Instant | None:
        """When the law ends the waiting; in a late phase it has, and `decide` says how long on."""
        return None if self.progress.phase.is_late else self.progress.deadline

    def _beat(self) -> Move:
        why = self._wishes.against_looking()
        if why is not None:
            return Halt(ExitCode.STOPPED, why, advice.go_on(), wished=True)
        seen = self._glance()
        move = decide(self.plan, self.progress, seen, None)
        while isinstance(move, Look):
            self._say("look", move.why)
            seen = self.look(Depth.FULL if move.moment is None else Depth.WIDE, move.moment)
            findings = () if move.moment is None else self.judge(seen, move.moment)
            verdict = Verdict(move.moment, findings, self._before, self._clock.now())
            move = decide(self.plan, self.progress, seen, verdict)
        self._seen = seen
        if isinstance(move, Wait) and self.progress.phase is Phase.DRAINING:
            closed = self._wishes.hours.closed()
            if closed is not None:
                why = f"stopped while sessions were drained: {closed}"
                return Halt(ExitCode.STOPPED, why, advice.go_on(), wished=True)
        if isinstance(move, Wait):
            self._say("wait", move.why)
            self._watcher.waiting(move.why, self.progress.deadline)
        return move

    def _glance(self) -> Snapshot:
        """The pair as it is now: a look of this moment, and nothing typed since, needs no other."""
        seen = self._seen
        if seen is not None and self._clock.now() - seen.at < STILL_NOW_MS:
            return seen
        return self.look(Depth.GLANCE)

    def _say(self, kind: str, why: str) -> None:
        if why != self._why:
            self._why = why
            self.write(Moved(kind, why))

    def _pause(self) -> timedelta:
        return pacing.pause(self.progress, self._clock.now())

    # ── doing ───────────────────────────────────────────────────────────────────────────

    def _carry(self, move: Move) -> Halt | None:
        match move:
            case Do():
                return self._do(move)
            case Arrive(signal=signal, why=why):
                self._arrive(signal, why)
            case FoundDone(then=then, why=why):
                self._receive(Receipt("found-done", why), then)
            case NeverArrived(why=why):
                self._receive(Receipt("never-arrived", why), None)
            case Halt():
                return move
            case Wait() | Look():
                raise AssertionError("waits and looks end within the beat")
        return None

    def _do(self, move: Do) -> Halt | None:
        why = self._wishes.against(move.step)
        if why is not None:
            return Halt(ExitCode.STOPPED, why, advice.go_on(), wished=True)
        try:
            self._type(move)
        except LineFault:
            return None  # the intent stays open: the next beat looks what became of it
        except Unlawful as fault:
            if self.progress.open_intent is not None:
                self._receive(Receipt("never-arrived", str(fault)), None)
            return Halt(ExitCode.STOPPED, str(fault), advice.mend_and_go_on())
        except (Refused, Unparsed) as fault:
            return Halt(ExitCode.STOPPED, str(fault), advice.mend_and_go_on())
        return None

    def _type(self, move: Do) -> None:
        """Intend a step, type what is missing of it, and write down what came of it."""
        seen, self._seen = self._seen, None
        assert seen is not None, "a move is decided on a look"
        prepared = hands.prepare(move.step, seen, self._eyes)
        self._intend(seen, move.step, prepared.lines, move.why)
        self._watcher.acting(move.step, prepared.lines, prepared.where)
        came = hands.carry_out(prepared, self._eyes)
        outcome = "done" if prepared.lines else "found-done"
        why = (prepared.why or "") if not prepared.lines else came.reply.rpartition("\n")[2]
        self._receive(Receipt(outcome, why, came.spared), move.then)  # type: ignore[arg-type]
        if self.progress.vocabulary >= FEWER_LOOKS_SINCE:
            self._has_ordered = isinstance(move.step, _OF_ROLES)
            if isinstance(move.step, Harvest):
                self._seen = seen

    def _let_in(self) -> None:
        """Open logins that are held closed: whoever stops here may not come back for hours.

        Not while it is open whether a unit was told to reload, or the roles to move: that is
        settled first. Where it fails, what goes on from the halt says so.
        """
        progress = self.progress
        if progress.held is None:
            return
        intent = progress.open_intent
        if intent is not None and isinstance(intent.step, _OF_ROLES):
            return
        why = "the run stops: nobody is kept out meanwhile"
        self.write(Moved(LET_IN, why))
        if intent is not None:
            self._receive(Receipt("never-arrived", why), None)
        try:
            self._seen = self.look(Depth.GLANCE)
            move = open_again(self.progress, self._seen)
            if move is not None:
                self._type(move)
        except (LineFault, Unlawful, Refused, Unparsed):
            return

    def _intend(self, seen: Snapshot, step: Step, lines: tuple[str, ...], why: str) -> None:
        uptimes = tuple((unit.serial, unit.version.uptime_seconds) for unit in seen.units)
        active = None if seen.active is None else seen.active.serial
        self.write(Intended(step, lines, uptimes, active, why), durable=True)

    def _receive(self, receipt: Receipt, then: Signal | None) -> None:
        self.write(receipt, durable=True)
        self._watcher.acted(receipt.outcome, receipt.why)
        if then is not None:
            self._arrive(then, receipt.why or "the line was typed and answered")

    def _arrive(self, signal: Signal, why: str) -> None:
        phase = self._workflow.fire(signal)
        deadline = patience.deadline_of(phase, self._clock.now())
        self.write(Arrived(phase, signal, why, deadline), durable=True)
        self._watcher.phase(phase, why)


def _halted(halt: Halt) -> Halted:
    return Halted(halt.exit_code, halt.why, halt.next, wished=halt.wished)


def _sight(unit: Unit | Dark) -> UnitSeen:
    match unit:
        case Dark(role=role, serial=serial, answered=answered):
            state = UNREAD if answered else DARK
            return UnitSeen(role, serial, state, None, None, None, None, dark=True)
        case Unit():
            rows = unit.summary
            return UnitSeen(
                unit.role,
                unit.serial,
                unit.state.value,
                str(unit.running),
                unit.version.uptime_seconds,
                None if rows is None else rows.active,
                None if rows is None else rows.inactive,
                dark=False,
                peer=unit.peer_state.value,
            )
