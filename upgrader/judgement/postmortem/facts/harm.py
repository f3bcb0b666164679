"""Whether anybody was harmed on a night, and since when."""

from dataclasses import dataclass
from itertools import pairwise

from upgrader.judgement.postmortem.facts.stretches_served import nobody_served
from upgrader.judgement.postmortem.facts.tables import Tables
from upgrader.model.evidence import What
from upgrader.model.night import Leaving

_OUTAGE_MS = 10_000  # A switchover by command takes a second or two.

REFUSALS = (
    *(What.IMAGE_REFUSED, What.NO_ADDRESS, What.POOL_EMPTY, What.AAA_DOWN),
    *(What.CLIENTLESS_REFUSED, What.NO_CONNECTION),
)
"""Events that are a person's harm, whoever it was."""


@dataclass(frozen=True, slots=True)
class Harm:
    """Whether there is anything to explain."""

    people: bool
    """Somebody lost a session, or was refused."""
    tables: bool
    """A table shows rows or addresses that nobody vouches for, or logins that are gone."""
    outage: bool
    """Nobody served for a while, or both did."""

    @property
    def anybody(self) -> bool:
        """Whether anything is to be explained."""
        return self.people or self.tables or self.outage


def harm_of(tables: Tables) -> Harm:
    """What of a night is harm."""
    told = tables.told
    late = any(
        min(r - switchover.at for r in life.resumed if r >= switchover.at - 2_000) > 20_000
        for switchover, parted in told.partings
        for life in parted.resumed
    )
    anew = any(parted.anew for _, parted in told.partings)
    return Harm(
        people=bool(told.losses or told.of(*REFUSALS) or told.handshakes or late or anew),
        tables=bool(tables.orphans or tables.unheld or _gone(tables) or _fewer(tables)),
        outage=bool(told.of(What.CRASHED))
        or any(a.was_active and a.why is not Leaving.ORDERED for a in told.absences)
        or any(ended - began > _OUTAGE_MS for began, ended in nobody_served(told.night)),
    )


def _gone(tables: Tables) -> bool:
    """Whether logins with a tunnel are gone from one table to the next, in mass."""
    serving = [known for known in tables.listings if known.serves]
    for before, after in pairwise(serving):
        left = {row.login for row in after.rows}
        gone = [row for row in before.rows if row.has_tunnel and row.login not in left]
        if len(gone) > 1 or (gone and len(gone) == len(before.rows)):
            return True
    return False


def _fewer(tables: Tables) -> bool:
    counts = tables.connections
    return any(
        one.unit is not other.unit and before >= 20 and after < 0.9 * before
        for (one, before), (other, after) in pairwise(counts)
    )
