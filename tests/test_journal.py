"""The journal: what a crash leaves is told from what a hand has changed.

Not claimed, because no file can show it: that the owner of the key did not write the whole night
anew, or put an older copy of the whole folder back.
"""

import json
import math
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from failing_disk import FailingDisk, Killed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from upgrader.journal.codec import Undecodable, decode, encode
from upgrader.journal.disk import Disk, DiskFault, RealDisk, write_atomically, write_pieces
from upgrader.journal.entry import (
    GENESIS,
    Arrived,
    Asked,
    Baseline,
    Body,
    Entry,
    Finished,
    Halted,
    Intended,
    Judged,
    LineTrouble,
    Looked,
    Moved,
    NotAnswered,
    Opened,
    Receipt,
    Recovered,
    Resumed,
    Slept,
    Started,
    UnitSeen,
    is_sealed,
)
from upgrader.journal.memory import MemoryJournal
from upgrader.journal.signing import Signer, open_key
from upgrader.journal.store import JournalFile, RunFolder
from upgrader.model.aftermath import Aftermath, OrphanedSession, StuckLease
from upgrader.model.failover import Role
from upgrader.model.finding import Fact, Finding, Moment, Severity
from upgrader.model.law import Phase, Signal
from upgrader.model.names import Digest, Instant, RuleName, Seat, Serial
from upgrader.model.outcome import ExitCode, Next, Outcome
from upgrader.model.plan import (
    Backup,
    EvictSession,
    Plan,
    ReloadStandby,
    SetBootOrder,
    Step,
    SwitchOver,
)
from upgrader.model.unit import Depth, Snapshot
from upgrader.model.vpn import Session, Tunnel
from upgrader.ports import BrokenChain, UsageFault

JAD1, JAD2 = Serial("JAD1"), Serial("JAD2")
DIGEST = Digest("sha256:" + "ab" * 32)
SEAT = Seat("10.0.0.1")

STARTED = Started("2026-night", "matched", DIGEST, 1_700_000_000_000, "5f0c9a12")
INTENT = Intended(
    ReloadStandby(JAD2, final=False),
    ("failover reload-standby",),
    ((JAD1, 86_400), (JAD2, None)),
    JAD1,
    "the standby boots the new image",
)
FINISHED = Finished(Outcome.UPGRADED, ExitCode.DONE, DIGEST)

# One of each kind, in an order that could be a night.
NIGHT: tuple[Body, ...] = (
    STARTED,
    Opened(SEAT, "fw/pri/act#"),
    Asked(SEAT, "show failover", DIGEST, "fw/pri/act#"),
    NotAnswered(SEAT, None, LineTrouble.NO_ANSWER, "nobody there"),
    Looked(
        Depth.GLANCE,
        JAD1,
        (
            UnitSeen(Role.PRIMARY, JAD1, "Active", "9.12(4)", 86_400, 50, 3, dark=False),
            UnitSeen(Role.SECONDARY, None, "dark", None, None, None, None, dark=True),
        ),
    ),
    Baseline(DIGEST),
    Judged(
        Moment.PLAN,
        (
            Finding(
                RuleName("http-replication"),
                Severity.WARNING,
                "off on both — “not seen”",
                "web connections break",
                "failover replication http",
                (Fact("file", "disk0:/x"),),
            ),
        ),
    ),
    INTENT,
    Receipt("done", "the reload was taken"),
    Arrived(Phase.STANDBY_RELOADING, Signal.STANDBY_RELOAD_SENT, "sent", Instant(1_800_000)),
    Moved("wait", "the standby is dark"),
    Slept(10_000),
    Resumed(),
    Recovered(12),
    Halted(ExitCode.STOPPED, "late", Next(("upgrader resume",), ("show failover",))),
    FINISHED,
)


def a_key() -> Signer:
    return Signer(Ed25519PrivateKey.generate())


KEY = a_key()


@dataclass(frozen=True)
class Run:
    """A run's folder, with hands to spoil it."""

    folder: RunFolder

    @property
    def lines(self) -> list[bytes]:
        return self.folder.journal.read_bytes().splitlines(keepends=True)

    def rewrite(self, change: Callable[[list[bytes]], list[bytes]]) -> None:
        self.folder.journal.write_bytes(b"".join(change(self.lines)))

    def bodies(self) -> list[Body]:
        return [entry.body for entry in self.folder.read().entries()]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


def a_run(path: Path, *bodies: Body, disk: Disk | None = None, durable: bool = True) -> Run:
    """A run with these entries, one second apart."""
    folder = RunFolder(path, disk)
    write(folder.begin(KEY), bodies, durable=durable)
    return Run(folder)


def write(journal: JournalFile, bodies: tuple[Body, ...], *, durable: bool = True) -> None:
    at = journal.entries()[-1].at if journal.entries() else Instant(-1000)
    for body in bodies:
        at = Instant(at + 1000)
        if isinstance(body, Finished):
            journal.seal(body, at=at)
        else:
            journal.append(body, at=at, durable=durable)


# ── what is written is read ────────────────────────────────────────────────────────────


def test_a_night_is_read_back_as_it_was_written(home: Path) -> None:
    run = a_run(home / "run", *NIGHT)

    past = run.folder.read()

    assert [entry.body for entry in past.entries()] == list(NIGHT)
    assert [entry.number for entry in past.entries()] == list(range(1, len(NIGHT) + 1))
    assert past.entries()[0].previous == GENESIS
    assert is_sealed(past.entries())


def test_a_run_taken_up_goes_on_where_it_stopped(home: Path) -> None:
    run = a_run(home / "run", STARTED, INTENT)

    journal = run.folder.take_up(KEY)
    write(journal, (Receipt("found-done", "uptime fell"), FINISHED))

    assert run.bodies() == [STARTED, INTENT, Receipt("found-done", "uptime fell"), FINISHED]


def test_a_journal_without_a_seal_is_an_unfinished_run(home: Path) -> None:
    run = a_run(home / "run", STARTED, Halted(ExitCode.STOPPED, "late", Next()))

    assert not is_sealed(run.folder.read().entries())


def test_nothing_is_added_to_a_finished_run(home: Path) -> None:
    folder = RunFolder(home / "run")
    journal = folder.begin(KEY)
    write(journal, (STARTED, FINISHED))

    with pytest.raises(BrokenChain, match="entry 3: follows the seal"):
        journal.append(Slept(1), at=Instant(9000))
    with pytest.raises(UsageFault, match="finished"):
        folder.take_up(KEY)


def test_time_in_a_journal_never_runs_backwards(home: Path) -> None:
    journal = RunFolder(home / "run").begin(KEY)
    journal.append(STARTED, at=Instant(5000))

    with pytest.raises(BrokenChain, match="entry 2: earlier"):
        journal.append(Slept(1), at=Instant(4999))


def test_a_folder_holds_one_run(home: Path) -> None:
    run = a_run(home / "run", STARTED)

    with pytest.raises(UsageFault, match="holds a run already"):
        run.folder.begin(KEY)


def test_where_no_run_is_none_is_read(home: Path) -> None:
    with pytest.raises(UsageFault, match="holds no run"):
        RunFolder(home / "nowhere").read()


def test_keys_journals_and_plans_are_their_owners_alone(home: Path) -> None:
    """Plans and journals name users; whoever has the key can forge a night."""
    open_key(home)
    run = a_run(home / "run", STARTED)
    run.folder.write(run.folder.plan, b"{}")

    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in home.rglob("*") if p.is_file()}

    assert set(modes.values()) == {0o600}
    assert {"key.pem", "journal.jsonl", "journal.head", "redaction.key", "plan.json"} <= set(modes)


def test_the_key_is_made_once(home: Path) -> None:
    assert open_key(home).public_pem == open_key(home).public_pem


def test_a_key_file_that_is_no_key_is_never_overwritten(home: Path) -> None:
    (home / "key.pem").write_text("notes")

    with pytest.raises(UsageFault, match=r"key\.pem"):
        open_key(home)
    assert (home / "key.pem").read_text() == "notes"


# ── a crash ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("cut", [1, 2, 40])
def test_a_cut_last_line_is_dropped_and_said_so(home: Path, cut: int) -> None:
    run = a_run(home / "run", STARTED, INTENT)
    run.folder.take_up(KEY).append(Slept(10), at=Instant(2000))
    last = run.lines[-1]
    run.rewrite(lambda lines: [*lines[:-1], lines[-1][:-cut]])

    assert run.bodies() == [STARTED, INTENT]
    run.folder.take_up(KEY)
    assert run.bodies() == [STARTED, INTENT, Recovered(len(last) - cut)]


def test_entries_written_after_the_head_still_count(home: Path) -> None:
    """A process killed between an entry and its head has written that entry."""
    run = a_run(home / "run", STARTED, INTENT)
    head = run.folder.head.read_bytes()
    write(run.folder.take_up(KEY), (Receipt("done", "taken"),))
    run.folder.head.write_bytes(head)

    assert run.bodies()[-1] == Receipt("done", "taken")


WHOLE: tuple[Body, ...] = (
    STARTED,
    Slept(5),
    INTENT,
    Receipt("done", "taken"),
    Slept(9),
    FINISHED,
)


def _a_night_on(disk: Disk, path: Path) -> list[Body]:
    """Write a short night; what was promised to be durable, even if the disk dies under it."""
    promised: list[Body] = []
    try:
        folder = RunFolder(path, disk)
        journal = folder.begin(KEY)
        for n, body in enumerate(WHOLE[:-1]):
            journal.keep(f"reply {n}".encode())
            durable = not isinstance(body, Slept)
            journal.append(body, at=Instant(n), durable=durable)
            promised = [entry.body for entry in journal.entries()] if durable else promised
        journal.seal(FINISHED, at=Instant(9))
        promised = [entry.body for entry in journal.entries()]
    except Killed:
        pass
    return promised


def _changes_of_a_night(tmp: Path) -> int:
    disk = FailingDisk()
    _a_night_on(disk, tmp / "counted")
    return len(disk.done)


@pytest.mark.slow
@pytest.mark.parametrize("torn", [False, True])
def test_killed_at_any_write_an_entry_is_there_whole_or_not_at_all(home: Path, torn: bool) -> None:
    changes = _changes_of_a_night(home)
    assert changes > 40
    for n in range(changes):
        path = home / f"killed-{n}"
        promised = _a_night_on(FailingDisk(n, torn=torn), path)
        folder = RunFolder(path)
        if not folder.head.exists():
            assert promised == []
            folder.begin(KEY)
            continue
        seen = Run(folder).bodies()
        assert seen == list(WHOLE[: len(seen)])
        assert len(seen) >= len(promised)
        if not is_sealed(folder.read().entries()):
            write(folder.take_up(KEY), (FINISHED,))
            assert [b for b in Run(folder).bodies() if not isinstance(b, Recovered)] == [
                *seen,
                FINISHED,
            ]
        assert not folder.redaction.exists()


def test_a_run_cut_in_its_first_entry_starts_anew(home: Path) -> None:
    """`Started` is the first entry of every run, so nothing may be written before it."""
    folder = RunFolder(home / "run")
    folder.begin(KEY)
    folder.journal.write_bytes(b'{"entry":{')

    journal = folder.take_up(KEY)
    assert list(journal.entries()) == []
    write(journal, (STARTED,))

    assert Run(folder).bodies() == [STARTED]


def test_an_intent_is_flushed_before_anything_can_be_typed(home: Path) -> None:
    disk = FailingDisk()
    journal = RunFolder(home / "run", disk).begin(KEY)
    disk.done.clear()

    journal.append(STARTED, at=Instant(0))
    journal.append(Slept(10), at=Instant(10))
    assert disk.done == ["append journal.jsonl"] * 2
    journal.append(INTENT, at=Instant(20))

    assert disk.done[2:4] == ["append journal.jsonl", "fsync journal.jsonl"]
    assert disk.done[-2:] == ["replace journal.head", "fsync run"]


def test_killed_while_recovering_a_run_recovers_again(home: Path) -> None:
    for n in range(9):
        run = a_run(home / f"run-{n}", STARTED, INTENT)
        with run.folder.journal.open("ab") as file:
            file.write(b'{"entry":{"at":')
        try:
            RunFolder(run.folder.path, FailingDisk(n, torn=True)).take_up(KEY)
        except Killed:
            pass
        else:
            break
        journal = run.folder.take_up(KEY)
        assert [e.body for e in journal.entries()][:2] == [STARTED, INTENT]
        assert run.bodies() == [e.body for e in journal.entries()]
    else:
        pytest.fail("recovery asks more of the disk than this test follows")


def test_a_plan_is_the_old_one_or_the_new_one_after_any_crash(home: Path) -> None:
    plan = home / "plan.json"
    for torn in (False, True):
        for n in range(4):
            write_atomically(plan, b"old")
            with pytest.raises(Killed):
                write_atomically(plan, b"new plan", FailingDisk(n, torn=torn))
            assert plan.read_bytes() in {b"old", b"new plan"}
    write_atomically(plan, b"new plan")
    assert plan.read_bytes() == b"new plan"


def test_what_is_long_is_written_piece_by_piece_and_as_a_whole_or_not_at_all(home: Path) -> None:
    long = home / "postmortem.json"
    for torn in (False, True):
        for n in range(5):
            write_atomically(long, b"old")
            with pytest.raises(Killed):
                write_pieces(long, (b"new ", b"object"), FailingDisk(n, torn=torn))
            assert long.read_bytes() in {b"old", b"new object"}
    write_pieces(long, iter((b"new ", b"object")))
    assert long.read_bytes() == b"new object"


def test_no_file_is_put_in_the_place_of_a_pipe_or_a_device(home: Path) -> None:
    pipe = home / "plan.json"
    os.mkfifo(pipe)
    with pytest.raises(DiskFault, match="is no regular file"):
        write_atomically(pipe, b"a plan")
    assert pipe.is_fifo()


def test_a_disk_that_does_not_take_a_file_keeps_no_half_of_it(home: Path) -> None:
    (home / "plan.json").mkdir()
    with pytest.raises(DiskFault, match="Is a directory"):
        write_atomically(home / "plan.json", b"a plan")
    assert [path.name for path in home.iterdir()] == ["plan.json"]


class FullDisk(RealDisk):
    """Takes half of what is appended, then says that it is full, as long as it is."""

    def __init__(self) -> None:
        self.full = False

    def append(self, path: Path, data: bytes) -> None:
        if self.full:
            super().append(path, data[: len(data) // 2])
            raise DiskFault(f"{path}: No space left on device")
        super().append(path, data)


def test_after_a_full_disk_nothing_is_glued_to_the_torn_entry(home: Path) -> None:
    """Otherwise the note "stopped: disk full" would make one wrong line of both."""
    disk = FullDisk()
    folder = RunFolder(home / "run", disk)
    journal = folder.begin(KEY)
    journal.append(STARTED, at=Instant(0))
    disk.full = True
    with pytest.raises(DiskFault, match="No space"):
        journal.append(INTENT, at=Instant(1))
    disk.full = False

    with pytest.raises(DiskFault, match="not written whole"):
        journal.append(Halted(ExitCode.STOPPED, "disk", Next()), at=Instant(2))

    assert Run(folder).bodies() == [STARTED]
    assert isinstance(folder.take_up(KEY).entries()[-1].body, Recovered)


def test_no_error_of_the_operating_system_goes_further_up(home: Path) -> None:
    (home / "file").write_text("no folder")

    with pytest.raises(DiskFault, match="file"):
        RunFolder(home / "file" / "run").begin(KEY)


# ── a hand ─────────────────────────────────────────────────────────────────────────────

SIX = (STARTED, Slept(1), INTENT, Receipt("done", "taken"), Slept(2), Moved("wait", "dark"))


def _altered(lines: list[bytes]) -> list[bytes]:
    return [*lines[:3], lines[3].replace(b'"done"', b'"found-done"'), *lines[4:]]


def _truncated(lines: list[bytes]) -> list[bytes]:
    return lines[:4]


def _taken_out(lines: list[bytes]) -> list[bytes]:
    return [*lines[:3], *lines[4:]]


def _swapped(lines: list[bytes]) -> list[bytes]:
    return [*lines[:3], lines[4], lines[3], *lines[5:]]


def _played_twice(lines: list[bytes]) -> list[bytes]:
    return [*lines[:5], lines[4], lines[5]]


def _said_again_at_the_end(lines: list[bytes]) -> list[bytes]:
    return [*lines, lines[2]]


def _blanked(lines: list[bytes]) -> list[bytes]:
    return [*lines[:3], b"\n", *lines[3:]]


def _spaced(lines: list[bytes]) -> list[bytes]:
    return [*lines[:3], lines[3].replace(b'"digest":', b'"digest": '), *lines[4:]]


def _signed_in_capitals(lines: list[bytes]) -> list[bytes]:
    before, mark, signature = lines[2].partition(b'"signature":"')
    return [*lines[:2], before + mark + signature.upper(), *lines[3:]]


def _with_more_keys(lines: list[bytes]) -> list[bytes]:
    return [*lines[:3], lines[3].replace(b'{"entry"', b'{"note":"x","entry"'), *lines[4:]]


def _emptied(_: list[bytes]) -> list[bytes]:
    return []


@pytest.mark.parametrize(
    ("change", "names"),
    [
        (_altered, "entry 4: its digest"),
        (_truncated, "entry 5 is missing: 6 entries were written, 4 are here"),
        (_taken_out, "entry 4: number 5"),
        (_swapped, "entry 4: number 5"),
        (_played_twice, "entry 6: number 5"),
        (_said_again_at_the_end, "entry 7: number 3"),
        (_blanked, "entry 4: not readable"),
        (_spaced, "entry 4: not spelled"),
        (_signed_in_capitals, "entry 3: its signature"),
        (_with_more_keys, "entry 4: not spelled"),
        (_emptied, "entry 1 is missing"),
    ],
)
def test_a_hand_in_the_journal_is_named_by_the_entry(
    home: Path, change: Callable[[list[bytes]], list[bytes]], names: str
) -> None:
    run = a_run(home / "run", *SIX)
    run.rewrite(change)

    with pytest.raises(BrokenChain, match=names):
        run.folder.read()
    with pytest.raises(BrokenChain, match=names):
        run.folder.take_up(KEY)


def test_a_removed_journal_is_a_truncated_one(home: Path) -> None:
    run = a_run(home / "run", *SIX)
    run.folder.journal.unlink()

    with pytest.raises(BrokenChain, match="entry 1 is missing"):
        run.folder.read()


@pytest.mark.parametrize("name", ["journal.head", "key.pub"])
def test_a_removed_witness_is_missed(home: Path, name: str) -> None:
    run = a_run(home / "run", *SIX)
    (run.folder.path / name).unlink()

    with pytest.raises(BrokenChain, match=f"{name} is missing"):
        run.folder.read()


def _rewritten_by(signer: Signer, home: Path, *bodies: Body) -> RunFolder:
    """The same entries, chained correctly, by somebody with another key."""
    forged = RunFolder(home / "forged")
    write(forged.begin(signer), bodies)
    return forged


def test_who_lacks_the_key_cannot_write_another_intent(home: Path) -> None:
    run = a_run(home / "run", *SIX)
    forged = _rewritten_by(a_key(), home, STARTED, Slept(1), INTENT)
    run.folder.journal.write_bytes(forged.journal.read_bytes())

    with pytest.raises(BrokenChain, match="entry 3: its signature"):
        run.folder.read()


def test_who_lacks_the_key_cannot_shorten_the_night_and_move_its_head(home: Path) -> None:
    """No signed entry is touched here; the head alone tells."""
    run = a_run(home / "run", *SIX)
    forged = _rewritten_by(a_key(), home, STARTED, Slept(1))
    run.folder.journal.write_bytes(forged.journal.read_bytes())
    run.folder.head.write_bytes(forged.head.read_bytes())

    with pytest.raises(BrokenChain, match=r"journal\.head: its signature"):
        run.folder.read()


def test_a_run_begun_under_another_key_is_not_taken_up(home: Path) -> None:
    run = a_run(home / "run", *SIX)

    with pytest.raises(BrokenChain, match="another one began it"):
        run.folder.take_up(a_key())


def test_a_head_of_another_night_does_not_fit(home: Path) -> None:
    run = a_run(home / "run", *SIX)
    other = a_run(home / "other", STARTED, Slept(2))
    run.folder.head.write_bytes(other.folder.head.read_bytes())

    with pytest.raises(BrokenChain, match="entry 2: not the one"):
        run.folder.read()


def test_scribbles_after_the_seal_are_not_a_cut_write(home: Path) -> None:
    run = a_run(home / "run", STARTED, FINISHED)
    with run.folder.journal.open("ab") as file:
        file.write(b"x")

    with pytest.raises(BrokenChain, match="entry 3: follows the seal"):
        run.folder.read()


@pytest.mark.slow
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_flipped_byte_is_detected_or_lies_in_the_dropped_tail(
    home: Path, data: st.DataObject
) -> None:
    path = home / "run"
    run = Run(RunFolder(path)) if path.exists() else a_run(path, *SIX[:5])
    if len(run.lines) == 5:  # the sixth is behind the head: written, and not yet vouched for
        run.folder.take_up(KEY).append(SIX[5], at=Instant(9000))
    text = run.folder.journal.read_bytes()
    at = data.draw(st.integers(0, len(text) - 1), label="at")
    flip = data.draw(st.integers(1, 255), label="flip")
    run.folder.journal.write_bytes(text[:at] + bytes([text[at] ^ flip]) + text[at + 1 :])

    try:
        seen = run.bodies()
    except BrokenChain:
        seen = None
    finally:
        run.folder.journal.write_bytes(text)

    assert seen is None or (seen == list(SIX[:5]) and at == len(text) - 1)


# ── blobs ──────────────────────────────────────────────────────────────────────────────


def test_equal_replies_are_kept_once(home: Path) -> None:
    folder = RunFolder(home / "run")
    journal = folder.begin(KEY)

    one, same = journal.keep(b"Failover On"), journal.keep(b"Failover On", durable=True)

    assert one == same
    assert journal.blob(one) == folder.blob(one) == b"Failover On"
    assert len(list(folder.tape.iterdir())) == 1


def test_an_exchanged_reply_is_not_believed(home: Path) -> None:
    folder = RunFolder(home / "run")
    journal = folder.begin(KEY)
    one, other = journal.keep(b"Failover On"), journal.keep(b"Failover Off")
    paths = {d: folder.tape / f"{d.removeprefix('sha256:')}.z" for d in (one, other)}

    paths[one].write_bytes(paths[other].read_bytes())
    with pytest.raises(BrokenChain, match=one):
        folder.blob(one)
    paths[one].write_bytes(b"no zlib")
    with pytest.raises(BrokenChain, match="cannot be unpacked"):
        folder.blob(one)
    paths[one].unlink()
    with pytest.raises(BrokenChain, match="missing"):
        folder.blob(one)


def test_a_rehearsals_memory_offers_what_the_journal_offers() -> None:
    journal = MemoryJournal()
    name = journal.keep(b"reply")

    journal.append(STARTED, at=Instant(0), durable=True)
    journal.seal(FINISHED, at=Instant(5))

    assert [e.body for e in journal.entries()] == [STARTED, FINISHED]
    assert is_sealed(journal.entries())
    assert journal.keep(b"reply") == name
    assert journal.blob(name) == b"reply"
    with pytest.raises(BrokenChain, match="never kept"):
        journal.blob(DIGEST)


# ── the codec ──────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class _Box:
    """A place for a union, as plans and reports have them."""

    steps: tuple[Step, ...]


def a_session(index: int) -> Session:
    return Session(
        index,
        "alice",
        IPv4Address("10.1.8.12"),
        "198.51.100.7",
        frozenset({Tunnel.SSL, Tunnel.PARENT, Tunnel.DTLS}),
        "GroupPolicy",
        "Users",
        "02:21:42 UTC Thu Dec 29 2022",
        3600,
        0,
        1,
        2,
        "c0a8010a0001",
    )


@pytest.mark.parametrize(
    "value",
    [
        a_session(1),
        OrphanedSession(JAD1, 57, "alice", None, "02:21:42", "c0a8", "stands on one unit only"),
        StuckLease(JAD1, "VPN", IPv4Address("10.1.8.12"), None),
        SwitchOver(JAD2, JAD1),
        _Box(
            (
                Backup(JAD1, "disk0:/b.cfg"),
                SetBootOrder(JAD1, ("disk0:/new",), ()),
                EvictSession(JAD1, 57, "alice", IPv4Address("10.1.8.12"), "02:21:42"),
            )
        ),
    ],
)
def test_a_value_is_read_as_it_was_written(value: object) -> None:
    assert decode(type(value), encode(value)) == value


def test_one_value_has_one_spelling() -> None:
    """Digests of plans and entries depend on it; a set's own order varies with the hash seed."""
    text = encode(a_session(1)).decode()

    assert '"tunnels":["AnyConnect-Parent","DTLS-Tunnel","SSL-Tunnel"]' in text
    assert list(json.loads(text)) == sorted(json.loads(text))


def test_a_member_of_a_union_says_which_it_is() -> None:
    assert json.loads(encode(SetBootOrder(JAD1, (), ())))["kind"] == "set-boot-order"


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    value=st.one_of(
        *(st.from_type(cls) for cls in (Snapshot, Plan, Entry)),
        st.from_type(Aftermath).filter(lambda a: math.isfinite(a.outage_seconds or 0)),
    )
)
def test_whatever_the_model_can_hold_is_read_as_it_was_written(value: object) -> None:
    assert decode(type(value), encode(value)) == value


def test_an_endless_outage_is_not_written_as_an_unknown_one() -> None:
    with pytest.raises(ValueError, match="inf"):
        encode(Aftermath(0, (), (), (), math.inf))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "not JSON"),
        ("[]", "not an object"),
        ('{"steps":"ab"}', r"'ab' is not a list @ \$.steps"),
        ('{"steps":[{"kind":"explode"}]}', r"'explode' is none of .*set-boot-order.*steps\[0\]"),
        ('{"steps":[{"kind":"backup","serial":1,"path":"x"}]}', r"1 is not str @ .*serial"),
        ('{"steps":[{"kind":"backup","serial":"J"}]}', r"missing @ \$.steps\[0\].path"),
        ('{"steps":[],"more":1}', "more"),
        ('{"steps":[{"kind":"backup","serial":"J","path":"x","y":1}]}', "y"),
        (
            '{"steps":[{"kind":"reload-standby","serial":"J","final":1}]}',
            r"1 is not bool @ \$.steps\[0\].final",
        ),
    ],
)
def test_a_wrong_plan_is_refused_by_the_path_of_what_is_wrong(text: str, complaint: str) -> None:
    with pytest.raises(Undecodable, match=complaint):
        decode(_Box, text.encode())
