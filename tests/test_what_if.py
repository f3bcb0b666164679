"""The same night with one thing changed: who would have lived, and who would have stopped it."""

from dataclasses import replace
from pathlib import Path

import pytest
from incidents import names
from reenactments import (
    CONSOLE,
    LOG,
    MINUTE,
    arrives,
    by_name,
    night_of,
    of_fixture,
    run,
    setting,
    told,
    upgrade,
)

from upgrader.conduct.reenacting.reenact import Reenacted
from upgrader.judgement.postmortem.causes.judge import judge
from upgrader.judgement.postmortem.changing.cures import cure_of
from upgrader.judgement.postmortem.changing.whatif import AS_IT_WAS, change_of, changes_known
from upgrader.judgement.postmortem.rebuilding.rebuild import rebuild
from upgrader.judgement.postmortem.rebuilding.setting import Rebuilt
from upgrader.model.cause import CauseName
from upgrader.model.script import Typed
from upgrader.ports import UsageFault

INCIDENT = "anyconnect-images-differ"

SAVING = ("anyconnect=matched", "package=staged", "order=fail-back", "order=no-last-reload")
SAVING_NOBODY = ("http-replication=off", "pool=100", "order=wait")
OTHERS = ("order=drain", "failover-key=missing", "failover-key=set", "checks=today")

ASKED = {
    INCIDENT: (*SAVING, *SAVING_NOBODY, *OTHERS),
    "state-link-down": ("state-link=up",),
    "premature-switchover": ("order=wait",),
    "package-missing": ("package=staged",),
}
"""What is asked of a night, all at once: it is rebuilt, and run as it was, once for all of it."""

CHANGES = tuple(name for name, _ in changes_known() if name != "pool=N")


def asked(name: str = INCIDENT) -> Reenacted:
    return of_fixture(name, *ASKED.get(name, ()))


def rebuilt(name: str = INCIDENT) -> Rebuilt:
    made = rebuild(*told(name))
    assert isinstance(made, Rebuilt)
    return made


def lines(made: Rebuilt) -> list[str]:
    return [act.line for act in made.script.acts if isinstance(act, Typed)]


# ── who would have lived ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize("wish", SAVING)
def test_what_saves_everybody_of_the_incident(wish):
    again = by_name(asked())
    assert (again[AS_IT_WAS].lost, again[AS_IT_WAS].orphaned) == (7, 7)
    saved = again[wish]
    assert (saved.lost, saved.orphaned, saved.leaked) == (0, 0, 0)
    assert saved.kept == 8
    assert len(saved.saved_users) == 7


@pytest.mark.parametrize("wish", SAVING_NOBODY)
def test_what_saves_nobody_of_the_incident(wish):
    again = by_name(asked())[wish]
    assert again.lost == 7
    assert again.saved_users == ()


def test_a_drain_leaves_nothing_behind_and_is_not_free():
    drained = by_name(asked())["order=drain"]
    assert (drained.lost, drained.orphaned, drained.leaked) == (0, 0, 0)
    assert drained.saved_users == ()
    assert "log in anew" in drained.note


def test_without_a_key_everybody_would_have_been_cut_off_at_the_switchover():
    again = by_name(asked())["failover-key=missing"]
    assert again.lost == 8
    assert (again.orphaned, again.leaked) == (0, 0)


def test_a_key_would_have_saved_a_night_without_one():
    night = night_of(setting(failover_key=False), upgrade())
    again = by_name(run(night, judge(night), "failover-key=set"))
    assert again[AS_IT_WAS].lost == 4
    assert (again["failover-key=set"].lost, again["failover-key=set"].kept) == (0, 4)
    assert len(again["failover-key=set"].saved_users) == 4


def test_a_whole_state_link_would_have_saved_everybody():
    again = by_name(asked("state-link-down"))["state-link=up"]
    assert again.lost == 0
    assert again.kept == 10


def test_waiting_would_have_saved_those_of_the_premature_switchover():
    again = by_name(asked("premature-switchover"))["order=wait"]
    assert again.lost == 0
    assert len(again.saved_users) == 5


@pytest.mark.slow
def test_a_package_that_lay_there_would_have_kept_everybody_connected():
    again = by_name(asked("package-missing"))["package=staged"]
    assert again.lost == 0


def test_a_change_that_is_none_says_so_and_is_the_night_as_it_was():
    again = by_name(asked())
    was, none = again[AS_IT_WAS], again["failover-key=set"]
    assert none.note == "that is how the night was"
    assert replace(none, change=was.change, says=was.says, note=was.note) == was


def test_a_change_of_the_last_reload_says_where_there_was_none():
    again = by_name(of_fixture("certificate-differs", "order=fail-back"))["order=fail-back"]
    assert again.note == "the night has no second reload, which it would change"


def test_checks_that_refuse_nothing_change_nothing_and_say_so():
    again = by_name(of_fixture("pool-full", "checks=today"))["checks=today"]
    assert again.note == "nothing is refused: that is how the night was"
    assert again.stopped_by is None


def test_whom_an_administrator_logged_off_he_logs_off_in_any_order():
    again = by_name(of_fixture("operator-logged-off", "order=fail-back", source=CONSOLE))
    assert again["order=fail-back"].lost == again[AS_IT_WAS].lost == 3


# ── today's checks ─────────────────────────────────────────────────────────────────────


def test_todays_checks_stop_the_incident_before_the_first_reload():
    made = asked()
    stop = made.todays_checks.stops[0]
    assert stop.rule == "anyconnect-images-match"
    assert stop.before == "failover reload-standby"
    assert "anyconnect-images-match" in made.todays_checks.answer
    assert "before harm was done" in made.todays_checks.answer
    today = by_name(made)["checks=today"]
    assert today.stopped_by == "anyconnect-images-match"
    assert (today.kept, today.lost, today.orphaned) == (8, 0, 0)


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("state-link-down", "state-link-up"),
        ("premature-switchover", "standby-ready"),
        ("package-missing", "anyconnect-image-present"),
        ("booted-old-image", "image-present"),
        ("certificate-differs", "certificates-alike"),
        ("incompatible-versions", "version-compatible"),
    ],
)
def test_the_check_that_would_have_stopped_it_is_named(name, rule):
    checks = asked(name).todays_checks
    assert checks.known
    assert checks.stops[0].rule == rule


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (INCIDENT, "between 22:05:31 and 22:13:38, before `failover reload-standby`"),
        ("premature-switchover", "at 22:10:52, before `no failover active`"),
        ("booted-old-image", ", before `failover reload-standby`"),
        ("certificate-differs", " and 22:14:53, before `no failover active`"),
    ],
)
def test_a_line_without_a_stamp_is_told_with_the_minutes_between_which_it_was_typed(name, said):
    checks = of_fixture(name, source=CONSOLE).todays_checks
    assert checks.answer.startswith("Today's checks would have stopped this ")
    assert said in checks.answer
    assert checks.stops[0].rule == of_fixture(name).todays_checks.stops[0].rule


@pytest.mark.parametrize("source", [LOG, CONSOLE])
@pytest.mark.parametrize("name", names())
def test_it_is_always_told_whether_todays_checks_would_have_stopped_a_night(name, source):
    checks = of_fixture(name, source=source).todays_checks
    assert checks.known
    assert "of today's checks would have stopped this" in checks.answer or checks.stops


@pytest.mark.parametrize("name", ["pool-full", "operator-logged-off", "nothing-happened"])
def test_where_no_check_would_have_stopped_it_that_is_said(name):
    checks = asked(name).todays_checks
    assert checks.known
    assert checks.stops == ()
    assert checks.answer.startswith("None of today's checks would have stopped this")


def test_a_check_that_would_have_warned_is_named():
    assert "http-replication" in of_fixture("http-replication-off").todays_checks.answer


def test_where_nobody_typed_anything_the_checks_had_nothing_to_stop():
    night = night_of(setting(), (arrives(3 * MINUTE, "newcomer"),))
    checks = run(night, ()).todays_checks
    assert checks.stops == ()
    assert "no reload and no switchover was ordered" in checks.answer


def test_what_was_refused_is_not_typed_nor_what_follows():
    night = night_of(setting(differs=True), upgrade())
    again = by_name(run(night, judge(night), "checks=today"))
    assert again[AS_IT_WAS].lost == 4
    assert again["checks=today"].lost == 0
    assert again["checks=today"].outage_seconds == 0


# ── the changes themselves ─────────────────────────────────────────────────────────────


@pytest.mark.slow
@pytest.mark.parametrize("name", CHANGES)
def test_every_change_can_be_run(name):
    again = by_name(of_fixture(INCIDENT, *CHANGES))[name]
    assert not again.note.startswith("not run")
    assert again.says


def test_a_change_is_pure():
    before = rebuilt()
    kept = replace(before)
    for name, _ in changes_known():
        change_of(name.replace("N", "9")).apply(before)
    assert before == kept


def test_orders_are_what_they_are_called():
    assert lines(change_of("order=no-last-reload").apply(rebuilt()))[-2:] == [
        "no failover active",
        "write memory",
    ]
    assert lines(change_of("order=fail-back").apply(rebuilt())).count("no failover active") == 2
    only = lines(change_of("order=standby-only").apply(rebuilt()))
    assert only.count("failover reload-standby") == 1
    assert "no failover active" not in only


def test_waiting_moves_what_came_too_early_and_all_that_follows():
    night = night_of(
        setting(),
        (
            Typed(2 * MINUTE, "active", "failover reload-standby"),
            Typed(7 * MINUTE, "active", "no failover active"),
        ),
    )
    made = rebuild(night, ())
    assert isinstance(made, Rebuilt)
    waited = change_of("order=wait").apply(made)
    at = [act.at_ms for act in waited.script.acts if isinstance(act, Typed)]
    assert at[1] - at[0] >= 6 * MINUTE


@pytest.mark.parametrize(
    ("wish", "hint"),
    [
        ("anyconnect=match", "anyconnect=matched"),
        ("anyconect=matched", "anyconnect=matched"),
        ("order=", "order=standby-first"),
        ("nonsense", "Allowed:\n  checks=today"),
        ("", "Allowed:\n  checks=today"),
        ("pool=0", "a whole number from 1"),
        ("pool=many", "a whole number from 1"),
    ],
)
def test_a_change_that_is_not_known_names_those_that_are(wish, hint):
    with pytest.raises(UsageFault) as fault:
        change_of(wish)
    assert hint in str(fault.value)


def test_a_wish_that_is_not_known_is_refused_before_anything_is_run():
    with pytest.raises(UsageFault):
        run(*told(INCIDENT), "anyconnect=matched", "nonsense=1")


@pytest.mark.parametrize("cause", list(CauseName))
def test_what_takes_a_cause_away_is_a_change_that_can_be_asked_for(cause):
    cure = cure_of(cause)
    assert cure is None or change_of(cure).asked == cure


# ── the page ───────────────────────────────────────────────────────────────────────────

_PAGE = (Path(__file__).parent.parent / "docs" / "how-to" / "ask-what-if.md").read_text()
_ROWS = [
    tuple(cell.strip().strip("`") for cell in line.strip("|").split("|"))
    for line in _PAGE.splitlines()
    if line.startswith("| `")
]


@pytest.mark.slow
@pytest.mark.parametrize("row", _ROWS, ids=lambda row: f"{row[0]} {row[1]}")
def test_the_table_of_the_page_is_what_comes_out(row):
    name, change, kept, lost, orphaned = row[:5]
    (as_it_was, changed) = of_fixture(name, change).what_ifs
    assert as_it_was.change == "as it was"
    told = (changed.kept, changed.lost, changed.orphaned)
    assert told == (int(kept), int(lost), int(orphaned))


def test_the_page_names_every_change():
    for name, _ in changes_known():
        assert f"`{name}`" in _PAGE
