"""Why a night went wrong: causes, what speaks for and against each, and how likely it is."""

from dataclasses import dataclass
from enum import Enum

from upgrader.model.evidence import Place


class CauseName(Enum):
    """Twelve causes, and five that look like them or stand beside them."""

    ANYCONNECT_DIFFERS = "anyconnect-images-differ"
    NO_FAILOVER_KEY = "no-failover-key"
    PACKAGE_MISSING = "package-missing"
    STATE_LINK_DOWN = "state-link-down"
    SLEEPING_CLIENTS = "sleeping-clients"
    POOL_FULL = "pool-full"
    CRASH = "crash-on-new-code"
    SPLIT_BRAIN = "split-brain"
    PREMATURE_SWITCHOVER = "premature-switchover"
    INCOMPATIBLE_VERSIONS = "incompatible-versions"
    FEATURE_REMOVED = "feature-removed"
    NETWORK = "network-beside-the-pair"
    LOGGED_OFF = "operator-logged-off"
    AAA_DOWN = "aaa-down"
    NO_HTTP_REPLICATION = "http-replication-off"
    BOOTED_OLD_IMAGE = "booted-old-image"
    CERTIFICATE_DIFFERS = "certificate-differs"


class Likelihood(Enum):
    """How much is to be believed. The order is from most to least."""

    CERTAIN = "certain"
    """Its marks and what settles it were seen."""
    LIKELY = "likely"
    """Its marks were seen, nothing speaks against it, and what settles it was not seen."""
    POSSIBLE = "possible"
    """Some marks were seen, or something speaks against it too."""
    UNKNOWN = "unknown"
    """The records do not reach to where it would show."""
    UNLIKELY = "unlikely"
    """What it would leave is missing where it would be written."""
    EXCLUDED = "excluded"
    """What must not be seen was seen."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that speaks for a cause or against it."""

    text: str
    places: tuple[Place, ...] = ()
    """Where it stands; (): an absence, told in the text."""


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause, judged on one night."""

    name: CauseName
    likelihood: Likelihood
    says: str
    """What it is, in a sentence that an operator understands."""
    speaks_for: tuple[Mark, ...] = ()
    speaks_against: tuple[Mark, ...] = ()
    settled_by: tuple[str, ...] = ()
    """The lines to type, and on which unit, that would decide it; with what to look for."""
    harm_at: int | None = None
    """When its harm began, on the night's clock."""
    people: tuple[str, ...] = ()
    """The users whom it harmed, sorted."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A thing that was not as it should be: a deviation from the procedure, or an invariant."""

    at: int | None
    name: str
    """`switched-before-ready`, `reloaded-the-active-unit`: stable, documented, greppable."""
    says: str
    """What was done or seen, and what was expected."""
    places: tuple[Place, ...] = ()
    invariant: bool = False
    """Whether it broke one of the invariants that keep the pair serving."""
