"""Whether one look suffices to say that a night left nothing behind, and nobody.

An orphan or a stuck lease is proven by two looks a minute apart, in both of which it stands. So the
second look can prove nothing that the first one does not show already: a row without a tunnel that
stands on one unit only, or an address that no row holds. And it can find people again who are on
their way back. Where nothing of it is there to be decided, the minute is not waited.
"""

from upgrader.judgement.people.leases import rowless
from upgrader.judgement.people.residue import is_settled, silent_here_only
from upgrader.judgement.people.sights import Listing, clients, portal, sights_of
from upgrader.model.unit import Snapshot


def is_untouched(before: Snapshot | None, seen: Snapshot) -> bool:
    """Whether everybody of the baseline is there as then, on both units, and nothing else is left.

    Not where anybody who had a tunnel has none, or is gone: a minute later he may be back. Nor
    where the baseline, or a table of either unit, is not known.
    """
    if before is None or not is_settled(seen):
        return False
    left = any(silent_here_only(seen, unit.serial) or rowless(unit) for unit in seen.units)
    return not left and all(_are_there(before, seen, listing) for listing in (clients, portal))


def _are_there(before: Snapshot, seen: Snapshot, listing: Listing) -> bool:
    active = before.active
    if active is None or listing(active) is None:
        # Nobody is followed who was not listed; of clients that is not known, of the portal it is
        # no worse than with two looks.
        return listing is portal and active is not None
    sights = sights_of((before, seen), listing)
    if len(sights) != 2:
        return False
    then, now = sights
    if now.mate is None or now.mate.keys() != now.rows.keys():
        return False
    return all(
        (found := now.rows.get(key)) is not None and found.has_tunnel >= row.has_tunnel
        for key, row in then.rows.items()
    )
