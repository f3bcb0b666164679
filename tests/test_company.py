"""Company: who else is at work on the pair is told before each act, and stops nothing by itself."""

import pytest
from nights import Firewall
from worlds import pair

from upgrader.dialect.replies.administrators import read_ssh_sessions
from upgrader.journal.entry import Judged
from upgrader.journal.memory import MemoryJournal
from upgrader.model.finding import Moment, Severity
from upgrader.model.outcome import Outcome
from upgrader.model.unit import Administrator
from upgrader.ports import Unparsed

ALONE, UNCHANGED = "no-other-administrator", "configuration-unchanged"
HEAD = "SID Client IP       Version Mode Encryption Hmac     State            Username\n"


def findings(firewall: Firewall, rule: str):
    return [f for f in firewall.surveyed().findings if f.rule == rule]


def test_somebody_who_logged_in_is_seen_and_named():
    firewall = Firewall.of(pair())
    assert findings(firewall, ALONE) == []
    firewall.pair.log_in("active", "carol", "10.1.1.77")
    assert findings(firewall, ALONE) == []  # that may be us
    firewall.pair.log_in("active", "admin", "10.1.1.5")
    (told,) = findings(firewall, ALONE)
    assert told.severity is Severity.WARNING
    assert "admin from 10.1.1.5, carol from 10.1.1.77" in told.evidence


def test_whoever_comes_in_the_middle_of_the_night_is_told_before_the_next_act():
    firewall = Firewall.of(pair())
    plan, journal = firewall.planned(), MemoryJournal()

    def somebody_comes(line: str) -> None:
        if line == "show logging":  # a line of the harvest, after the switchover
            firewall.pair.log_in("active", "carol", "10.1.1.77")
            firewall.pair.log_in("standby", "dave", "10.1.1.78")

    firewall.world.before = somebody_comes
    report = firewall.conducted(plan, journal=journal)
    assert report.outcome is Outcome.UPGRADED
    judged = [e.body for e in journal.entries() if isinstance(e.body, Judged)]
    told = {b.moment for b in judged if any(f.rule == ALONE for f in b.findings)}
    assert told == {Moment.BEFORE_FINAL_RELOAD}


def test_a_line_that_somebody_typed_since_the_plan_is_told_before_the_next_act():
    firewall = Firewall.of(pair())
    plan, journal = firewall.planned(), MemoryJournal()

    def somebody_types(line: str) -> None:
        if line == "write memory" and not typed:
            other = firewall.world.inner.access.open(firewall.world.seats.active)
            for words in ("configure terminal", "ip local pool MORE 10.1.77.1-10.1.77.9", "end"):
                other.ask(words)
            typed.append(line)

    typed: list[str] = []
    firewall.world.before = somebody_types
    report = firewall.conducted(plan, journal=journal)
    assert report.outcome is Outcome.UPGRADED
    judged = [e.body for e in journal.entries() if isinstance(e.body, Judged)]
    told = {b.moment for b in judged if any(f.rule == UNCHANGED for f in b.findings)}
    assert told == {
        Moment.BEFORE_STANDBY_RELOAD,
        Moment.BEFORE_SWITCHOVER,
        Moment.BEFORE_FINAL_RELOAD,
    }


def test_what_the_run_itself_sets_is_no_change_by_somebody_else():
    firewall = Firewall.of(pair())
    journal = MemoryJournal()
    firewall.conducted(firewall.planned(), journal=journal)
    judged = [e.body for e in journal.entries() if isinstance(e.body, Judged)]
    assert len(judged) > 3
    assert [f for b in judged for f in b.findings if f.rule in {ALONE, UNCHANGED}] == []


@pytest.mark.parametrize(
    ("rows", "who"),
    [
        ("", ()),
        (
            (
                "0   10.1.1.5        2.0     IN   aes256-ctr sha2-256 SessionStarted   admin\n"
                "                            OUT  aes256-ctr sha2-256 SessionStarted   admin\n"
            ),
            (Administrator("admin", "10.1.1.5"),),
        ),
        (
            (
                "3   2001:db8::77    2.0     IN   aes128-cbc md5      SessionStarted   o'neil\n"
                "                            OUT  aes128-cbc md5      SessionStarted   o'neil\n"
                "0   10.1.1.5        1.99    IN   aes256-ctr sha1     SessionStarted   admin\n"
                "                            OUT  aes256-ctr sha1     SessionStarted   admin\n"
            ),
            (Administrator("admin", "10.1.1.5"), Administrator("o'neil", "2001:db8::77")),
        ),
    ],
)
def test_a_row_a_direction_is_one_person(rows, who):
    assert read_ssh_sessions(HEAD + rows) == who


@pytest.mark.parametrize("text", ["what is this\n", HEAD + "0 somebody came\n"])
def test_another_layout_is_not_understood_and_nobody_is_invented(text):
    with pytest.raises(Unparsed):
        read_ssh_sessions(text)
