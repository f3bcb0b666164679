"""Windows: a pair is touched in the hours that were allowed, and left alone in all others."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nights import Firewall
from nights_on_disk import Night, pair_text
from worlds import pair

from upgrader.cli.commands.hours import closed, hours_of, open_now
from upgrader.conduct.wishes import Hours, Wishes
from upgrader.journal.entry import Halted
from upgrader.journal.memory import MemoryJournal
from upgrader.model.law import Phase
from upgrader.model.outcome import ExitCode, Outcome
from upgrader.model.window import DAYS, Window, read_window
from upgrader.ports import OutsideWindow, UsageFault

BERLIN = ZoneInfo("Europe/Berlin")
SATURDAY_NIGHT = read_window("Sat 22:00-02:00 Europe/Berlin")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """November 2026: the 21st is a Saturday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=BERLIN)


# ── what a window is ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("when", "is_open"),
    [
        (at(21, 21, 59), False),
        (at(21, 22), True),
        (at(22, 0), True),
        (at(22, 1, 59), True),
        (at(22, 2), False),
        (at(20, 23), False),
        (at(22, 23), False),
    ],
)
def test_a_window_that_passes_midnight_belongs_to_the_day_on_which_it_opens(when, is_open):
    assert SATURDAY_NIGHT.is_open(when) is is_open
    assert SATURDAY_NIGHT.is_open(when.astimezone(UTC)) is is_open


def test_a_window_says_when_it_closes_and_when_it_opens_again():
    assert SATURDAY_NIGHT.closes_at(at(21, 23)) == at(22, 2)
    assert SATURDAY_NIGHT.closes_at(at(21, 12)) is None
    assert SATURDAY_NIGHT.opens_next(at(21, 12)) == at(21, 22)
    assert SATURDAY_NIGHT.opens_next(at(21, 23)) == at(28, 22)


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("Sat", {5}),
        ("sat,Sunday", {5, 6}),
        ("Mon-Fri", {0, 1, 2, 3, 4}),
        ("Fri-Mon", {4, 5, 6, 0}),
        ("daily", set(range(7))),
        ("weekend", {5, 6}),
        ("workdays", {0, 1, 2, 3, 4}),
    ],
)
def test_days_are_said_as_people_say_them(said, days):
    assert read_window(f"{said} 22:00-24:00 UTC").days == days


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "three parts"),
        ("22:00-02:00", "three parts"),
        ("Sat 22:00-02:00", "three parts"),
        ("Sun 22:00 UTC", "like 22:00-02:00"),
        ("Sat 25:00-02:00 UTC", "'25:00'"),
        ("Sat 22:0-02:00 UTC", "'22:0'"),
        ("Sat 22:00-22:00 UTC", "same minute"),
        ("Smt 22:00-02:00 UTC", "'Smt'"),
        ("Sa 22:00-02:00 UTC", "'Sa'"),
        ("Sat 22:00-02:00 Europe/Berlino", "Europe/Berlino"),
        ("Sat 22:00-02:00 ../../etc/passwd", "passwd"),
        ("Sat 22:00-02:00 /etc/passwd", "passwd"),
    ],
)
def test_what_is_no_window_is_refused_and_says_which_part_is_wrong(text, wrong):
    with pytest.raises(UsageFault, match="Sat 22:00-02:00 Europe/Berlin") as fault:
        hours_of([text])
    assert wrong in str(fault.value)


def test_a_window_says_itself_as_it_is_read():
    assert str(SATURDAY_NIGHT) == "Sat 22:00-02:00 Europe/Berlin"
    assert read_window(str(SATURDAY_NIGHT)) == SATURDAY_NIGHT


times = st.times().map(lambda t: t.replace(second=0, microsecond=0))


@pytest.mark.slow
@given(
    days=st.frozensets(st.sampled_from(range(7)), min_size=1),
    opens=times,
    closes=times,
    minutes=st.integers(0, 60 * 24 * 400),
)
def test_whoever_is_sent_away_comes_back_when_it_is_open(days, opens, closes, minutes):
    window = Window(days, opens, closes, "UTC")
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    again = window.opens_next(now)
    assert again > now
    assert window.is_open(again) or opens == closes
    assert DAYS[again.weekday()] in {DAYS[day] for day in days}
    ends = window.closes_at(now)
    assert (ends is None) is not window.is_open(now)
    assert ends is None or ends > now


def test_any_of_several_windows_will_do():
    windows = (SATURDAY_NIGHT, read_window("Wed 20:00-21:00 Europe/Berlin"))
    assert closed(windows, at(25, 20, 30)) is None
    assert closed(windows, at(21, 23)) is None
    why = closed(windows, at(25, 21, 30))
    assert why is not None
    assert "Wed 20:00-21:00" in why
    assert "Sat 28 Nov at 22:00" in why


def test_without_a_window_any_hour_will_do():
    open_now(hours_of([]))
    assert closed((), at(25, 12)) is None


# ── a run keeps to it ──────────────────────────────────────────────────────────────────


class Closing:
    """Hours that end before the n-th time they are asked for."""

    def __init__(self, nth: int) -> None:
        self.left = nth

    def __call__(self) -> str | None:
        self.left -= 1
        return None if self.left > 0 else "it is Sun 02:00, outside the window"


@pytest.mark.parametrize(
    ("nth", "phase", "before"),
    [
        (1, Phase.PREPARED, "reload-standby"),
        (2, Phase.STANDBY_UPGRADED, "switch-over"),
        (3, Phase.SWITCHED, "final-reload"),
    ],
)
def test_a_run_that_outlasts_its_window_stops_before_the_next_reload_or_switchover(
    nth, phase, before
):
    firewall = Firewall.of(pair())
    journal = MemoryJournal()
    wishes = Wishes(hours=Hours(("Sat",), Closing(nth)))
    plan = firewall.planned()
    report = firewall.conducted(plan, journal=journal, wishes=wishes)
    assert (report.outcome, report.exit_code) == (Outcome.STOPPED, ExitCode.STOPPED)
    assert f"stopped before {before}: it is Sun 02:00" in report.verdict
    last = journal.entries()[-1].body
    assert isinstance(last, Halted)
    assert last.wished
    reloads = [line for line in firewall.world.changing if "reload" in line]
    assert len(reloads) == (nth > 1)
    # In the next window it goes on, and ends as if it had never stopped.
    report = firewall.conducted(plan, journal=journal)
    assert report.outcome is Outcome.UPGRADED
    assert report.sessions.lost == 0


@pytest.mark.slow
def test_a_run_writes_its_window_down_and_a_resume_reads_it(tmp_path: Path):
    from upgrader.cli.deeds import nights

    night = Night(tmp_path, pair_text())
    hours = Hours(("Sat 22:00-02:00 Europe/Berlin",), Closing(2))
    report = night.run(wishes=Wishes(hours=hours))
    assert report.exit_code is ExitCode.STOPPED
    assert nights.windows_of(night.home.find_run(None)) == ("Sat 22:00-02:00 Europe/Berlin",)


def test_outside_the_window_nothing_is_begun(upgrader, tmp_path: Path):
    closed_today = (datetime.now(UTC) + timedelta(days=2)).strftime("%a")
    end = upgrader("run", "example:matched", "--window", f"{closed_today} 10:00-10:05 UTC")
    assert end.code == 3
    assert "outside the window" in end.err
    assert "nothing was changed" in end.err
    assert not list((tmp_path / "state").glob("runs/*"))


@pytest.mark.slow
def test_it_begins_within_the_window(upgrader):
    now = datetime.now(UTC)
    opens, closes = now - timedelta(hours=2), now + timedelta(hours=2)
    window = f"{opens:%a} {opens:%H:%M}-{closes:%H:%M} UTC"
    assert upgrader("run", "example:matched", "--fresh", "--window", window).code == 0


def test_hours_of_say_why_and_when():
    later = (datetime.now(UTC) + timedelta(days=3)).strftime("%a")
    with pytest.raises(OutsideWindow, match=f"outside the window {later} 10:00-11:00 UTC"):
        open_now(hours_of([f"{later} 10:00-11:00 UTC"]))
