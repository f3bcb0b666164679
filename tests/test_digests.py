"""What was verified a moment ago is not verified again; whatever looks new is."""

from nights import Firewall
from worlds import NEW_IMAGE, OLD_IMAGE, PACKAGE, pair

from upgrader.conduct.digests import FRESH_MS, Digests
from upgrader.model.names import Instant, Serial
from upgrader.model.unit import Flash, FlashFile
from upgrader.model.vpn import FileDigest

ONE, OTHER = Serial("JAD11111111"), Serial("JAD22222222")
WRITTEN = "06:43:00 Jun 30 2018"


class Unit:
    """Counts how often it computes."""

    def __init__(self) -> None:
        self.computed = 0

    def __call__(self) -> FileDigest:
        self.computed += 1
        return FileDigest(NEW_IMAGE, f"sha512:{self.computed:0128x}")


def flash(size: int = 100, written: str | None = WRITTEN) -> Flash:
    return Flash((FlashFile(NEW_IMAGE, size, written),), None, 1)


def test_a_file_is_computed_once_and_remembered_for_an_hour():
    known, unit = Digests(), Unit()
    first = known.asked(ONE, NEW_IMAGE, flash(), Instant(0), unit)
    assert known.asked(ONE, NEW_IMAGE, flash(), Instant(FRESH_MS - 1), unit) == first
    assert unit.computed == 1
    known.asked(ONE, NEW_IMAGE, flash(), Instant(FRESH_MS), unit)
    assert unit.computed == 2


def test_another_size_date_or_unit_is_another_file():
    known, unit = Digests(), Unit()
    for serial, seen in (
        (ONE, flash()),
        (ONE, flash(size=101)),
        (ONE, flash(written="06:43:01 Jun 30 2018")),
        (OTHER, flash()),
    ):
        known.asked(serial, NEW_IMAGE, seen, Instant(0), unit)
    assert unit.computed == 4


def test_where_no_date_or_no_listing_is_told_it_is_computed_each_time():
    known, unit = Digests(), Unit()
    for seen in (flash(written=None), flash(written=None), None, None, Flash((), None, 1)):
        known.asked(ONE, NEW_IMAGE, seen, Instant(0), unit)
    assert unit.computed == 5


def test_a_night_verifies_each_file_once_on_each_unit_before_anything_is_booted():
    firewall = Firewall.of(pair())
    plan = firewall.planned()
    firewall.world.typed.clear()
    firewall.conducted(plan)
    lines = [line for _, line in firewall.world.typed]
    asked = [line for line in lines if line.startswith("verify")]
    assert sorted(asked) == sorted(
        f"verify /sha-512 {path}" for path in (NEW_IMAGE, PACKAGE["win"]) for _ in range(2)
    )
    last = max(n for n, line in enumerate(lines) if line.startswith("verify"))
    assert last < lines.index("failover reload-standby")
    assert not any(OLD_IMAGE in line for line in asked)
