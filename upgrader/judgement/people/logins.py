"""What names a login on both units, how long it may sleep, and which of two is the newer."""

from upgrader.model.aftermath import OrphanedSession, Suspect
from upgrader.model.unit import Configuration
from upgrader.model.vpn import Session

DEFAULT_IDLE_MINUTES = 30  # `vpn-idle-timeout` of DfltGrpPolicy (domain practice, ASA 8.0 to 9.x).
DEFAULT_LOGINS = 3  # `vpn-simultaneous-logins` of DfltGrpPolicy.
DEFAULT_POLICY = "DfltGrpPolicy"

LoginKey = str


def login_key(row: Session | OrphanedSession | Suspect) -> LoginKey:
    """What names one login on both units, whatever its index.

    The audit id, which both units print alike; where a release prints none, user, address and
    login time. Never the index: the device uses it again.
    """
    return row.audit_id or f"{row.user} {row.login_time} {row.address}"


def idle_limit_seconds(configuration: Configuration | None, policy: str) -> int | None:
    """After how many seconds without a tunnel a row of that policy ends; None: never.

    A policy that sets nothing inherits from DfltGrpPolicy, whose default is 30 minutes.
    """
    if configuration is None:
        return DEFAULT_IDLE_MINUTES * 60
    limits = dict(configuration.idle_timeout_minutes)
    minutes = limits.get(policy, limits.get(DEFAULT_POLICY, DEFAULT_IDLE_MINUTES))
    return None if minutes is None else minutes * 60


def is_alone(configuration: Configuration | None, policy: str) -> bool:
    """Whether a user of that policy may have one login only: the next one removes the first.

    Source: vendor text on stale sessions; the default of DfltGrpPolicy is 3.
    """
    limits = {} if configuration is None else dict(configuration.simultaneous_logins)
    return limits.get(policy, limits.get(DEFAULT_POLICY, DEFAULT_LOGINS)) == 1


def _login_epoch(session: Session) -> int | None:
    """The login's seconds since 1970: the last eight digits of an audit id; None: unreadable.

    Source: seven real captures; the time equalled the printed login time in six.
    """
    if len(session.audit_id) != 24:
        return None
    try:
        return int(session.audit_id[16:], 16)
    except ValueError:
        return None


def is_newer(one: Session, other: Session) -> bool:
    """Whether `one` logged in after `other`; both rows stand on one unit, in one look.

    By the audit ids where both have one: a duration may restart at a role change.
    """
    first, second = _login_epoch(one), _login_epoch(other)
    if first is not None and second is not None:
        return first > second
    return one.duration_seconds < other.duration_seconds
