"""Files that are swapped while a night is under way, on one flash or on both."""

from dataclasses import replace

import pytest
from nights import Firewall
from worlds import NEW_IMAGE, PRIMARY, SECONDARY, pair

from upgrader.model.outcome import ExitCode

RELOAD, SWITCH = "failover reload-standby", "no failover active"


@pytest.mark.parametrize("units", [(PRIMARY,), (SECONDARY,), (PRIMARY, SECONDARY)])
@pytest.mark.parametrize(
    ("after", "reloads"), [("write memory", 0), (SWITCH, 1)], ids=["saved", "switched"]
)
def test_no_unit_is_reloaded_into_an_image_that_was_swapped(
    units: tuple[int, ...], after: str, reloads: int
) -> None:
    firewall = Firewall.of(pair(sessions=3))
    plan = firewall.planned()

    def before(line: str) -> None:
        if line == "show failover" and after in firewall.world.changing:
            for number in units:
                flash = firewall.pair.units[number].flash
                image = flash[NEW_IMAGE.lower()]
                if image.content != "another":
                    now = firewall.pair.now
                    flash[NEW_IMAGE.lower()] = replace(image, content="another", written_ms=now)

    firewall.world.before = before
    night = firewall.conducted(plan)
    assert night.exit_code is ExitCode.STOPPED
    assert "image-digest-match" in night.verdict
    assert firewall.world.changing.count(RELOAD) == reloads
