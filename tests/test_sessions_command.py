"""`upgrader sessions RUN`: what became of everybody, from the run's journal alone."""

import pytest
from shells import Shell


@pytest.mark.slow
def test_a_run_tells_what_became_of_each_session_and_opens_no_pair(upgrader: Shell) -> None:
    waived = "anyconnect-images-match=lab test"
    ran = upgrader("run", "example:mismatched", "--waive", waived, "--json")
    run = str(ran.json["run"])
    assert ran.json["ledger"]["fates"][0]["sessions"] == 50  # type: ignore[index]
    assert "lines" not in ran.json, "a run's report has the totals; the sessions are asked for"

    whole = upgrader("sessions", run[:17], "--json")
    assert whole.code == 5, "as the run ended"
    lines = whole.json["lines"]
    assert isinstance(lines, list)
    assert [line["fate"] for line in lines] == ["lost"] * 50 + ["kept"] * 50
    assert whole.json["sessions"] == ran.json["sessions"]

    one = upgrader("sessions", "latest", "--user", "user07", "--fate", "lost")
    assert one.code == 5
    assert "1 of 100 sessions and logins are shown" in one.out
    assert "Session 7 of user07" in one.out

    page = upgrader("sessions", run)
    assert "and 75 more (--all" in page.out
    assert max(map(len, page.out.splitlines())) <= 80
    assert "user50" in upgrader("sessions", run, "--all").out


def test_a_name_that_is_neither_a_pair_nor_a_run_is_told_what_either_would_be(
    upgrader: Shell,
) -> None:
    done = upgrader("sessions", "nowhere")
    assert done.code == 2
    assert "is no run" in done.err
    assert "A pair is a TOML file" in done.err


def test_latest_without_any_run_says_how_one_is_made(upgrader: Shell) -> None:
    done = upgrader("sessions", "latest")
    assert done.code == 2
    assert "upgrader run PAIR" in done.err


def test_a_fate_is_asked_of_a_run_only(upgrader: Shell) -> None:
    done = upgrader("sessions", "example:matched", "--fate", "lost")
    assert done.code == 2
    assert "belongs to a run" in done.err


def test_the_rows_of_one_user_of_a_pair(upgrader: Shell) -> None:
    done = upgrader("sessions", "example:matched", "--user", "user07", "--json")
    assert done.code == 0
    assert [row["user"] for row in done.json["rows"]] == ["user07"]  # type: ignore[union-attr]
