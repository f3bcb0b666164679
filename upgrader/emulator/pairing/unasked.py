"""What a unit prints on its consoles without being asked.

It stands before the reply to the next line, wherever a person would have found it. Box and
`Sending to mate`: real 9.2(2)4 → 9.5(2) transcript, 2016; the joiner's lines: a real 9.1(7)32
rejoin; `Switching to Standby`: a real 9.23(1) console. At a change of roles the addresses move:
only consoles at a chassis' own address live to print it.
"""

from upgrader.emulator.tables import Pair

_STARS = "************WARNING****WARNING****WARNING********************************"


def mate_differs(pair: Pair, u: int, how: str) -> None:
    """The mate's version is not `identical` with ours, or not `compatible` (box inferred)."""
    ours, theirs = pair.units[u].version, pair.units[1 - u].version
    sentence = f"   Mate version {theirs} is not {how} with ours {ours}"
    _print(pair, u, _STARS, sentence, _STARS)


def sync_begins(pair: Pair, active: int, joiner: int) -> None:
    """The configuration goes over to the mate."""
    _print(pair, active, "Beginning configuration replication: Sending to mate.")
    _print(pair, joiner, "Beginning configuration replication from mate.")


def sync_ends(pair: Pair, active: int, joiner: int) -> None:
    """The configuration has gone over."""
    _print(pair, active, "End Configuration Replication to mate")
    _print(pair, joiner, "End configuration replication from mate.")


def role_moves(pair: Pair, u: int, word: str) -> None:
    """The unit has become `Active` or `Standby`."""
    _print(pair, u, "", f"        Switching to {word}")


def mate_silent(pair: Pair, u: int) -> None:
    """The hold time has passed without a hello (as real consoles do; the wording is inferred)."""
    _print(pair, u, "", "        No Response from Mate")


def link_failed(pair: Pair, u: int) -> None:
    """The failover link has lost its cable (as real consoles do; the wording is inferred)."""
    _print(pair, u, "", "        Failover LAN Failed")


def detects_active(pair: Pair, u: int) -> None:
    """The unit has found its role (real 9.x console)."""
    _print(pair, u, "", "        Detected an Active mate")


def _print(pair: Pair, u: int, *lines: str) -> None:
    for conversation in pair.conversations.values():
        if conversation.unit == u:
            conversation.unasked += "".join(f"{line}\n" for line in lines)
