"""What a unit's screens tell beside failover and sessions: clock, load, keys, certificates."""

from dataclasses import dataclass
from typing import Literal

SmartState = Literal["registered", "unregistered", "evaluation", "out-of-compliance"]


@dataclass(frozen=True, slots=True)
class Health:
    """`[emulated.unit.health]`: by default a unit that is well."""

    clock_off_ms: int = 0
    """How far its clock is before the pair's; negative: behind."""
    ntp: bool = True
    """Whether it follows the server that is configured."""
    memory_used: int | None = None
    """Per cent; None: what sessions, connections and packages take."""
    cpu: int | None = None
    """Per cent; None: what sessions and connections cost."""
    startup_errors: tuple[str, ...] = ()
    """Lines that `show startup-config errors` prints, of each boot."""
    hostscan: str | None = None
    """The version it has loaded; None: that of the configured file, if it has that file."""
    master_key: str = ""
    """A word that stands for the passphrase under which passwords are stored; empty: none."""
    smart_licence: SmartState = "registered"
    licences: tuple[str, ...] = ()
    """`AnyConnect Premium Peers: 2`: rows of its licence table that are not the model's."""


@dataclass(frozen=True, slots=True)
class HeldCertificate:
    """`[[emulated.certificate]]`: a certificate that units hold."""

    trustpoint: str
    serial: str
    subject: str
    """`cn=vpn.example.com`."""
    ends: int
    """Seconds since 1970, UTC."""
    kind: Literal["identity", "ca"] = "identity"
    on: Literal["both", "primary", "secondary"] = "both"
