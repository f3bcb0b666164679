"""Logins in a wave: people come anew who lost what they had before the records begin.

A log that begins in the middle of a day names few of those who have sessions. Whom a switchover
costs his session is then seen only as he logs in; and that many do at once.
"""

from upgrader.model.evidence import What
from upgrader.model.failover import Role
from upgrader.model.night import Life, Night, Switchover
from upgrader.model.vpn import Session

_MINUTE = 60_000
_WAVE_MS = 2 * _MINUTE  # People notice within a dead-peer detection, and type; our guess.
_WAVE_TIMES = 5  # A wave is so many times what is usual; our guess.

_REFUSED = frozenset(
    {
        *(What.IMAGE_REFUSED, What.AAA_REJECTED, What.AAA_DOWN, What.NO_ADDRESS),
        *(What.LIMIT_REFUSED, What.CLIENT_REFUSED),
    }
)


def wave(night: Night, switchover: Switchover, resumed: int) -> tuple[Life, ...]:
    """Logins right after a switchover, if they are a wave; without those who are known.

    `resumed`: how many came back with the session they had. Where a table of the unit that served
    before is there, everybody who had a session is known.
    """
    at = switchover.at
    if _is_listed(night, switchover.to.other):
        return ()
    came = [life for life in night.lives if life.began is not None]
    found = [life for life in came if at < (life.began or 0) <= at + _WAVE_MS]
    before = sum(1 for life in came if at - 10 * _WAVE_MS < (life.began or 0) <= at)
    spell = min(max(at - night.began, _MINUTE), 10 * _WAVE_MS)
    usual = before * _WAVE_MS / spell
    if len(found) < 2 or len(found) < _WAVE_TIMES * usual or 10 * len(found) < resumed:
        return ()
    known = {life.user for life in night.lives if (life.began or 0) < at}
    # Whoever was refused before had none.
    known |= {
        event.fields["user"]
        for event in night.events
        if event.what in _REFUSED and event.at is not None and event.at < at
        if "user" in event.fields
    }
    return tuple(life for life in found if life.user not in known)


def _is_listed(night: Night, unit: Role) -> bool:
    """Whether a table of that unit with people's tunnels was seen: it served then."""
    return any(
        isinstance(row, Session) and row.has_tunnel
        for screen in night.screens
        if screen.unit is unit and isinstance(screen.value, tuple)
        for row in screen.value
    )
