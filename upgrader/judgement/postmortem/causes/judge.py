"""All causes, judged on one night, the likeliest first.

Causes do not know one another: each takes its own marks, and the marks of those with which it is
confused, from the night itself. Here they are only put in order, and held back where nobody was
harmed: then there is nothing to explain.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from upgrader.judgement.postmortem.causes.anyconnect import anyconnect_differs
from upgrader.judgement.postmortem.causes.booted import booted_old_image
from upgrader.judgement.postmortem.causes.crashes import crash
from upgrader.judgement.postmortem.causes.early import premature_switchover
from upgrader.judgement.postmortem.causes.failover import incompatible_versions, split_brain
from upgrader.judgement.postmortem.causes.handshakes import (
    certificate_differs,
    feature_removed,
)
from upgrader.judgement.postmortem.causes.missing import package_missing
from upgrader.judgement.postmortem.causes.network import network
from upgrader.judgement.postmortem.causes.people import (
    aaa_down,
    logged_off,
    pool_full,
    sleeping_clients,
)
from upgrader.judgement.postmortem.causes.replication import (
    no_failover_key,
    no_http_replication,
    state_link_down,
)
from upgrader.judgement.postmortem.causes.weighing import RANKS, at_most
from upgrader.judgement.postmortem.facts.harm import Harm, harm_of
from upgrader.judgement.postmortem.facts.tables import Tables
from upgrader.judgement.postmortem.facts.told import Told
from upgrader.model.cause import Cause, CauseName, Likelihood, Mark
from upgrader.model.night import Night

JUDGES: tuple[Callable[[Tables], Cause], ...] = (
    anyconnect_differs,
    no_failover_key,
    package_missing,
    state_link_down,
    sleeping_clients,
    pool_full,
    crash,
    split_brain,
    premature_switchover,
    incompatible_versions,
    feature_removed,
    network,
    logged_off,
    aaa_down,
    no_http_replication,
    booted_old_image,
    certificate_differs,
)
"""In the order of `CauseName`."""

_ITS_OWN_HARM = frozenset(
    {
        *(CauseName.CRASH, CauseName.SPLIT_BRAIN, CauseName.INCOMPATIBLE_VERSIONS),
        *(CauseName.BOOTED_OLD_IMAGE, CauseName.SLEEPING_CLIENTS),
    }
)
"""Causes whose marks are what is wrong, whether or not a person felt it; and the one that says
that nothing is."""

_BELIEVED = (Likelihood.CERTAIN, Likelihood.LIKELY)
_FEW = 2  # Whom an operator logs off by the way; our guess.

NOBODY = "nobody is seen to have been harmed, so that there is nothing to explain"


def judge(night: Night) -> tuple[Cause, ...]:
    """All causes, the likeliest first; among equals, the one that harmed earlier people."""
    tables = Tables(Told(night))
    harm = harm_of(tables)
    judged = [_held_back(one(tables), harm) for one in JUDGES]
    believed = [cause for cause in judged if cause.likelihood in _BELIEVED]
    return tuple(sorted(judged, key=lambda cause: _order(cause, believed)))


def _held_back(cause: Cause, harm: Harm) -> Cause:
    """The cause, but no more than possible where nobody was harmed."""
    if harm.anybody or cause.name in _ITS_OWN_HARM:
        return cause
    limited = at_most(cause.likelihood, Likelihood.POSSIBLE)
    if limited is cause.likelihood:
        return cause
    return replace(
        cause,
        likelihood=limited,
        speaks_against=(*cause.speaks_against, Mark(NOBODY)),
    )


def _order(cause: Cause, believed: Sequence[Cause]) -> tuple[bool, bool, int, int, int, int]:
    """Believed or not; likelihood; balance of what speaks; how many it harmed; the list.

    A believed cause that explains but a small part of the harm, or only what followed from
    another, stands behind the others that are believed, however certain it is.
    """
    is_believed = cause.likelihood in _BELIEVED
    beside = is_believed and any(_is_beside(cause, other) for other in believed)
    balance = len(cause.speaks_for) - len(cause.speaks_against)
    number = list(CauseName).index(cause.name)
    rank = RANKS.index(cause.likelihood)
    return (not is_believed, beside, rank, -balance, -len(cause.people), number)


def _is_beside(cause: Cause, other: Cause) -> bool:
    """Whether it harmed few of those whom the other harmed, or them only afterwards."""
    if other is cause or not cause.people:
        return False
    if not other.people:
        return len(cause.people) <= _FEW
    follows = (
        set(cause.people) <= set(other.people)
        and None not in (cause.harm_at, other.harm_at)
        and (cause.harm_at or 0) > (other.harm_at or 0)
    )
    return follows or 2 * len(cause.people) <= len(other.people)
