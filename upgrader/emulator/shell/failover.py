"""`failover …` typed in privileged EXEC: roles, reloads, and a line for the other unit."""

from upgrader.emulator.pairing import failover, health
from upgrader.emulator.screens.failover import holds_active
from upgrader.emulator.shell.talk import UNREACHABLE, Deed, Spoken, Talk


def _reload_standby(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    """Prints nothing on the active unit and returns at once; the mate goes dark later."""
    del arguments
    if not holds_active(talk.unit):
        # Synthetic text: what a standby answers is not known.
        return Spoken("ERROR: failover reload-standby is only available on the active unit\n")
    told = failover.reload_standby(talk.pair, talk.u)
    return Spoken("" if told else UNREACHABLE)


def _give_up_active(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    """The prompt comes back first; the roles move later (real ASAv 9.23(1) console)."""
    del arguments
    failover.give_up_active(talk.pair, talk.u)
    return Spoken("\n", _prompt_due(talk))


def _become_active(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    del arguments
    failover.become_active(talk.pair, talk.u)
    return Spoken("\n", _prompt_due(talk))


def _prompt_due(talk: Talk) -> int | None:
    """When the prompt comes: at once, or with the new role in it (`prompt_flip`)."""
    if talk.pair.scenario.ssh.prompt_flip == "later":
        return None
    return talk.pair.now + talk.pair.scenario.timings.switchover_ms


def _reset(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    """A failed unit is taken for well until it is found to fail again; prints nothing."""
    del arguments
    health.reset(talk.pair, talk.u)
    return Spoken("")


ROLES: tuple[tuple[str, Deed], ...] = (
    ("failover reload-standby", _reload_standby),
    ("failover active", _become_active),
    ("no failover active", _give_up_active),
    ("failover reset", _reset),
)
