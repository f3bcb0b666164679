"""An open intent: was the line typed or not? The pair is asked, not the journal.

A reload or a switchover typed twice is the one mistake that a crash must never cause. So an
intent without receipt is settled by evidence before anything else is decided.
"""

from upgrader.judgement.moves import advice
from upgrader.judgement.moves.progress import SEEN_WELL, OpenIntent, Progress, has_rebooted
from upgrader.model.drain import HoldLogins, LogOffBatch, ReleaseLogins
from upgrader.model.law import Phase, Signal
from upgrader.model.move import Arrive, FoundDone, Halt, NeverArrived, Wait
from upgrader.model.names import Serial
from upgrader.model.outcome import ExitCode
from upgrader.model.plan import (
    Backup,
    EvictSession,
    FailBack,
    Harvest,
    ReloadStandby,
    SaveConfiguration,
    SetAsdm,
    SetBootOrder,
    SwitchOver,
)
from upgrader.model.unit import Snapshot

UNCHANGED_LOOKS = 3
UNCHANGED_MS = 60_000  # The emulated standby goes dark some seconds late; a real one may, too.
GIVE_UP_MS = 600_000  # Our guess: by then a unit that was told to reload has long gone dark.


def settle(intent: OpenIntent, seen: Snapshot) -> FoundDone | NeverArrived | Wait | Halt:
    """What the evidence says of an intent without receipt."""
    match intent.step:
        case ReloadStandby(serial=serial, final=final):
            signal = Signal.FINAL_RELOAD_SENT if final else Signal.STANDBY_RELOAD_SENT
            why = _reloaded(intent, serial, seen)
            return FoundDone(signal, why) if why else _unchanged(intent, seen)
        case SwitchOver(to=to):
            return _switched(intent, seen, to, Signal.SWITCHOVER_SENT)
        case FailBack(to=to):
            return _switched(intent, seen, to, Signal.FAILBACK_SENT)
        case EvictSession():
            return NeverArrived("the row is read again before it is logged off")
        case LogOffBatch():
            return NeverArrived("each row is read again before it is logged off")
        case HoldLogins() | ReleaseLogins():
            return NeverArrived("typing it again converges: it says the same")
        case Backup() | SetBootOrder() | SetAsdm() | SaveConfiguration() | Harvest():
            return NeverArrived("typing it again converges: only what is missing is typed")


def follow(progress: Progress) -> Arrive | None:
    """The phase that a receipt leads to, where the process died before it was written down.

    None: the last receipt of this phase leads nowhere, or there is none.
    """
    if not progress.done_here:
        return None
    why = "its receipt was written; the process ended before the phase was"
    match progress.done_here[-1]:
        case ReloadStandby(final=final):
            return Arrive(Signal.FINAL_RELOAD_SENT if final else Signal.STANDBY_RELOAD_SENT, why)
        case SwitchOver():
            return Arrive(Signal.SWITCHOVER_SENT, why)
        case FailBack():
            return Arrive(Signal.FAILBACK_SENT, why)
        case SaveConfiguration():
            last = progress.phase in (Phase.BOTH_UPGRADED, Phase.BOTH_OLD)
            return Arrive(Signal.SAVED, why) if last else None
        case Backup() | SetBootOrder() | SetAsdm() | Harvest() | EvictSession():
            return None
        case HoldLogins() | LogOffBatch() | ReleaseLogins():
            return None


def _reloaded(intent: OpenIntent, serial: Serial, seen: Snapshot) -> str | None:
    unit = seen.unit(serial)
    if unit is None:
        silent = not any(dark.answered for dark in seen.dark)
        witness = seen.active
        told = None if witness is None else witness.peer_state.value
        if not silent or told is None or told in SEEN_WELL:
            return None
        return f"{serial} does not answer, and its mate sees it {told}: it is reloading"
    up = unit.version.uptime_seconds
    if has_rebooted(intent.uptime_of(serial), intent.at, up, seen.at):
        return f"{unit.name} has been up for {up} s only: it was reloaded"
    return None


def _switched(
    intent: OpenIntent, seen: Snapshot, to: Serial, signal: Signal
) -> FoundDone | NeverArrived | Wait | Halt:
    active = seen.active
    if active is not None and active.serial == to:
        return FoundDone(signal, f"{active.name} is active: the roles have moved")
    return _unchanged(intent, seen)


def _unchanged(intent: OpenIntent, seen: Snapshot) -> NeverArrived | Wait | Halt:
    since = intent.unchanged_since
    if (
        since is not None
        and intent.unchanged >= UNCHANGED_LOOKS
        and seen.at - since >= UNCHANGED_MS
    ):
        return NeverArrived(
            f"both units answer and are as before in {intent.unchanged} looks over "
            f"{(seen.at - since) // 1_000} s: the line never arrived"
        )
    if seen.at - intent.at >= GIVE_UP_MS and intent.unchanged == 0:
        return Halt(
            ExitCode.STOPPED,
            "whether the last line was carried out cannot be told from what the units say",
            advice.mend_and_go_on("on both units: show failover history", "show version"),
        )
    return Wait("an intent without receipt: looking whether the line was carried out")
