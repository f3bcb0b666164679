"""A drain: how a person wants it, and the steps that it takes."""

from dataclasses import dataclass
from ipaddress import IPv4Address

from upgrader.model.names import Serial

HEEDED = "drained before the final reload"
"""How the reason begins with which a finding is heeded by a drain, and not waived."""


@dataclass(frozen=True, slots=True)
class Drain:
    """A third way with a mismatch: sessions end cleanly, and log in again, before they would die.

    Probable, not certain: under one reading of the incident new logins must stay closed, too.
    """

    below: int | None = None
    """Only wait until fewer than so many doomed sessions remain; None: log them off in batches."""
    batch: int = 20
    """How many sessions are logged off at a time."""
    hold_logins: bool = False
    """Keep new logins closed until the former active is back."""


# ── steps: each names the unit on which it is typed ─────────────────────────────────────


@dataclass(frozen=True, slots=True)
class LoginLimit:
    """How many logins at once a group policy grants a person, as it stood before the night."""

    policy: str
    """As the configuration spells it."""
    limit: int | None
    """Its own `vpn-simultaneous-logins`; None: it has none, and inherits."""


@dataclass(frozen=True, slots=True)
class HoldLogins:
    """Close these group policies for new logins; sessions go on. Never saved while it holds."""

    serial: Serial
    """The active unit, on whose console it is typed."""
    policies: tuple[LoginLimit, ...]


@dataclass(frozen=True, slots=True)
class ReleaseLogins:
    """Let people log in again: each group policy as it stood before `HoldLogins`."""

    serial: Serial
    """The active unit, on whose console it is typed."""
    policies: tuple[LoginLimit, ...]


@dataclass(frozen=True, slots=True)
class DoomedRow:
    """A session that would die in the final reload, as it was seen when it was chosen."""

    index: int
    user: str
    address: IPv4Address | None
    login_time: str
    audit_id: str
    public: str


@dataclass(frozen=True, slots=True)
class LogOffBatch:
    """Log off some doomed sessions by index, each read again directly before its line.

    In a plan it stands for all batches, with no row: who is doomed is seen after the switchover.
    """

    serial: Serial
    """The active unit, on whose console it is typed."""
    rows: tuple[DoomedRow, ...]
