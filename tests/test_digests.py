"""What was verified a moment ago is not verified again; whatever looks new is."""

from dataclasses import replace
from functools import cache

import pytest
from nights import Firewall
from reached import ONE, TWO, Reached
from wires import Wired
from worlds import NEW_IMAGE, OLD_IMAGE, PACKAGE, pair

from upgrader.conduct.digests import FRESH_MS, Digests
from upgrader.conduct.eyes import Eyes
from upgrader.journal.entry import Started
from upgrader.journal.memory import MemoryJournal
from upgrader.model.names import Digest, Instant, Serial
from upgrader.model.reach import Reach
from upgrader.model.unit import Depth, Flash, FlashFile, Unit
from upgrader.model.vpn import FileDigest
from upgrader.ports import Dropped

ONE_UNIT, OTHER = Serial("JAD11111111"), Serial("JAD22222222")
WRITTEN = "06:43:00 Jun 30 2018"
DIGEST = FileDigest(NEW_IMAGE, Digest("sha512:" + "0" * 128))


def flash(size: int = 100, written: str | None = WRITTEN) -> Flash:
    return Flash((FlashFile(NEW_IMAGE, size, written),), None, 1)


def unit(serial: Serial = ONE_UNIT, listing: Flash | None = None, uptime: int | None = 1_000):
    """A unit, as far as what it lists and how long it has been up."""
    base = units_of_a_pair().primary
    full = replace(base.full, flash=listing if listing is not None else flash())
    version = replace(base.version, uptime_seconds=uptime)
    return replace(base, serial=serial, version=version, full=full)


@cache
def units_of_a_pair():
    world = Firewall.of(pair()).world
    return Eyes(world.access, world.seats, world.clock).look(Depth.FILES)


def unit_listing() -> tuple[FlashFile, ...]:
    return units_of_a_pair().primary.full.flash.files


def unlisted() -> Unit:
    base = unit()
    return replace(base, full=replace(base.full, flash=None))


def remembered(at: int = 0, **as_it_was: object) -> Digests:
    known = Digests()
    known.keep(unit(**as_it_was), NEW_IMAGE, DIGEST, Instant(at))
    return known


def test_a_file_is_computed_once_and_remembered_for_an_hour():
    known = remembered()
    assert known.find(unit(), NEW_IMAGE, Instant(FRESH_MS - 1)) == DIGEST
    assert known.find(unit(), NEW_IMAGE, Instant(FRESH_MS)) is None


@pytest.mark.parametrize(
    "now",
    [
        {"listing": flash(size=101)},
        {"listing": flash(written="06:43:01 Jun 30 2018")},
        {"listing": flash(written=None)},
        {"listing": Flash((), None, 1)},
        {"serial": OTHER},
    ],
    ids=["size", "date", "no date", "not listed", "unit"],
)
def test_what_looks_new_in_any_way_is_another_file(now: dict):
    assert remembered().find(unit(**now), NEW_IMAGE, Instant(1)) is None


def test_where_no_date_or_no_listing_is_told_it_is_computed_each_time():
    undated = remembered(listing=flash(written=None))
    assert undated.find(unit(listing=flash(written=None)), NEW_IMAGE, Instant(1)) is None
    known = Digests()
    known.keep(unlisted(), NEW_IMAGE, DIGEST, Instant(0))
    assert known.find(unlisted(), NEW_IMAGE, Instant(1)) is None
    assert known.since(Instant(0)) == ()


# ── what was verified for the plan counts for its run ──────────────────────────────────


def test_what_the_plans_look_verified_is_believed_by_the_run_on_its_own_axis():
    told = remembered(at=5_000_000).since(Instant(5_060_000))
    assert [one.at for one in told] == [-60_000]
    run = Digests(told)
    assert run.find(unit(uptime=1_060), NEW_IMAGE, Instant(0)) == DIGEST
    assert run.find(unit(uptime=1_060), NEW_IMAGE, Instant(FRESH_MS - 60_000)) is None


@pytest.mark.parametrize("uptime", [999, 3, None])
def test_of_a_unit_that_may_have_booted_since_nothing_is_believed(uptime: int | None):
    run = Digests(remembered().since(Instant(0)))
    assert run.find(unit(uptime=uptime), NEW_IMAGE, Instant(1)) is None


def test_of_a_unit_that_told_no_uptime_then_nothing_is_believed():
    run = Digests(remembered(uptime=None).since(Instant(0)))
    assert run.find(unit(), NEW_IMAGE, Instant(1)) is None


def test_what_the_runs_own_look_has_found_as_it_was_outlives_the_nights_reload():
    run = Digests(remembered().since(Instant(0)))
    assert run.find(unit(), NEW_IMAGE, Instant(1)) == DIGEST
    assert run.find(unit(uptime=20), NEW_IMAGE, Instant(2)) == DIGEST


def verified_in(firewall: Firewall) -> list[str]:
    return [line for _, line in firewall.world.typed if line.startswith("verify")]


def test_a_run_that_drew_its_plan_itself_verifies_nothing_twice_and_its_journal_says_why():
    firewall = Firewall.of(pair())
    digests = Digests()
    plan = firewall.planned(digests=digests)
    firewall.world.typed.clear()
    journal = MemoryJournal()
    firewall.conducted(plan, journal=journal, digests=digests)
    assert verified_in(firewall) == []
    started = journal.entries()[0].body
    assert isinstance(started, Started)
    assert {(one.serial, one.file.path) for one in started.verified} == {
        (serial, path) for serial in plan.serials for path in (NEW_IMAGE, PACKAGE["win"])
    }


def test_a_file_that_is_listed_otherwise_than_for_the_plan_is_verified_by_the_run():
    firewall = Firewall.of(pair())
    digests = Digests()
    plan = firewall.planned(digests=digests)
    firewall.world.typed.clear()
    told = [
        replace(one, file=replace(one.file, bytes=one.file.bytes - 1))
        if one.file.path == NEW_IMAGE
        else one
        for one in digests.since(Instant(0))
    ]
    firewall.conducted(plan, digests=Digests(told))
    assert verified_in(firewall) == [f"verify /sha-512 {NEW_IMAGE}"] * 2


# ── side by side ───────────────────────────────────────────────────────────────────────


def lasted(reach: Reach) -> int:
    """How long a look took that had two large files verified on each unit."""
    firewall = Reached.of(pair(), reach)
    eyes = Eyes(firewall.world.access, firewall.world.seats, firewall.world.clock)
    began = firewall.pair.now
    seen = eyes.look(Depth.FULL, lambda _running, _flash: (NEW_IMAGE, OLD_IMAGE))
    assert [len(unit.full.digests) for unit in seen.units] == [2, 2]
    assert len({digest for unit in seen.units for digest in unit.full.digests}) == 2
    return firewall.pair.now - began


def test_two_units_with_a_console_each_compute_at_the_same_time():
    apart, one_after_the_other = lasted(TWO), lasted(ONE)
    bytes_of = {f.path: f.bytes for f in unit_listing()}
    once = sum(bytes_of[path] for path in (NEW_IMAGE, OLD_IMAGE)) // 30_000
    assert one_after_the_other > 2 * once
    assert once < apart < 1.3 * once


def test_whoever_asks_something_else_than_was_foretold_ends_the_conversation():
    """The reply that is still to come would be taken for the other line's."""
    console = Wired.of(pair()).console()
    console.expect("show version")
    with pytest.raises(Dropped, match="still to be answered"):
        console.ask("show failover")


@pytest.mark.parametrize("line", ["failover reload-standby", "write memory", ""])
def test_nothing_that_changes_is_ever_typed_ahead(line: str):
    firewall = Wired.of(pair())
    console = firewall.console()
    console.expect(line)
    assert firewall.heard(line) == 0
    assert "Cisco" in console.ask("show version")


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
