"""A night in a title: what befell, as sure as it is."""

from collections.abc import Mapping, Sequence

from upgrader.model.cause import Cause, CauseName, Likelihood
from upgrader.model.postmortem import NOT_SEEN, SPARED, Postmortem
from upgrader.views.postmortem.sourcing import SURE, plausible

TITLES: Mapping[CauseName, str] = {
    CauseName.ANYCONNECT_DIFFERS: "the units had different AnyConnect packages",
    CauseName.NO_FAILOVER_KEY: "VPN was not replicated: no failover key",
    CauseName.PACKAGE_MISSING: "a unit had no usable AnyConnect package",
    CauseName.STATE_LINK_DOWN: "the state link was down at the switchover",
    CauseName.SLEEPING_CLIENTS: "laptops had fallen asleep, no incident",
    CauseName.POOL_FULL: "the address pool was full",
    CauseName.CRASH: "a unit went down by itself",
    CauseName.SPLIT_BRAIN: "both units were active at once",
    CauseName.PREMATURE_SWITCHOVER: "the roles were moved before the standby was ready",
    CauseName.INCOMPATIBLE_VERSIONS: "the two releases cannot run as a pair",
    CauseName.FEATURE_REMOVED: "the new release dropped what some clients need",
    CauseName.NETWORK: "the network beside the pair was slow to follow",
    CauseName.LOGGED_OFF: "somebody logged these people off",
    CauseName.AAA_DOWN: "people could not log in again",
    CauseName.NO_HTTP_REPLICATION: "HTTP connections were not replicated",
    CauseName.BOOTED_OLD_IMAGE: "a unit came back on its old release",
    CauseName.CERTIFICATE_DIFFERS: "the units hold different certificates",
}
"""Causes in a few words, beside the name that can be searched for."""


def title_of(cause: Cause) -> str:
    """A cause in a few words, without how sure it is."""
    return TITLES[cause.name]


def headline_of(postmortem: Postmortem) -> str:
    """The night in a few words: its cause, or that nobody was harmed."""
    found = plausible(postmortem.causes)
    if is_harmless(postmortem):
        asleep = bool(found) and found[0].likelihood in SURE
        if asleep:
            return begun(title_of(found[0]))
        return unharmed(postmortem) if postmortem.impact.sessions else "Nobody was seen"
    if not found:
        return "No cause found"
    told = title_of(found[0])
    match found[0].likelihood:
        case Likelihood.CERTAIN:
            return begun(told)
        case Likelihood.LIKELY | Likelihood.POSSIBLE | Likelihood.UNKNOWN:
            return f"{begun(found[0].likelihood.value)}: {told}"
        case Likelihood.UNLIKELY | Likelihood.EXCLUDED:
            return "No cause found"


def unharmed(postmortem: Postmortem) -> str:
    """That nobody was harmed, no surer than the verdict says it."""
    return SPARED if is_sure(postmortem) else NOT_SEEN


def unexplained(postmortem: Postmortem) -> str:
    """Why no root cause is told of a night without harm."""
    why = "there is nothing to explain" if is_sure(postmortem) else "no cause is told"
    return f"{unharmed(postmortem)}: {why}."


def is_sure(postmortem: Postmortem) -> bool:
    """Whether the verdict says that nobody was harmed, and not that nobody is seen."""
    return postmortem.verdict.startswith(SPARED)


def is_harmless(postmortem: Postmortem) -> bool:
    """Whether nobody lost a session, nothing is unknown, and no cause of harm is likely."""
    impact = postmortem.impact
    harm = (impact.lost, impact.unknown, impact.orphaned, impact.leaked, impact.outage_seconds)
    return not any(harm) and not any(
        cause.likelihood in SURE and cause.name is not CauseName.SLEEPING_CLIENTS
        for cause in postmortem.causes
    )


def tone_of(postmortem: Postmortem) -> str:
    """How the night looks: `good` where nobody was harmed, `bad` where people were, for certain.

    `care` in between, and where the records do not tell.
    """
    if is_harmless(postmortem):
        return "good" if is_sure(postmortem) else "care"
    has_cause = any(cause.likelihood in SURE for cause in postmortem.causes)
    return "bad" if postmortem.impact.users and has_cause else "care"


def unsettled(cause: Cause) -> Sequence[str]:
    """What would settle it; nothing, where that was seen."""
    return () if cause.likelihood is Likelihood.CERTAIN else cause.settled_by


def begun(text: str) -> str:
    """With a capital, as a heading begins."""
    return text[:1].upper() + text[1:]
