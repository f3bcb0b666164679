"""Approvals of a plan: who must agree before it is run, and who has."""

from dataclasses import dataclass

from upgrader.model.names import Digest


@dataclass(frozen=True, slots=True)
class ApproverKey:
    """A key whose owner may approve, and how a list calls them."""

    name: str
    """ASCII: letters that only look like others are no part of a name."""
    key: str
    """`ssh-ed25519 AAAA…`, without comment."""


@dataclass(frozen=True, slots=True)
class Demand:
    """How many people must approve a plan, and which keys are theirs."""

    required: int = 0
    """0: nobody has to."""
    keys: tuple[ApproverKey, ...] = ()
    """Sorted by name."""

    def name_of(self, key: str) -> str | None:
        """Whose key it is; None: nobody's on the list."""
        return next((known.name for known in self.keys if known.key == key), None)

    @property
    def people(self) -> int:
        """How many different people the list names; capitals make no other person."""
        return len({known.name.casefold() for known in self.keys})


NO_DEMAND = Demand()
"""Nobody has to approve."""


def stricter(drawn: Demand, now: Demand) -> Demand:
    """What two demands come to together: the greater number, and the keys that both know.

    A demand for nobody knows no keys, and takes none away.
    """
    if not drawn.required:
        return now
    if not now.required:
        return drawn
    known = {listed.key for listed in now.keys}
    both = tuple(listed for listed in drawn.keys if listed.key in known)
    return Demand(max(drawn.required, now.required), both)


@dataclass(frozen=True, slots=True)
class Approval:
    """A signature under a plan's hash, as it stands in the plan file."""

    plan: Digest
    """The hash that was approved."""
    key: str
    """`ssh-ed25519 AAAA…`: the signer's public key."""
    at: str
    """When, by the signer's machine: `2026-11-22T21:04:05Z`."""
    comment: str
    """What the signer had to say; one line, may be empty."""
    signature: str
    """Ed25519, 128 hexadecimal digits, over all of the above."""


@dataclass(frozen=True, slots=True)
class ApprovalLine:
    """An approval as it was judged."""

    by: str
    """The name on the list; the key's fingerprint where it is on none."""
    fingerprint: str
    """`SHA256:…`, as `ssh-keygen -l` shows it."""
    plan: Digest
    at: str
    comment: str
    holds: bool
    """Whether the key's owner signed just this, of just this plan."""
    why_not: str = ""
    """Why it does not count; empty: it does."""

    @property
    def counts(self) -> bool:
        """Whether it is one of those that are demanded."""
        return self.holds and not self.why_not
