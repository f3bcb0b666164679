"""A world is armed before a run: taped, and guarded by what its plan may be about."""

from dataclasses import dataclass

from upgrader.access.guard.guarded import Charter, GuardedWorld
from upgrader.access.guard.read_only import ReadOnlyWorld
from upgrader.access.tape.earlier import EarlierWorld
from upgrader.access.tape.recorded import RecordedWorld
from upgrader.access.tape.redaction import Redactor
from upgrader.access.tape.taped import TapedWorld
from upgrader.access.tape.transcript import Transcripts
from upgrader.journal.entry import Body, Recollection
from upgrader.journal.scenes import scenes_of
from upgrader.journal.store import JournalFile, RunFolder
from upgrader.journal.tape import part_of, sittings, until_told_to_stop
from upgrader.model.plan import Plan, Purpose
from upgrader.ports import Seats, World


def only_looking(world: World) -> World:
    """The world, for the look before anything is done to it: nothing can be changed through it."""
    return ReadOnlyWorld(world)


def guarded(world: World, plan: Plan) -> GuardedWorld:
    """The world, with a guard that lets nothing pass but what such a plan may be about."""
    return GuardedWorld(world, _charter(plan))


def taped(world: World, journal: JournalFile, folder: RunFolder) -> tuple[TapedWorld, str]:
    """The world with the tape running, and the tag of the key that hides its secrets."""
    redactor = Redactor(folder.redaction_key())
    transcripts = Transcripts(folder.transcripts, folder.disk)
    return TapedWorld(world, journal, redactor, transcripts), redactor.tag


def recorded(plan: Plan, night: Recollection, sitting: int) -> GuardedWorld:
    """The world of a process of that night, made of its tape; guarded as it was then."""
    return guarded(RecordedWorld(night, Seats(*plan.seats), sitting), plan)


@dataclass(frozen=True, slots=True)
class PlayedEarlier:
    """A process of an earlier release, to be conducted again look by look."""

    world: GuardedWorld
    tape: EarlierWorld

    def wrote(self, body: Body) -> None:
        """Turn to the next scene; raises as `EarlierWorld.wrote`."""
        self.tape.wrote(body)


def recorded_earlier(plan: Plan, night: Recollection, sitting: int) -> PlayedEarlier:
    """As `recorded`, for a process of an earlier release."""
    entries = night.entries()
    sat = sittings(entries)[sitting]
    part = until_told_to_stop(part_of(entries, sat))
    tape = EarlierWorld(scenes_of(part), sat.starts_at, Seats(*plan.seats), night.blob)
    return PlayedEarlier(guarded(tape, plan), tape)


def _charter(plan: Plan) -> Charter:
    match plan.purpose:
        case Purpose.UPGRADE | Purpose.ROLLBACK:
            return Charter(
                plan.serials,
                plan.target.version,
                may_drain=plan.logs_off,
                may_hold=tuple(one.policy for one in plan.held_policies),
            )
        case Purpose.CLEANUP:
            return Charter(plan.serials, None, may_log_off=True)
