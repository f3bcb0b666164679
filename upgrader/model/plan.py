"""Steps and plans: what will be done, drawn from what was seen."""

from dataclasses import dataclass
from enum import Enum
from ipaddress import IPv4Address
from typing import TypeAlias

from upgrader.model.approval import NO_DEMAND, Approval, Demand
from upgrader.model.drain import (
    Drain,
    HoldLogins,
    LoginLimit,
    LogOffBatch,
    ReleaseLogins,
)
from upgrader.model.finding import Finding, Waiver
from upgrader.model.names import Digest, Seat, Serial
from upgrader.model.picture import Tolerance
from upgrader.model.prediction import Prediction
from upgrader.model.releases import Releases
from upgrader.model.selection import ALL, Selection
from upgrader.model.staging import StagedFile
from upgrader.model.unit import path_key
from upgrader.model.version import Version
from upgrader.model.vpn import FileDigest


@dataclass(frozen=True, slots=True)
class Target:
    """Where the pair shall be, as far as a person said it; None: find it on the flash."""

    version: Version
    image: str | None = None
    asdm: str | None = None
    sha512: str | None = None
    """128 hexadecimal digits of the image, lowercase."""
    published: tuple[FileDigest, ...] = ()
    """What a manifest says of the files that matter; sorted by path."""
    staged: tuple[StagedFile, ...] = ()
    """Packages that `stage` brought to a unit which has not been up anew since."""

    def published_of(self, path: str) -> str | None:
        """The SHA-512 that the file should have, as `sha512:…`; None: nobody says."""
        wanted = path_key(path)
        return next((d.digest for d in self.published if path_key(d.path) == wanted), None)

    def was_staged(self, serial: Serial, path: str, digest: str | None) -> bool:
        """Whether `stage` brought just these bytes to that unit since it is up."""
        wanted = path_key(path)
        return any(
            file.serial == serial
            and path_key(file.path) == wanted
            and f"sha512:{file.sha512}" == digest
            for file in self.staged
        )


class Failback(Enum):
    """Whether the unit that was active at the start shall be active again."""

    NEVER = "never"
    ALWAYS = "always"


# ── steps: each names the unit that it changes ─────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Backup:
    """Save the running-config on both flashes, before anything else."""

    serial: Serial
    """The active unit, on whose console it is typed."""
    path: str


@dataclass(frozen=True, slots=True)
class SetBootOrder:
    """The new image first, the running one behind it as a fallback where the model allows it."""

    serial: Serial
    wanted: tuple[str, ...]
    seen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetAsdm:
    """Point at the ASDM image that fits the new release."""

    serial: Serial
    image: str


@dataclass(frozen=True, slots=True)
class SaveConfiguration:
    """`write memory`; the standby saves too."""

    serial: Serial


@dataclass(frozen=True, slots=True)
class Harvest:
    """Read what a reload will erase: log buffer, history, session and pool tables."""

    serial: Serial
    pools: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReloadStandby:
    """Reload the unit that is not active; typed on the active one."""

    serial: Serial
    """The unit that reloads."""
    final: bool
    """The former active's reload: the step in which the guide's incident happens."""


@dataclass(frozen=True, slots=True)
class SwitchOver:
    """Make the upgraded unit active: `no failover active` on the one that is."""

    to: Serial
    from_: Serial


@dataclass(frozen=True, slots=True)
class FailBack:
    """Make the unit active again that was so at the start."""

    to: Serial
    from_: Serial


@dataclass(frozen=True, slots=True)
class EvictSession:
    """Log off one orphaned row by its index, on the unit named; read again directly before."""

    serial: Serial
    index: int
    user: str
    address: IPv4Address | None
    login_time: str


def step_name(step: "Step") -> str:
    """How a person calls a step: `switch-over`, `final-reload`. What `--stop-before` takes."""
    match step:
        case Backup():
            return "backup"
        case SetBootOrder():
            return "set-boot-order"
        case SetAsdm():
            return "set-asdm"
        case SaveConfiguration():
            return "save-configuration"
        case Harvest():
            return "harvest"
        case ReloadStandby():
            return "final-reload" if step.final else "reload-standby"
        case SwitchOver():
            return "switch-over"
        case FailBack():
            return "fail-back"
        case EvictSession():
            return "evict-session"
        case HoldLogins():
            return "hold-logins"
        case LogOffBatch():
            return "log-off-batch"
        case ReleaseLogins():
            return "release-logins"


STEP_NAMES = (
    "backup",
    "set-boot-order",
    "set-asdm",
    "save-configuration",
    "reload-standby",
    "switch-over",
    "hold-logins",
    "log-off-batch",
    "harvest",
    "final-reload",
    "release-logins",
    "fail-back",
    "evict-session",
)
"""Every name of `step_name`, in the order of a night."""


Step: TypeAlias = (
    Backup
    | SetBootOrder
    | SetAsdm
    | SaveConfiguration
    | Harvest
    | ReloadStandby
    | SwitchOver
    | FailBack
    | EvictSession
    | HoldLogins
    | LogOffBatch
    | ReleaseLogins
)


# ── the plan ───────────────────────────────────────────────────────────────────────────


class Purpose(Enum):
    """What a plan is for."""

    UPGRADE = "upgrade"
    CLEANUP = "cleanup"
    ROLLBACK = "rollback"


DIGEST_OF = "digest of "
"""How the name of a field begins whose value is the digest of a file; its path follows."""


@dataclass(frozen=True, slots=True)
class PinnedField:
    """A field of the fingerprint, stored whole so that drift can be named."""

    unit: str
    """`Primary`, `Secondary`, or `pair`."""
    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a plan was drawn from: the fields that must still hold when it is run."""

    digest: Digest
    fields: tuple[PinnedField, ...]


@dataclass(frozen=True, slots=True)
class TypedLines:
    """What will be typed for a step, and where: for people; `act` derives it again."""

    where: str
    """`active Primary JAD…`."""
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step with the lines that it will type and why it is there."""

    step: Step
    typed: TypedLines
    why: str


@dataclass(frozen=True, slots=True)
class ConfigurationSeen:
    """A unit's running-config when the plan was drawn, but for what an upgrade changes itself."""

    serial: Serial
    version: Version
    """The release that showed it: another one spells lines otherwise."""
    rest: Digest


@dataclass(frozen=True, slots=True)
class Plan:
    """A contract: drawn from a fingerprint; what is not in `steps` is not done."""

    purpose: Purpose
    pair: str
    """The pair's name."""
    pair_path: str
    pair_digest: Digest
    seats: tuple[Seat, Seat]
    """Active seat, standby seat."""
    target: Target
    image: str | None
    """The image found or named; None: the plan cannot run."""
    asdm: str | None
    """None: ASDM stays as it is."""
    serials: tuple[Serial, Serial]
    """Primary, Secondary: the only two units that this plan may touch."""
    first_active: Serial
    """The unit that was active when the plan was drawn: the *former active* of the night."""
    failback: Failback
    drawn_from: Fingerprint
    sessions: int | None
    """Rows on the active unit when the plan was drawn."""
    findings: tuple[Finding, ...]
    waivers: tuple[Waiver, ...]
    steps: tuple[PlannedStep, ...]
    prediction: Prediction | None
    """None: not enough was seen to foretell anything."""
    reuse_delay_minutes: int = 0
    """How long a freed address is held; a clean-up waits it out."""
    configurations: tuple[ConfigurationSeen, ...] = ()
    """Of the units that showed theirs, Primary first."""
    undoes: str | None = None
    """The run that a rollback takes back; None: it is no rollback."""
    selection: Selection = ALL
    """Which rules are asked, as the pair's and the site's file said when the plan was drawn."""
    windows: tuple[str, ...] = ()
    """The hours in which it may reload and move roles, as they were said; (): at any hour."""
    journey: tuple[Version, ...] = ()
    """The releases that follow this plan's target, each a hitless upgrade of its own."""
    bound_for: Target | None = None
    """Where the journey ends, as a person said it; None: at this plan's target."""
    releases: Releases | None = None
    """What the pair's own file says of releases, beside what is built in; None: nothing."""
    drain: Drain | None = None
    """How doomed sessions are ended cleanly before the final reload; None: they are not."""
    tolerances: tuple[Tolerance, ...] = ()
    """By how much before and after may differ, as pair and site say; the pair's last."""
    demand: Demand = NO_DEMAND
    """Who had to approve it when it was drawn; what the pair says at a run may add to it."""
    approvals: tuple[Approval, ...] = ()
    """Not judged; no part of the plan's hash."""

    @property
    def goal(self) -> Version:
        """Where the journey ends: this plan's target, or the last release that follows it."""
        return self.journey[-1] if self.journey else self.target.version

    @property
    def stopped_by(self) -> tuple[Finding, ...]:
        """The findings that refuse this plan."""
        return tuple(f for f in self.findings if f.stops)

    @property
    def logs_off(self) -> bool:
        """Whether it may end sessions on the active unit before the final reload."""
        return any(isinstance(planned.step, LogOffBatch) for planned in self.steps)

    @property
    def held_policies(self) -> tuple[LoginLimit, ...]:
        """The group policies whose logins it may close or open; (): none."""
        steps = (planned.step for planned in self.steps)
        return next((s.policies for s in steps if isinstance(s, HoldLogins | ReleaseLogins)), ())

    @property
    def is_noop(self) -> bool:
        """Nothing to do: the pair is already there."""
        return not self.steps


@dataclass(frozen=True, slots=True)
class Drift:
    """A pinned field that no longer holds."""

    field: str
    unit: str
    planned: str
    seen: str
