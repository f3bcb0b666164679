"""The aftermath foretold: from what both units hold, and with a reason for each group."""

from dataclasses import replace

import pytest
from looks import (
    MAC,
    NEW,
    NEW_IMAGE,
    OLD_IMAGE,
    WIN,
    aim,
    configuration,
    dark,
    full,
    loaded,
    package,
    pair,
    secondary,
    session,
    sleeper,
    snapshot,
    standby_rows,
    unit,
)

from upgrader.dialect.replies.config import read_configuration
from upgrader.judgement.predict import predict
from upgrader.model.plan import Failback
from upgrader.model.prediction import Prediction
from upgrader.model.unit import Snapshot, Unit
from upgrader.model.vpn import Session

PEOPLE = [*(session(n) for n in range(1, 11)), sleeper(11), sleeper(12)]
FILES = {OLD_IMAGE: "old", NEW_IMAGE: "new"}


def foretold(seen: Snapshot, failback: Failback = Failback.NEVER) -> Prediction:
    prediction = predict(seen, aim(seen), failback)
    assert prediction is not None
    assert prediction.before == prediction.reconnected + prediction.kept + prediction.lost
    assert all(reason.why for reason in prediction.reasons)
    return prediction


def uneven(
    ours: dict[str, str],
    theirs: dict[str, str],
    rows: list[Session] = PEOPLE,
    *,
    we_load: dict[str, str] | None = None,
    they_load: dict[str, str] | None = None,
) -> Snapshot:
    """A pair whose AnyConnect files differ: path → content; each loads what lies on its flash."""
    lines = configuration(packages=[package(p, n) for n, p in enumerate(dict(ours | theirs), 1)])

    def loads(content: dict[str, str]) -> list[object]:
        return [loaded(path, 1, what) for path, what in content.items()]

    return snapshot(
        unit(
            sessions=rows,
            files=FILES | ours,
            loads=loads(ours if we_load is None else we_load),  # type: ignore[arg-type]
            running=lines,
        ),
        secondary(
            sessions=standby_rows(rows),
            files=FILES | theirs,
            loads=loads(theirs if they_load is None else they_load),
            running=lines,
        ),
    )


def fate_of(prediction: Prediction) -> tuple[int, int, int]:
    return (prediction.reconnected, prediction.kept, prediction.lost)


def test_on_a_matched_pair_everybody_reconnects_or_sleeps_on() -> None:
    prediction = foretold(pair(PEOPLE))
    assert fate_of(prediction) == (10, 2, 0)
    assert (prediction.orphaned, prediction.stuck_leases, prediction.suspects) == (0, 0, 0)
    assert prediction.exact


def test_mismatched_images_cost_every_tunnel_in_the_final_reload() -> None:
    prediction = foretold(uneven({WIN: "win"}, {WIN: "other"}))
    assert fate_of(prediction) == (0, 2, 10)
    assert (prediction.orphaned, prediction.stuck_leases, prediction.suspects) == (10, 10, 2)
    assert prediction.exact
    assert any("final reload" in reason.why for reason in prediction.reasons)


def test_an_image_that_the_standby_lacks_is_no_better_than_another_one() -> None:
    prediction = foretold(uneven({WIN: "win"}, {}))
    assert (prediction.lost, prediction.orphaned, prediction.exact) == (10, 10, True)


def test_an_image_that_only_the_standby_has_harms_nobody() -> None:
    """Nobody can have come in under an image that the active does not offer."""
    prediction = foretold(uneven({WIN: "win"}, {WIN: "win", MAC: "mac"}))
    assert fate_of(prediction) == (10, 2, 0)


def test_where_only_some_images_differ_the_loss_is_an_upper_bound() -> None:
    """A row does not say which image its client came in under."""
    prediction = foretold(uneven({WIN: "win", MAC: "mac"}, {WIN: "win", MAC: "other"}))
    assert (prediction.lost, prediction.exact) == (10, False)
    assert any("up to" in reason.why for reason in prediction.reasons)


def test_equal_files_but_different_loads_may_cost_everybody() -> None:
    """One unit loaded an older file of that name; nothing tells which."""
    prediction = foretold(uneven({WIN: "win"}, {WIN: "win"}, we_load={WIN: "older"}))
    assert (prediction.lost, prediction.exact) == (10, False)


def test_people_with_one_login_remove_their_own_orphan() -> None:
    """How many rows are left depends on who logs in again: a bound."""
    text = """
group-policy GP attributes
 vpn-simultaneous-logins 1
 vpn-idle-timeout 45
tunnel-group TG type remote-access
 vpn-simultaneous-logins 2
"""
    read = read_configuration(text)
    assert read.simultaneous_logins == (("GP", 1),)
    assert read.idle_timeout_minutes == (("GP", 45),)

    seen = uneven({WIN: "win"}, {WIN: "other"})
    one, two = seen.units
    assert one.full is not None
    assert one.full.running is not None
    alone = replace(one.full.running, simultaneous_logins=read.simultaneous_logins)
    prediction = foretold(snapshot(full(one, running=alone), two))
    assert (prediction.lost, prediction.orphaned, prediction.exact) == (10, 10, False)


def test_a_renamed_copy_of_the_same_image_serves_as_well() -> None:
    prediction = foretold(uneven({WIN: "win"}, {MAC: "win"}))
    assert prediction.lost == 0


@pytest.mark.parametrize(
    "lines", [configuration(keyed=False), configuration(link=None)], ids=["no key", "no state link"]
)
def test_without_replication_everybody_is_lost_and_nothing_is_orphaned(lines: object) -> None:
    seen = snapshot(
        unit(sessions=PEOPLE, running=lines),  # type: ignore[arg-type]
        secondary(sessions=(), running=lines),
    )
    prediction = foretold(seen)
    assert fate_of(prediction) == (0, 0, 12)
    assert (prediction.orphaned, prediction.stuck_leases) == (0, 0)
    assert "switchover" in prediction.reasons[0].why


def test_a_sleeper_whose_time_runs_out_before_the_switchover_is_nobody_s_victim() -> None:
    lines = configuration(keyed=False)
    seen = snapshot(
        unit(sessions=[session(1), sleeper(2, silent=29 * 60)], running=lines),
        secondary(sessions=(), running=lines),
    )
    prediction = foretold(seen)
    assert (prediction.kept, prediction.lost) == (1, 1)


def test_rows_that_an_earlier_night_left_behind_are_nobody() -> None:
    rows = [session(1), sleeper(2)]
    seen = snapshot(unit(sessions=rows), secondary(sessions=standby_rows(rows[:1])))
    assert fate_of(foretold(seen)) == (1, 1, 0)


def test_a_pair_that_is_there_already_harms_nobody_and_takes_no_time() -> None:
    prediction = foretold(pair(PEOPLE, runs=NEW))
    assert (prediction.kept, prediction.minutes) == (12, 0)


@pytest.mark.parametrize(("hardware", "minutes"), [("ASAv", 11), ("ASA5516", 17), ("FPR-2110", 23)])
def test_the_night_is_as_long_as_two_boots_of_that_hardware(hardware: str, minutes: int) -> None:
    assert foretold(pair(PEOPLE, hardware=hardware)).minutes == minutes
    assert foretold(pair(PEOPLE, hardware=hardware), Failback.ALWAYS).minutes == minutes + 3


def _blind(unit_: Unit) -> Unit:
    return full(unit_, loaded=None)


@pytest.mark.parametrize("what", ["sessions", "configuration", "loads", "digests", "standby"])
def test_what_was_not_seen_is_not_foretold(what: str) -> None:
    seen = pair(PEOPLE)
    active, standby = seen.units
    match what:
        case "sessions":
            seen = snapshot(full(active, sessions=None), standby)
        case "configuration":
            seen = snapshot(full(active, running=None), standby)
        case "loads":
            seen = snapshot(_blind(active), standby)
        case "digests":
            seen = snapshot(active, full(standby, digests=()))
        case _:
            seen = snapshot(active, dark())
    assert predict(seen, aim(pair(PEOPLE)), Failback.NEVER) is None


def test_connections_without_http_replication_are_told_apart() -> None:
    assert "but for HTTP" in foretold(pair(PEOPLE, http=False)).connections
