"""Approvals: nobody runs what the board has not signed, however a plan file was touched."""

import json
import os
import shlex
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from approving import Board, no_passphrase, shifted
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from hypothesis import given
from hypothesis import strategies as st
from nights_on_disk import pair_text
from shells import Shell

from upgrader.cli.deeds import nights
from upgrader.cli.deeds.wanted import odd_plan, read_plan, read_upgrade
from upgrader.cli.pairfile.approvals import demand_of
from upgrader.cli.pairfile.pair import read_pair
from upgrader.cli.planfile import add_approval, decode_plan
from upgrader.cli.runs.home import Home
from upgrader.cli.worlds.entering import enter
from upgrader.conduct.wishes import Wishes
from upgrader.journal.approvals import approve, judge, plan_hash
from upgrader.journal.disk import RealDisk
from upgrader.journal.persons import canonical, fingerprint, open_person_key
from upgrader.journal.signing import Signer
from upgrader.journal.store import RunFolder
from upgrader.judgement.check.rules import RULES, facts_digest, under_waivers
from upgrader.model.approval import NO_DEMAND, ApproverKey, Demand, stricter
from upgrader.model.finding import Fact, Finding, Severity, Waiver
from upgrader.model.names import Digest, RuleName, Serial
from upgrader.model.outcome import ExitCode, Outcome
from upgrader.model.watch import Unwatched
from upgrader.ports import StalePlan, UsageFault

MISMATCH = "anyconnect-images-match"
WAIVED = ("--waive", f"{MISMATCH}=the clients of tonight are ours")


@pytest.fixture
def board(upgrader: Shell) -> Board:
    """One word is enough; alice and bob may give it; alice has."""
    board = Board(upgrader, "alice", "bob")
    assert board.draws().code == 0
    assert board.approves("alice").code == 0
    return board


# ── a board that is asked ──────────────────────────────────────────────────────────────


def test_a_pair_that_demands_approvals_is_not_upgraded_without_a_plan_file(upgrader: Shell):
    board = Board(upgrader, "alice")

    said = upgrader("run", "edge.toml", "--to", "9.16(4)", "--json")

    assert said.code == ExitCode.REFUSED
    commands = said.json["next"]["commands"]
    assert [c.split()[1] for c in commands] == ["plan", "approve", "run"]
    assert board.is_untouched


def test_a_plan_without_approvals_is_refused_before_the_pair_is_opened(upgrader: Shell):
    board = Board(upgrader, "alice", "bob", required=2)
    board.draws()
    assert not any((board.folder / "state").glob("runs/*"))
    before = sorted((board.folder / "state").rglob("*"))

    said = board.runs()

    assert said.code == ExitCode.REFUSED
    assert "0 of 2 approvals: alice or bob may still approve" in said.json["verdict"]
    assert sorted((board.folder / "state").rglob("*")) == before


@pytest.mark.slow
def test_two_people_approve_and_the_run_tells_who_and_when_and_which_hash(upgrader: Shell):
    board = Board(upgrader, "alice", "bob", required=2)
    board.draws()
    assert "1 more must approve" in board.approves("alice", "--comment", "CHG 4711").out
    assert board.runs().code == ExitCode.REFUSED
    assert board.approves("bob").code == 0

    said = board.runs()

    assert said.code == ExitCode.DONE, said.err
    assert said.json["plan_hash"] == plan_hash(board.plan)
    told = [(a["by"], a["comment"], a["plan"], a["counts"]) for a in said.json["approvals"]]
    digest = plan_hash(board.plan)
    assert told == [("alice", "CHG 4711", digest, True), ("bob", "", digest, True)]
    run = Home(board.folder / "state").find_run(None)
    started = RunFolder(run).read().entries()[0].body
    assert [line.by for line in started.approvals] == ["alice", "bob"]
    assert [line["by"] for line in json.loads((run / "report.json").read_text())["approvals"]]


@pytest.mark.slow
def test_a_rollback_needs_nobody_whatever_is_demanded_by_then(upgrader: Shell):
    board = Board(upgrader, "alice", "bob", site=True)
    board.draws()
    board.approves("alice")
    assert board.runs("--stop-before", "switch-over").code == ExitCode.STOPPED
    board.demands(2, "alice", "bob")

    assert upgrader("rollback", "--json", "--yes").json["outcome"] == "rolled-back"


@pytest.mark.slow
def test_a_run_that_was_stopped_goes_on_without_a_second_approval(board: Board):
    assert board.runs("--stop-before", "switch-over").code == ExitCode.STOPPED
    run = Home(board.folder / "state").find_run(None).name

    assert board.upgrader("resume", run, "--json").json["outcome"] == "upgraded"


@pytest.mark.slow
def test_a_rehearsal_needs_nobody(upgrader: Shell):
    board = Board(upgrader, "alice")
    board.draws()

    assert upgrader("rehearse", "plan.json").code == 0
    assert upgrader("rehearse", "edge.toml", "--to", "9.16(4)").code == 0


@pytest.mark.slow
def test_where_nobody_must_approve_a_plan_runs_as_ever(upgrader: Shell):
    board = Board(upgrader, required=0)
    board.draws()

    assert board.runs().code == 0


@pytest.mark.slow
def test_somebody_may_approve_though_nobody_must(upgrader: Shell):
    board = Board(upgrader, required=0)
    board.has_a_key("alice")
    board.draws()
    assert board.approves("alice").code == 0

    said = board.runs()

    assert said.code == 0
    assert said.json["approvals"][0]["by"] == fingerprint(board.line("alice"))


def test_a_plan_that_is_drawn_in_the_run_itself_is_refused_at_the_last_door_too(upgrader: Shell):
    """The demand stands at the run's folder, whoever forgot to ask before."""
    board = Board(upgrader, "alice", site=True)
    board.demands(0)
    wanted = read_upgrade("edge.toml", "9.16(4)", [])
    place = Home(board.folder / "state")
    world = enter(wanted.pair, place.worlds, command="a test")

    def meanwhile(_plan: object) -> None:
        board.demands(1, "alice")

    report = nights.run(wanted, world, place, Unwatched(), Wishes(), agreed=meanwhile)
    world.close()

    assert report.outcome is Outcome.REFUSED
    assert not any(place.runs.glob("*"))


@pytest.mark.slow
def test_an_approved_plan_is_one_hop_and_the_next_one_asks_for_its_own(upgrader: Shell):
    fixtures = Path(__file__).parents[1] / "fixtures"
    text = (fixtures / "pairs" / "two-hops.toml").read_text()
    board = Board(upgrader, "alice", text=text.replace("../configs", str(fixtures / "configs")))
    drawn = upgrader("plan", "edge.toml", "--to", "9.12(4)", "-o", "plan.json")
    assert drawn.code == 0, drawn.out
    board.approves("alice")

    said = board.runs()

    assert said.code == ExitCode.STOPPED
    assert {unit["version"] for unit in said.json["units"]} == {"9.0(4)"}
    assert "must approve the next hop" in said.json["verdict"]
    commands = said.json["next"]["commands"]
    assert [c.split()[1] for c in commands] == ["plan", "approve", "run"]
    assert upgrader(*shlex.split(commands[0])[1:]).code == 0
    assert upgrader("run", "next-hop.json").code == ExitCode.REFUSED
    upgrader("approve", "next-hop.json", "--key", "alice.key", "--yes")
    then = upgrader("run", "next-hop.json", "--json")
    assert then.code == ExitCode.DONE
    assert {unit["version"] for unit in then.json["units"]} == {"9.12(4)"}


# ── somebody touched the plan ──────────────────────────────────────────────────────────


def _target(plan):
    version = plan["target"]["version"]
    version[next(part for part, value in version.items() if isinstance(value, int))] += 1


def _image(plan):
    plan["image"] = "disk0:/asa-of-mallory.SPA"


def _window(plan):
    plan["windows"] = ["daily 00:00-23:59 UTC"]


def _steps(plan):
    plan["steps"].pop()


def _typed(plan):
    plan["steps"][0]["typed"]["lines"] = ["reload noconfirm"]


def _serials(plan):
    plan["serials"] = ["JAD00000000", plan["serials"][1]]


def _digest(plan):
    field = next(f for f in plan["drawn_from"]["fields"] if f["field"].startswith("digest of"))
    field["value"] = "sha512:" + "0" * 128


def _configuration(plan):
    plan["configurations"][0]["rest"] = "sha256:" + "0" * 64


def _demand(plan):
    plan["demand"] = {"required": 0, "keys": []}


def _failback(plan):
    plan["failback"] = "always"


def _selection(plan):
    plan["selection"]["left_out"] = ["flash-space"]


def _sessions(plan):
    plan["sessions"] = 0


def _journey(plan):
    plan["journey"] = [plan["target"]["version"]]


@pytest.mark.parametrize(
    "touch",
    [
        _target,
        _image,
        _window,
        _steps,
        _typed,
        _serials,
        _digest,
        _configuration,
        _demand,
        _failback,
        _selection,
        _sessions,
        _journey,
    ],
    ids=lambda touch: touch.__name__[1:],
)
def test_an_approval_falls_with_any_change_of_the_plan(board: Board, touch):
    before = board.plan_file.read_text()
    board.rewritten(touch)
    assert json.loads(board.plan_file.read_text()) != json.loads(before)

    said = board.runs()

    assert said.code == ExitCode.REFUSED
    assert "does not hold" in said.json["verdict"]
    assert "another plan" in said.json["verdict"]


def test_a_waiver_put_in_after_the_approval_is_refused(upgrader: Shell):
    """The plan is drawn with a waiver; its reason is then made to sound better."""
    board = Board(upgrader, "alice", text=pair_text(standby_package="package B"))
    board.draws(*WAIVED)
    board.approves("alice")

    def soothe(plan):
        plan["waivers"][0]["reason"] = "approved by everybody"
        for finding in plan["findings"]:
            if finding["rule"] == MISMATCH:
                finding["waived"] = "approved by everybody"

    board.rewritten(soothe)

    assert board.runs().code == ExitCode.REFUSED


@pytest.mark.slow
def test_keys_in_another_order_are_the_same_plan(board: Board):
    before = plan_hash(board.plan)
    board.plan_file.write_bytes(shifted(board.plan_file))

    assert plan_hash(board.plan) == before
    assert board.runs().code == ExitCode.DONE


@pytest.mark.parametrize("where", [(), ("target",), ("demand",), ("approvals", 0)])
def test_a_key_that_no_plan_has_is_refused(board: Board, where):
    def smuggle(plan):
        for step in where:
            plan = plan[step]
        plan["also"] = "harmless"

    board.rewritten(smuggle)

    assert board.runs().code == ExitCode.USAGE
    assert board.is_untouched or not any((board.folder / "state").glob("runs/*"))


def test_a_plan_file_that_was_cut_short_is_no_plan(board: Board):
    whole = board.plan_file.read_bytes()
    for length in (0, 1, len(whole) // 2, len(whole) - 3):
        board.plan_file.write_bytes(whole[:length])
        assert board.runs().code == ExitCode.USAGE
        assert board.approves("bob").code == ExitCode.USAGE


@pytest.mark.slow
def test_a_plan_that_is_replaced_after_it_was_read_is_not_what_is_run(board: Board):
    """The file is read once: what was judged is what is conducted."""
    wanted = read_plan("plan.json")
    board.has(replace(board.plan, image="disk0:/asa-of-mallory.SPA"))
    place = Home(board.folder / "state")
    world = enter(wanted.pair, place.worlds, command="a test")

    report = nights.run(wanted, world, place, Unwatched(), Wishes())
    world.close()

    assert report.outcome is Outcome.UPGRADED
    conducted = decode_plan(place.find_run(None) / "plan.json")
    assert conducted == wanted.plan


def test_what_is_signed_is_what_was_shown_and_not_what_lies_there_by_then(board: Board):
    shown = board.plan
    board.has(replace(shown, image="disk0:/asa-of-mallory.SPA", approvals=()))
    bob = board.keys["bob"]

    with pytest.raises(StalePlan, match="nothing was signed"):
        add_approval(board.plan_file, shown, approve(shown, bob, "2026-11-22T21:04:05Z", ""))


# ── somebody touched the approvals ─────────────────────────────────────────────────────


def test_an_approval_of_another_plan_counts_for_nothing(board: Board):
    other = replace(board.plan, windows=("daily 00:00-04:00 UTC",), approvals=())
    board.has(replace(other, approvals=board.plan.approvals))

    said = board.runs()

    assert said.code == ExitCode.REFUSED
    assert "approves another plan" in said.json["verdict"]


def test_an_approval_for_one_pair_is_none_for_its_neighbour(board: Board):
    neighbour = replace(
        board.plan, serials=(Serial("JAD33333333"), Serial("JAD44444444")), pair="core"
    )
    assert not any(line.holds for line in judge(neighbour, neighbour.demand))


def test_a_signature_moved_to_another_hash_key_hour_or_comment_does_not_hold(board: Board):
    plan, (given,) = board.plan, board.plan.approvals
    for changed in (
        replace(given, plan=Digest("sha256:" + "0" * 64)),
        replace(given, key=board.line("bob")),
        replace(given, at="2026-11-23T00:00:00Z"),
        replace(given, comment="and the next one too"),
        replace(given, signature="0" * 128),
        replace(given, signature=given.signature.upper()),
        replace(given, signature=given.signature + " "),
        replace(given, signature=""),
        replace(given, key=given.key + " alice"),
        replace(given, key=given.key.replace(" ", "  ")),
        replace(given, key=""),
        replace(given, key="ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC7"),
    ):
        (line,) = judge(replace(plan, approvals=(changed,)), plan.demand)
        assert not line.holds
        assert not line.counts


def test_a_signature_of_a_journal_by_the_same_key_is_no_approval(board: Board):
    """What is signed says first what it is for."""
    plan, (given,) = board.plan, board.plan.approvals
    key = Ed25519PrivateKey.generate()
    public = make_like(key, board.folder / "both.key")
    forged = replace(given, key=public, signature=Signer(key).sign(given.plan))

    (line,) = judge(replace(plan, approvals=(forged,)), Demand(1, (ApproverKey("x", public),)))

    assert not line.holds


def make_like(key: Ed25519PrivateKey, path: Path) -> str:
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    RealDisk().write(path, pem)
    return open_person_key(path, no_passphrase).public


def test_one_person_who_signs_twice_is_one_person(upgrader: Shell):
    board = Board(upgrader, "alice", "bob", required=2)
    board.draws()
    board.approves("alice")
    again = approve(board.plan, board.keys["alice"], "2026-11-23T00:00:00Z", "again")
    board.has(replace(board.plan, approvals=(*board.plan.approvals, again)))

    said = board.runs()

    assert said.code == ExitCode.REFUSED
    assert "the same key has approved above" in said.json["verdict"]


def test_who_approves_again_is_told_and_the_file_is_left_alone(board: Board):
    before = board.plan_file.read_bytes()

    said = board.approves("alice", "--json")

    assert said.json["outcome"] == "already-there"
    assert board.plan_file.read_bytes() == before


@pytest.mark.slow
def test_two_keys_of_one_person_are_one_person(upgrader: Shell):
    """In a file of keys one name may stand twice: a laptop and a workstation."""
    board = Board(upgrader, "desk", "lap", "bob", required=2)
    lines = [
        f"{board.line('desk')} alice",
        f"{board.line('lap')} Alice",
        f"{board.line('bob')} bob",
    ]
    (board.folder / "board.keys").write_text("# the board\n" + "\n".join(lines) + "\n")
    table = '[approvals]\nrequired = 2\nkeys_file = "board.keys"\n'
    (board.folder / "edge.toml").write_text(board.text + table)
    board.draws()
    board.approves("desk")
    board.approves("lap")

    said = board.runs()

    assert said.code == ExitCode.REFUSED
    assert "with another key" in said.json["verdict"]
    assert board.approves("bob").code == 0
    assert board.runs().code == 0


def test_a_key_that_nobody_listed_does_not_sign_and_does_not_count(board: Board):
    mallory = board.has_a_key("mallory")
    assert board.approves("mallory").code == ExitCode.REFUSED
    plan = replace(board.plan, approvals=())
    board.has(replace(plan, approvals=(approve(plan, mallory, "2026-11-22T21:04:05Z", ""),)))

    said = board.runs()

    assert said.code == ExitCode.REFUSED
    assert "not on the list" in said.json["verdict"]


def test_nobody_signs_a_plan_in_which_an_approval_does_not_hold(board: Board):
    board.rewritten(lambda plan: plan.update(windows=["daily 00:00-04:00 UTC"]))

    said = board.approves("bob", "--json")

    assert said.code == ExitCode.REFUSED
    assert "drawn anew" in said.json["verdict"]
    assert said.json["next"]["commands"][0].startswith("upgrader plan ")
    assert len(board.plan.approvals) == 1


@pytest.mark.slow
def test_the_plan_of_a_run_cannot_be_changed_between_stop_and_resume(board: Board):
    board.runs("--stop-before", "switch-over")
    run = Home(board.folder / "state").find_run(None)
    plan = decode_plan(run / "plan.json")
    (run / "plan.json").write_bytes(
        (run / "plan.json").read_bytes().replace(plan.approvals[0].signature.encode(), b"0" * 128)
    )

    said = board.upgrader("resume", run.name, "--json")

    assert said.code == ExitCode.REFUSED
    assert "not the plan that this run was conducted by" in said.json["verdict"]


# ── the demand itself ──────────────────────────────────────────────────────────────────


def test_a_demand_taken_out_of_the_site_s_file_still_stands_in_the_plan(upgrader: Shell):
    board = Board(upgrader, "alice", site=True)
    board.draws()
    (board.folder / "site.toml").write_text("")

    assert board.runs().code == ExitCode.REFUSED


def test_a_demand_lowered_or_with_other_keys_helps_nobody(upgrader: Shell):
    board = Board(upgrader, "alice", "bob", required=2, site=True)
    board.draws()
    board.approves("alice")
    board.demands(1, "alice", "bob", "mallory")
    assert board.runs().code == ExitCode.REFUSED

    board.demands(1, "mallory")
    said = board.runs()

    assert said.code == ExitCode.REFUSED
    assert "in common" in said.json["verdict"]


@pytest.mark.slow
def test_a_demand_that_came_after_the_plan_was_drawn_counts(upgrader: Shell):
    board = Board(upgrader, "alice", site=True)
    board.demands(0)
    board.draws()
    board.demands(1, "alice")
    assert board.runs().code == ExitCode.REFUSED

    board.approves("alice")

    assert board.runs().code == ExitCode.DONE


def test_a_key_taken_off_the_list_counts_no_longer(upgrader: Shell):
    board = Board(upgrader, "alice", "bob", site=True)
    board.draws()
    board.approves("alice")
    board.demands(1, "bob")

    said = board.runs()

    assert said.code == ExitCode.REFUSED
    assert "bob may still approve" in said.json["verdict"]


@pytest.mark.slow
@given(st.data())
def test_of_two_demands_the_stricter_counts_in_either_order(data):
    names = ("alice", "bob", "carol")
    listed = st.lists(st.sampled_from(names), unique=True).map(
        lambda some: tuple(ApproverKey(name, f"key of {name}") for name in sorted(some))
    )
    demand = st.builds(Demand, st.integers(1, 2), listed)
    one, other = data.draw(demand), data.draw(demand)

    both = stricter(one, other)

    assert both == stricter(other, one)
    assert both.required >= max(one.required, other.required)
    assert set(both.keys) == set(one.keys) & set(other.keys)
    assert stricter(one, NO_DEMAND) == stricter(NO_DEMAND, one) == one


# ── [approvals] ────────────────────────────────────────────────────────────────────────


def _read(folder: Path, table: str, site: str | None = None) -> Demand:
    text = ("" if site is None else 'site = "site.toml"\n') + pair_text() + table
    (folder / "edge.toml").write_text(text)
    if site is not None:
        (folder / "site.toml").write_text(site)
    return demand_of(read_pair(str(folder / "edge.toml")).site)


ALICE = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIARSf7T8y3pyxTMGd5JwtdYLWv+wbbagn5gIvvO+dVMu"
BOB = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGxcHCsIzhx0R896G+gg7ol1VkmRb9l4jaZF9SLlOHHx"


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("required = 3\n", "`approvals.required`: `3`; allowed: 1 or 2"),
        ("required = 0\n", "`approvals.required`: `0`"),
        ("required = true\n", "`approvals.required`: `True`"),
        ('required = "1"\n', "`approvals.required`"),
        ("required = 1\n", "1 people must approve, and 0 are listed"),
        (f'required = 2\nkeys = {{ alice = "{ALICE}" }}\n', "and 1 are listed"),
        (f'keys = {{ alice = "{ALICE}", bob = "{ALICE}" }}\n', "the same key stands there"),
        (f'keys = {{ "\u0430lice" = "{ALICE}" }}\n', "no ASCII character"),
        (f'keys = {{ "" = "{ALICE}" }}\n', "a key needs a name"),
        (f'keys = "{ALICE}"\n', "must be a table"),
        ("keys = { alice = 5 }\n", "must be a text"),
        ('keys = { alice = "ssh-rsa AAAAB3NzaC1yc2E" }\n', "only Ed25519 keys approve"),
        ('keys = { alice = "ecdsa-sha2-nistp256 AAAA" }\n', "only Ed25519 keys approve"),
        ('keys = { alice = "sk-ssh-ed25519@openssh.com AAAA" }\n', "only Ed25519 keys approve"),
        (f'keys = {{ alice = "{ALICE[:-8]}" }}\n', "was it cut short?"),
        ('keys = { alice = "" }\n', "nothing where"),
        ('keys_file = "none.keys"\n', "No such file"),
        ("keys_file = 5\n", "must be a text"),
        ("needed = 1\n", "there is no such key"),
    ],
)
def test_a_mistake_in_the_demand_is_told_with_its_key(tmp_path: Path, table: str, told: str):
    with pytest.raises(UsageFault) as fault:
        _read(tmp_path, "[approvals]\n" + table)
    assert told in str(fault.value)


def test_a_line_of_keys_with_options_is_refused_and_not_half_heeded(tmp_path: Path):
    (tmp_path / "board.keys").write_text(f'\nfrom="10.0.0.1" {ALICE} alice\n')
    with pytest.raises(UsageFault, match=r"board\.keys:2"):
        _read(tmp_path, '[approvals]\nkeys_file = "board.keys"\n')


def test_a_pair_may_demand_more_than_its_site_and_never_less(tmp_path: Path):
    both = f'keys = {{ alice = "{ALICE}", bob = "{BOB}" }}\n'
    site = "[approvals]\nrequired = 2\n" + both
    assert _read(tmp_path, "[approvals]\nrequired = 1\n", site).required == 2
    assert _read(tmp_path, "", site).required == 2
    assert _read(tmp_path, "[approvals]\nrequired = 2\n", "[approvals]\n" + both).required == 2
    narrow = f'[approvals]\nkeys = {{ alice = "{ALICE}" }}\n'
    assert _read(tmp_path, narrow, "[approvals]\n" + both).people == 1
    with pytest.raises(UsageFault, match="2 people must approve, and 1 are listed"):
        _read(tmp_path, narrow, site)
    with pytest.raises(UsageFault, match="not among the keys that the site lists"):
        _read(tmp_path, f'[approvals]\nkeys = {{ mallory = "{BOB}" }}\n', narrow)


def test_a_wrong_demand_is_found_before_a_pair_is_looked_at(upgrader: Shell):
    board = Board(upgrader, "alice")
    (board.folder / "edge.toml").write_text(board.text + "[approvals]\nrequired = 7\n")

    assert board.draws().code == ExitCode.USAGE
    assert board.is_untouched


# ── keys ───────────────────────────────────────────────────────────────────────────────


def _written(path: Path, key, form=PrivateFormat.OpenSSH, lock=None) -> Path:
    RealDisk().write(path, key.private_bytes(Encoding.PEM, form, lock or NoEncryption()))
    return path


@pytest.mark.slow
@pytest.mark.parametrize("form", [PrivateFormat.OpenSSH, PrivateFormat.PKCS8])
def test_a_locked_key_opens_with_its_passphrase_and_with_no_other(tmp_path: Path, form):
    key = Ed25519PrivateKey.generate()
    path = _written(tmp_path / "key", key, form, BestAvailableEncryption(b"over the hills"))

    assert open_person_key(path, lambda: "over the hills").public.startswith("ssh-ed25519 ")
    for wrong in ("", "over the hill", "and far away"):
        with pytest.raises(UsageFault, match="does not open this key") as fault:
            open_person_key(path, lambda wrong=wrong: wrong)
        assert fault.value.__cause__ is None
        assert not wrong or wrong not in str(fault.value)


def test_only_ed25519_signs(tmp_path: Path):
    for key in (rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP256R1())):
        path = _written(tmp_path / "key", key)
        with pytest.raises(UsageFault, match="only Ed25519 keys approve"):
            open_person_key(path, no_passphrase)


def test_a_key_that_others_may_read_is_not_used(tmp_path: Path):
    path = _written(tmp_path / "key", Ed25519PrivateKey.generate())
    path.chmod(0o644)
    with pytest.raises(UsageFault, match="chmod 600"):
        open_person_key(path, no_passphrase)


@pytest.mark.parametrize(
    ("text", "told"),
    [("", "no private key"), ("hello", "no private key"), (ALICE, "is a public key")],
)
def test_what_is_no_private_key_is_called_so(tmp_path: Path, text: str, told: str):
    path = tmp_path / "key"
    RealDisk().write(path, text.encode())
    with pytest.raises(UsageFault, match=told):
        open_person_key(path, no_passphrase)


def test_a_public_key_is_called_so_although_everybody_may_read_it(tmp_path: Path):
    path = tmp_path / "alice.pub"
    path.write_text(ALICE)
    path.chmod(0o644)
    with pytest.raises(UsageFault, match="is a public key"):
        open_person_key(path, no_passphrase)


def test_a_key_has_one_spelling():
    assert canonical(f"  {ALICE} alice@desk of the board ") == ALICE
    # The last bits of a base64 text may be anything: they are no other key.
    loose = ALICE[:-1] + chr(ord(ALICE[-1]) + 1)
    assert canonical(loose) in {ALICE, canonical(loose)}


@pytest.mark.slow
def test_ssh_keygen_reads_a_key_that_we_made_and_we_read_one_of_its(tmp_path: Path, upgrader):
    said = upgrader("approve", "--new-key", "mine.key")
    assert said.code == 0
    path = tmp_path / "mine.key"
    assert path.stat().st_mode & 0o777 == 0o600
    try:
        shown = subprocess.run(
            ["ssh-keygen", "-y", "-f", str(path)], capture_output=True, text=True, check=True
        )
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "hush", "-f", str(tmp_path / "its.key")],
            check=True,
        )
    except FileNotFoundError:
        pytest.skip("ssh-keygen is not installed")
    assert canonical(shown.stdout) == canonical(said.out)
    theirs = (tmp_path / "its.key.pub").read_text()
    assert open_person_key(tmp_path / "its.key", lambda: "hush").public == canonical(theirs)


# ── the command ────────────────────────────────────────────────────────────────────────


def test_a_new_key_is_never_written_over_an_old_one(upgrader: Shell, tmp_path: Path):
    assert upgrader("approve", "--new-key", "mine.key").code == 0
    before = (tmp_path / "mine.key").read_bytes()
    assert upgrader("approve", "--new-key", "mine.key").code == ExitCode.USAGE
    assert (tmp_path / "mine.key").read_bytes() == before


@pytest.mark.slow
def test_a_passphrase_comes_from_the_environment_and_is_not_taken_in_clear(
    upgrader: Shell, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("KEY_WORD", "over the hills")
    made = upgrader("approve", "--new-key", "mine.key", "--passphrase", "env:KEY_WORD", "--json")
    assert made.json["public_key"].startswith("ssh-ed25519 ")
    assert "over the hills" not in made.out + made.err
    board = Board(upgrader, required=0)
    board.draws()

    assert board.approves("mine", "--passphrase", "env:KEY_WORD").code == 0
    for source in ("over the hills", "env:NOT_THERE", "keyring"):
        said = board.approves("mine", "--passphrase", source)
        assert said.code == ExitCode.USAGE
        assert "over the hills" not in said.out + said.err


@pytest.mark.slow
def test_a_passphrase_that_is_typed_is_not_shown(upgrader: Shell):
    board = Board(upgrader, required=0)
    board.draws()
    lock = BestAvailableEncryption(b"over the hills")
    _written(board.folder / "locked.key", Ed25519PrivateKey.generate(), lock=lock)
    terminal, line = os.openpty()
    typed = ("approve", "plan.json", "--key", "locked.key")
    process = subprocess.Popen(
        [sys.executable, "-m", "upgrader", *typed],
        stdin=line,
        stdout=line,
        stderr=line,
        cwd=board.folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        start_new_session=True,
    )
    os.close(line)
    shown = ""
    try:
        for question, answer in (("assphrase of", "over the hills"), ("Type edge", "edge")):
            while question not in shown:
                shown += os.read(terminal, 4096).decode()
            os.write(terminal, f"{answer}\n".encode())
        with suppress(OSError):  # how Linux says that nobody is left at the other end
            while piece := os.read(terminal, 4096):
                shown += piece.decode()
    finally:
        code = process.wait(timeout=30)
        os.close(terminal)

    assert code == 0, shown
    assert "over the hills" not in shown
    assert len(board.plan.approvals) == 1


@pytest.mark.parametrize(
    "typed",
    [
        ("approve",),
        ("approve", "plan.json"),
        ("approve", "--key", "alice.key"),
        ("approve", "plan.json", "--key", "alice.key", "--new-key", "x.key"),
        ("approve", "nothing.json", "--key", "alice.key", "--yes"),
        ("approve", "edge.toml", "--key", "alice.key", "--yes"),
        ("approve", "plan.json", "--key", "nobody.key", "--yes"),
        ("approve", "plan.json", "--key", "alice.key", "--yes", "--comment", "two\nlines"),
        ("approve", "plan.json", "--key", "alice.key", "--yes", "--comment", "x" * 201),
    ],
)
def test_what_is_missing_or_wrong_is_told_and_nothing_is_signed(upgrader: Shell, typed):
    board = Board(upgrader, "alice")
    board.draws()

    said = upgrader(*typed)

    assert said.code == ExitCode.USAGE
    assert "Traceback" not in said.err
    assert board.plan.approvals == ()


@pytest.mark.slow
def test_who_signs_sees_the_release_the_hours_the_waivers_and_what_it_costs(upgrader: Shell):
    board = Board(upgrader, "alice", text=pair_text(standby_package="package B"))
    board.draws(*WAIVED, "--window", "Sat 22:00-02:00 Europe/Berlin")

    said = upgrader.process("approve", "plan.json", "--key", "alice.key")

    assert said.code == ExitCode.USAGE  # nobody is there to type the name
    for shown in (
        "9.12(4) to 9.16(4)",
        "Sat 22:00-02:00 Europe/Berlin",
        MISMATCH,
        "the clients of tonight are ours",
        plan_hash(board.plan),
        "lost",
    ):
        assert shown in said.err
    assert board.plan.approvals == ()
    shown, _, _ = said.err.partition("Type edge")
    assert all(len(line) <= 80 for line in shown.splitlines())


def test_an_approval_changes_nothing_else_of_the_file(board: Board):
    before = board.plan
    board.plan_file.chmod(0o640)

    board.approves("bob")

    assert replace(board.plan, approvals=before.approvals) == before
    assert board.plan.approvals[:1] == before.approvals
    assert board.plan_file.stat().st_mode & 0o777 == 0o640


def test_show_tells_what_was_agreed_upon_at_80_columns(board: Board):
    said = board.upgrader("show", "plan.json")

    assert said.code == 0
    for part in ("Drawn from", "Agreed upon", "Approvals: 1 of 1", "sha512:", "configuration of"):
        assert part in said.out
    assert max(len(line) for line in said.out.splitlines() if "copy " not in line) <= 80
    told = board.upgrader("show", "plan.json", "--json").json
    assert told["plan"]["demand"]["required"] == 1
    assert {"windows", "selection", "configurations", "fields", "serials", "waivers"} <= set(
        told["plan"]
    )


def test_show_says_which_approval_does_not_hold(board: Board):
    board.rewritten(lambda plan: plan.update(sessions=0))

    assert "DOES NOT HOLD" in board.upgrader("show", "plan.json").out


# ── waivers, as somebody would try them ────────────────────────────────────────────────


@pytest.fixture
def waived(upgrader: Shell) -> Board:
    """A plan in spite of a mismatch; no approval is demanded."""
    board = Board(upgrader, required=0, text=pair_text(standby_package="package B"))
    assert board.draws(*WAIVED).code == 0
    return board


def test_a_waiver_names_who_why_and_on_which_evidence(waived: Board):
    (waiver,) = waived.plan.waivers
    finding = next(f for f in waived.plan.findings if f.rule == MISMATCH)

    assert waiver.by
    assert waiver.evidence == finding.evidence
    assert odd_plan(waived.plan) is None


@pytest.mark.parametrize("missing", ["by", "reason", "evidence"])
def test_a_waiver_of_nobody_for_nothing_or_on_no_evidence_is_refused(waived: Board, missing):
    waived.rewritten(lambda plan: plan["waivers"][0].update({missing: " "}))
    waived.has_a_key("alice")

    assert waived.runs().code == ExitCode.USAGE
    assert waived.approves("alice").code == ExitCode.USAGE


def test_a_waiver_with_another_evidence_than_the_finding_s_is_refused(waived: Board):
    waived.rewritten(lambda plan: plan["waivers"][0].update(evidence="all is well"))

    assert "covers no finding" in waived.runs().json["verdict"]


def test_a_waiver_that_was_written_in_for_another_rule_is_refused(waived: Board):
    """The digest of one finding, under the name of a rule that may block later."""
    waived.rewritten(lambda plan: plan["waivers"][0].update(rule="failover-ready"))

    assert waived.runs().code == ExitCode.USAGE


@pytest.mark.parametrize("how", ["left_out", "record_only"])
def test_a_rule_of_the_core_cannot_be_written_out_of_a_plan(waived: Board, how):
    core = next(rule.text.rule for rule in RULES if rule.text.core)
    waived.rewritten(lambda plan: plan["selection"].update({how: [core]}))
    waived.has_a_key("alice")

    assert f"{core} is of the core" in waived.runs().json["verdict"]
    assert waived.approves("alice").code == ExitCode.USAGE


def _finding(severity: Severity = Severity.BLOCKER, serial: str = "JAD11111111") -> Finding:
    facts = (Fact("file", "disk0:/a.pkg"), Fact("serial", serial))
    return Finding(RuleName(MISMATCH), severity, "seen", "costs", "helps", facts)


def _waiver(finding: Finding, rule: str = MISMATCH) -> Waiver:
    return Waiver(RuleName(rule), facts_digest(finding.facts), "ours", "alice", finding.evidence)


@pytest.mark.parametrize(
    ("waiver", "finding"),
    [
        (_waiver(_finding(), "image-present"), _finding()),
        (_waiver(_finding()), _finding(serial="JAD22222222")),
        (_waiver(_finding(severity=Severity.UNKNOWN)), _finding(severity=Severity.UNKNOWN)),
    ],
    ids=["another rule", "another serial", "what was not seen"],
)
def test_a_waiver_covers_that_rule_on_those_facts_and_nothing_else(waiver, finding):
    assert under_waivers((waiver,), finding).stops


def test_a_waiver_falls_when_the_files_have_changed_since(waived: Board):
    """Another package came onto the standby's flash: that is another mismatch."""
    text = (waived.folder / "edge.toml").read_text().replace("package B", "package C")
    (waived.folder / "edge.toml").write_text(text)
    waived.rewritten(lambda plan: plan.update(pair_digest=read_pair("edge.toml").digest))

    said = waived.upgrader("run", "plan.json", "--fresh", "--json")

    assert said.code == ExitCode.REFUSED


# ── the hours of a plan ────────────────────────────────────────────────────────────────


def test_a_run_of_a_plan_keeps_to_the_plan_s_hours(upgrader: Shell):
    from datetime import UTC, datetime, timedelta

    board = Board(upgrader, required=0)
    then = datetime.now(UTC) + timedelta(hours=3)
    later = f"daily {then:%H:%M}-{then + timedelta(hours=1):%H:%M} UTC"
    assert board.draws("--window", later).code == 0
    assert board.plan.windows == (later,)

    assert board.runs().code == ExitCode.REFUSED
    # Other hours do not open it: they must be hours of both.
    assert board.runs("--window", "daily 00:00-23:59 UTC").code == ExitCode.REFUSED
    assert not any((board.folder / "state").glob("runs/*"))


@pytest.mark.slow
def test_a_window_at_the_run_narrows_the_plan_s(upgrader: Shell):
    from datetime import UTC, datetime, timedelta

    board = Board(upgrader, required=0)
    now = datetime.now(UTC)
    open_now = f"daily {now - timedelta(hours=2):%H:%M}-{now + timedelta(hours=3):%H:%M} UTC"
    later = f"daily {now + timedelta(hours=1):%H:%M}-{now + timedelta(hours=2):%H:%M} UTC"
    board.draws("--window", open_now)

    assert board.runs("--window", later).code == ExitCode.REFUSED
    assert board.runs().code == ExitCode.DONE


# ── a plan that shows one thing and does another ───────────────────────────────────────


def _step(plan: dict, kind: str) -> dict:
    return next(one for one in plan["steps"] if one["step"]["kind"] == kind)


def _hides_its_lines(plan: dict) -> None:
    _step(plan, "switch-over")["typed"]["lines"] = ["show failover"]


def _boots_another_image(plan: dict) -> None:
    boot = _step(plan, "set-boot-order")
    new, old = plan["image"], "disk0:/evil.bin"
    boot["step"]["wanted"] = [old, *boot["step"]["wanted"][1:]]
    boot["typed"]["lines"] = [line.replace(new, old) for line in boot["typed"]["lines"]]


def _boots_what_is_not_shown(plan: dict) -> None:
    _step(plan, "set-boot-order")["step"]["wanted"][0] = "disk0:/evil.bin"


def _is_for_a_stranger(plan: dict) -> None:
    _step(plan, "switch-over")["step"]["to"] = "JAD99999999"


@pytest.mark.parametrize(
    ("touch", "told"),
    [
        (_hides_its_lines, "other lines than the plan shows"),
        (_boots_what_is_not_shown, "other lines than the plan shows"),
        (_boots_another_image, "boot another image"),
        (_is_for_a_stranger, "is for JAD99999999"),
    ],
    ids=["lines", "image behind the lines", "image", "chassis"],
)
def test_what_is_shown_is_what_is_typed_or_nobody_signs_and_nothing_runs(
    waived: Board, touch, told: str
):
    waived.has_a_key("alice")
    waived.rewritten(touch)

    refused = waived.approves("alice")
    assert refused.code == ExitCode.REFUSED
    assert told in " ".join(refused.out.split())
    said = waived.runs()
    assert said.code == ExitCode.USAGE
    assert told in said.json["verdict"]
