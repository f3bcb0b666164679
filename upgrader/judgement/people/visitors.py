"""What is foretold of the portal's people: clientless sessions, which own no address and no tunnel.

Their logins are replicated; what runs in them is not (ASA configuration guides, stateful failover:
smart tunnels, port forwarding, plug-ins). Releases from 9.17(1) have no clientless SSL VPN at all.
With other AnyConnect images on the two units the guides of 9.x say that the *clientless* connection
ends in the last reload, older ones the *WebVPN* connection: whom that means is not known, and what
is foretold then is a bound.
"""

from dataclasses import replace

from upgrader.judgement.people.fates import WITHOUT_PORTAL
from upgrader.judgement.people.sights import portal
from upgrader.model.prediction import Foretold, Prediction
from upgrader.model.unit import Unit
from upgrader.model.version import Version


def with_visitors(
    foretold: Prediction, active: Unit, target: Version, *, replicated: bool, leans: bool
) -> Prediction:
    """The prediction with the portal's people, where their rows were seen.

    `leans`: sessions of AnyConnect lean, or may lean, on the unit that goes.
    """
    count = len(portal(active) or ())
    if not count:
        return foretold
    exact = True
    if active.running == target:
        told = Foretold("kept", count, "at the portal: no role moves")
    elif not replicated:
        told = Foretold("lost", count, "at the portal: not replicated, they end at the switchover")
    elif target >= WITHOUT_PORTAL:
        why = f"at the portal: {target} has no clientless SSL VPN, they end at the switchover"
        told = Foretold("lost", count, why)
    elif leans:
        exact = False
        told = Foretold(
            "lost",
            count,
            "at the portal, up to this many: the guides do not agree whether clientless sessions "
            "end in the final reload where the AnyConnect images differ",
        )
    else:
        told = Foretold(
            "kept",
            count,
            "at the portal: the login goes over, what runs in it does not (smart tunnels, port "
            "forwarding, plug-ins)",
        )
    return replace(
        foretold,
        before=foretold.before + count,
        kept=foretold.kept + (count if told.fate == "kept" else 0),
        lost=foretold.lost + (count if told.fate == "lost" else 0),
        reasons=(*foretold.reasons, told),
        exact=foretold.exact and exact,
    )
