"""All causes, judged on one night, the likeliest first.

Causes do not know one another: each takes its own marks, and the marks of those with which it is
confused, from the night itself. Here they are only put in order, and held back where nobody was
harmed: then there is nothing to explain.
"""

from collections.abc import Callable
from dataclasses import replace

from upgrader.judgement.postmortem.causes.anyconnect import anyconnect_differs
from upgrader.judgement.postmortem.causes.booted import booted_old_image
from upgrader.judgement.postmortem.causes.failover import (
    crash,
    incompatible_versions,
    premature_switchover,
    split_brain,
)
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

NOBODY = "nobody is seen to have been harmed, so that there is nothing to explain"


def judge(night: Night) -> tuple[Cause, ...]:
    """All causes, the likeliest first; among equals, the one that harmed earlier people."""
    tables = Tables(Told(night))
    harm = harm_of(tables)
    judged = [_held_back(one(tables), harm) for one in JUDGES]
    return tuple(sorted(judged, key=_order))


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


def _order(cause: Cause) -> tuple[int, int, int, int]:
    """Likelihood; what speaks for it over what speaks against it; how many it harmed; the list."""
    balance = len(cause.speaks_for) - len(cause.speaks_against)
    number = list(CauseName).index(cause.name)
    return (RANKS.index(cause.likelihood), -balance, -len(cause.people), number)
