"""What a survey makes of a pair whose sessions fall silent before it knows who serves."""

from dataclasses import dataclass

import pytest
from nights import TARGET, Overheard
from worlds import pair

from upgrader.access.emulated.world import EmulatedWorld
from upgrader.conduct.survey import survey
from upgrader.dialect.versions import read_version
from upgrader.model.names import Seat
from upgrader.model.plan import Target
from upgrader.ports import Dropped


@dataclass
class Dying(Overheard):
    """A world in which the conversations with the active seat end, so many of them."""

    deaths: int = 0
    died: int = 0

    def about_to(self, seat: Seat, line: str) -> None:
        if seat == self.seats.active and self.died < self.deaths:
            self.died += 1
            raise Dropped(seat, line, "the session ended")


@pytest.mark.parametrize("deaths", [0, 3])
def test_a_session_that_ends_at_the_first_look_is_no_pair_without_an_active_unit(deaths: int):
    world = Dying(EmulatedWorld(pair(sessions=3).pair), deaths)

    found = survey(world, Target(read_version(TARGET)), {})

    assert world.died == deaths
    assert found.stops == ()
