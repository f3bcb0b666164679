"""Journals of every release replay with today's code: the same on each look, or it is said.

`fixtures/journals/RELEASE/NIGHT/` holds what a replay reads of a run's folder. Those of the present
vocabulary are asked question by question; those before it look by look. A new release adds its own
with `tests/record_journals.py`; none is ever recorded anew.
"""

import re
import shutil
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import pytest
from nights import Firewall, Overheard, charter_of
from record_journals import PLACE
from worlds import pair

from upgrader.access.guard.guarded import GuardedWorld
from upgrader.access.tape.earlier import EarlierWorld
from upgrader.access.tape.redaction import Redactor
from upgrader.access.tape.taped import TapedWorld
from upgrader.cli.deeds import nights
from upgrader.cli.planfile import decode_plan
from upgrader.cli.worlds.arming import recorded, recorded_earlier
from upgrader.conduct.night import conduct
from upgrader.conduct.replaying.earlier import RULES_OF_1, Earlier
from upgrader.conduct.replaying.replay import replay
from upgrader.conduct.wishes import Wishes
from upgrader.dialect.commands import SHOW_BOOT
from upgrader.journal.codec import encode
from upgrader.journal.commonest import quickly_read
from upgrader.journal.earlier import STEPS, as_today
from upgrader.journal.entry import (
    GENESIS,
    VOCABULARY,
    Asked,
    Entry,
    Halted,
    Intended,
    LineTrouble,
    Looked,
    Moved,
    NotAnswered,
    Opened,
    Slept,
    Started,
)
from upgrader.journal.memory import MemoryJournal
from upgrader.journal.scenes import scenes_of
from upgrader.journal.store import PastJournal, RunFolder
from upgrader.journal.tape import sittings
from upgrader.judgement.check.rules import rule_names
from upgrader.model.names import Digest, Instant, Seat
from upgrader.model.outcome import ExitCode, Next, Outcome
from upgrader.model.unit import Depth
from upgrader.model.watch import Unwatched
from upgrader.ports import (
    BrokenChain,
    Dropped,
    NoAnswer,
    NotAsked,
    ReplayDiverged,
    Seats,
    TapeEnded,
)

ABSOLUTE = re.compile(r"(?<![\w:.<>\]/-])/(?:[\w.~-]+/)+[\w.~-]*")
"""A path from the root of a file system; what stands behind `disk0:` or `<url>` is none."""

JOURNALS = Path(__file__).parent.parent / "fixtures" / "journals"
NIGHTS = sorted(
    f"{release.name}/{night.name}" for release in JOURNALS.iterdir() for night in release.iterdir()
)
COMMON = (Asked, Looked, Moved, NotAnswered, Opened, Slept)
"""What nineteen of twenty entries are."""
FIRST = [night for night in NIGHTS if night.startswith("0.1.0/")]


@lru_cache(maxsize=4)
def read(night: str) -> PastJournal:
    return RunFolder(JOURNALS / night).read()


def again(night: str, *, plan=None, past=None):
    plan = plan or decode_plan(JOURNALS / night / "plan.json")
    past = past or read(night)
    return replay(
        plan, past, lambda n: recorded(plan, past, n), lambda n: recorded_earlier(plan, past, n)
    )


def altered(night: str, change) -> MemoryJournal:
    """The same night, with other entries; its blobs are the night's."""

    class Altered(MemoryJournal):
        blob = read(night).blob
        look = read(night).look

    return Altered([change(entry) for entry in read(night).entries()])


# ── every journal of every release ─────────────────────────────────────────────────────


@pytest.mark.parametrize("night", NIGHTS)
def test_a_journal_of_any_release_replays_without_divergence(night: str):
    told = nights.replay(JOURNALS / night, strict=True)
    assert (told.story.divergence, told.outcome) == (None, Outcome.REPLAYED)
    assert told.exit_code is ExitCode.DONE
    assert told.story.steps or told.sessions is None
    assert told.story.timeline


@pytest.mark.slow
@pytest.mark.parametrize("night", [night for night in NIGHTS if night not in FIRST])
def test_a_journal_of_today_replays_look_by_look_too(night: str):
    """So will the next release read it, whatever that one asks besides."""
    past, plan = read(night), decode_plan(JOURNALS / night / "plan.json")
    for number, sitting in enumerate(sittings(past.entries())):
        assert Earlier(past, sitting).again(plan, recorded_earlier(plan, past, number)) is None


def test_each_release_has_its_journals():
    releases = {night.partition("/")[0] for night in NIGHTS}
    assert {"0.1.0", "0.2.0", "0.3.0"} <= releases
    newest = {sittings(read(n).entries())[0].vocabulary for n in NIGHTS if n not in FIRST}
    assert VOCABULARY in newest, "what a run asks has changed: record this release's journals"


@pytest.mark.parametrize("night", NIGHTS)
def test_a_journal_that_is_kept_names_nobodys_machine(night: str):
    text = "".join((JOURNALS / night / name).read_text() for name in ("journal.jsonl", "plan.json"))
    assert [path for path in ABSOLUTE.findall(text) if not path.startswith(f"{PLACE}/")] == []
    assert not (JOURNALS / night / "redaction.key").exists()


# ── a night of the first release ───────────────────────────────────────────────────────


def test_the_first_releases_bad_night_tells_who_was_lost_and_what_would_have_stopped_it():
    told = again("0.1.0/mismatched")
    assert told.sessions.lost == told.sessions.orphaned == 12
    assert told.story.prevented_by == "anyconnect-images-match"
    losses = [line.text for line in told.story.timeline if "sessions lost" in line.text]
    assert len(losses) == 1


def test_a_rule_that_is_younger_than_the_night_stops_nothing_and_says_what_it_would_have_said():
    told = again("0.1.0/no-failover-key")
    assert any(n.startswith("today `sessions-on-both` would have warned") for n in told.notes)
    assert not any("was not seen" in note for note in told.notes)


def test_after_a_fail_back_it_is_told_that_people_are_looked_at_again_today():
    assert any("fail-back" in note for note in again("0.1.0/failback").notes)
    assert not any("fail-back" in note for note in again("0.1.0/matched").notes)


def test_without_its_waiver_the_first_releases_night_is_refused_today():
    plan = decode_plan(JOURNALS / "0.1.0/mismatched/plan.json")
    told = again("0.1.0/mismatched", plan=replace(plan, waivers=()))
    assert told.outcome is Outcome.DIVERGED
    assert "anyconnect-images-match" in told.story.divergence


def test_a_line_that_today_would_not_type_is_named():
    def change(entry: Entry) -> Entry:
        body = entry.body
        if isinstance(body, Intended) and "no failover active" in body.lines:
            return replace(entry, body=replace(body, lines=("failover active",)))
        return entry

    told = again("0.1.0/matched", past=altered("0.1.0/matched", change))
    assert told.outcome is Outcome.DIVERGED
    assert "failover active" in told.story.divergence
    assert "no failover active" in told.story.divergence


def test_a_reply_that_today_no_longer_understands_is_a_divergence_and_not_a_question_unasked():
    past = read("0.1.0/matched")
    asked_so = (e.body for e in past.entries() if isinstance(e.body, Asked))
    packages = {body.blob for body in asked_so if body.line == "show webvpn anyconnect"}
    garbled = altered("0.1.0/matched", lambda entry: entry)
    garbled.blob = lambda digest: b"%% what is this?" if digest in packages else past.blob(digest)
    told = again("0.1.0/matched", past=garbled)
    assert told.outcome is Outcome.DIVERGED
    assert "anyconnect-images-match" in told.story.divergence


def test_what_a_person_wished_is_read_from_the_first_releases_words():
    halts = [e.body for e in read("0.1.0/stopped").entries() if isinstance(e.body, Halted)]
    assert [halt.wished for halt in halts] == [True]


@pytest.mark.parametrize("why", ["refused by image-present: …", "the standby has not come back"])
def test_what_nobody_wished_stays_so(why: str):
    entry = Entry(1, Instant(0), GENESIS, Halted(ExitCode.STOPPED, why, Next()))
    assert as_today(entry, 1) == entry


def test_there_is_a_step_from_every_vocabulary_to_the_next():
    assert sorted(STEPS) == list(range(1, VOCABULARY))


def test_the_first_releases_rules_are_rules_today():
    assert set(rule_names()) >= RULES_OF_1
    assert len(RULES_OF_1) == 18


@pytest.mark.parametrize("old", [b'"outcome":"done"', b'"kind":"slept"', b'"state":"Active"'])
def test_a_hand_in_an_old_journal_is_noticed_as_in_todays(tmp_path: Path, old: bytes):
    """Fewer keys are no licence: digests and signatures hold over the bytes as written."""
    run = tmp_path / "run"
    shutil.copytree(JOURNALS / "0.1.0/cleanup", run)
    text = (run / "journal.jsonl").read_bytes()
    (run / "journal.jsonl").write_bytes(text.replace(old, old[:-2] + b'x"', 1))
    with pytest.raises(BrokenChain):
        RunFolder(run).read()


@pytest.mark.parametrize("night", ["0.1.0/matched", "0.2.0/drained"])
def test_the_commonest_entries_are_read_quickly_and_as_the_codec_reads_them(night: str):
    entries = read(night).entries()
    for entry in entries:
        quickly = quickly_read(encode(entry))
        assert quickly == (entry if isinstance(entry.body, COMMON) else None)
    assert sum(isinstance(entry.body, COMMON) for entry in entries) > 0.9 * len(entries)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(b'"depth":"glance"', b'"depth":"peep"'),
        lambda text: text.replace(b'"role":"Primary"', b'"role":"Tertiary"'),
        lambda text: text.replace(b'"dark":false', b'"dark":0'),
        lambda text: text.replace(b'"peer":"Active",', b""),
        lambda text: text.replace(b'"snapshot":null', b'"snapshot":null,"snapshot":null'),
        lambda text: text.replace(b'"kind":"looked"', b'"kind":"peeped"'),
    ],
)
def test_a_look_in_another_spelling_is_left_to_the_codec(change):
    looks = [e for e in read("0.2.0/matched").entries() if isinstance(e.body, Looked)]
    entry = next(e for e in looks if e.body.depth is Depth.GLANCE)
    text = encode(entry)
    assert quickly_read(text) == entry
    assert change(text) != text
    assert quickly_read(change(text)) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(b'"prompt"', b'"more":1,"prompt"'),
        lambda text: text.replace(b'"line":"show version"', b'"line":7'),
        lambda text: text.replace(b'"at":', b'"at": '),
        lambda text: text.replace(b'"number":2', b'"number":2.0'),
        lambda text: text.replace(b'"number":2', b'"number":true'),
        lambda text: text.replace(b'"line":"show version",', b""),
        lambda text: text.replace(b"show", b"sho\\u0077"),
    ],
)
def test_any_other_spelling_of_it_is_left_to_the_codec(change):
    entry = Entry(2, Instant(5), GENESIS, asked("show version", "sha256:1"))
    text = encode(entry)
    assert quickly_read(text) == entry
    assert change(text) != text
    assert quickly_read(change(text)) is None


# ── the tape, look by look ─────────────────────────────────────────────────────────────

ACTIVE, STANDBY = Seat("192.0.2.1"), Seat("192.0.2.2")


def glance() -> Looked:
    return Looked(Depth.GLANCE, None, ())


def asked(line: str, reply: str) -> Asked:
    return Asked(ACTIVE, line, Digest(reply), "fw/act# ")


def world(*bodies) -> EarlierWorld:
    entries = [Entry(n, Instant(1_000 * n), GENESIS, body) for n, body in enumerate(bodies, 1)]
    return EarlierWorld(scenes_of(entries), Instant(0), Seats(ACTIVE, STANDBY), str.encode)


def test_within_a_look_the_order_of_questions_does_not_count():
    tape = world(Opened(ACTIVE, "fw# "), asked("show a", "A"), asked("show b", "B"), glance())
    console = tape.access.open(ACTIVE)
    assert console.prompt == "fw# "
    assert [console.ask("show b"), console.ask("show a")] == ["B", "A"]
    assert console.prompt == "fw/act# "


def test_a_question_that_nobody_asked_has_no_answer():
    console = world(asked("show a", "A"), glance()).access.open(ACTIVE)
    with pytest.raises(NotAsked, match="show b"):
        console.ask("show b")
    assert console.ask("show a") == "A"


def test_an_answer_belongs_to_its_own_look():
    tape = world(asked("show a", "then"), glance(), asked("show a", "later"), glance())
    console = tape.access.open(ACTIVE)
    assert console.ask("show a") == "then"
    with pytest.raises(NotAsked):
        console.ask("show a")
    tape.wrote(glance())
    assert console.ask("show a") == "later"


def test_a_conversation_that_was_dropped_is_dropped_before_the_next_one_answers():
    dropped = NotAnswered(ACTIVE, "show a", LineTrouble.DROPPED, "closed by the other side")
    tape = world(dropped, Opened(ACTIVE, "fw# "), asked("show b", "B"), glance())
    console = tape.access.open(ACTIVE)
    with pytest.raises(Dropped):
        console.ask("show b")
    assert tape.access.open(ACTIVE).ask("show b") == "B"


def test_who_did_not_answer_stays_away_until_the_look_is_over():
    nobody = NotAnswered(ACTIVE, None, LineTrouble.NO_ANSWER, "no route")
    tape = world(nobody, glance(), Opened(ACTIVE, "fw# "), asked("show a", "A"), glance())
    for _ in range(2):
        with pytest.raises(NoAnswer, match="no route"):
            tape.access.open(ACTIVE)
    tape.wrote(glance())
    assert tape.access.open(ACTIVE).ask("show a") == "A"


def test_time_is_the_nights_and_a_pause_as_long_as_it_was():
    from datetime import timedelta

    tape = world(Slept(9_000), asked("show a", "A"), glance(), glance())
    tape.clock.sleep(timedelta(seconds=1))
    assert tape.clock.now() == 1_000
    with pytest.raises(ReplayDiverged, match="some more waiting"):
        tape.clock.sleep(timedelta(seconds=1))


def test_where_the_night_wrote_down_something_else_the_two_have_parted():
    tape = world(asked("show a", "A"), glance())
    with pytest.raises(
        ReplayDiverged, match=r"entry 2: on the night: a glance; today: a full look"
    ):
        tape.wrote(Looked(Depth.WIDE, None, ()))


def test_a_process_that_died_amid_a_look_has_nothing_more_to_say():
    tape = world(asked("show a", "A"))
    console = tape.access.open(ACTIVE)
    assert console.ask("show a") == "A"
    with pytest.raises(TapeEnded):
        console.ask("show b")
    with pytest.raises(TapeEnded):
        tape.wrote(glance())


def test_a_tape_has_no_twin():
    with pytest.raises(ReplayDiverged):
        world(glance()).fork()


# ── a night that ended with a reply that nobody understood ─────────────────────────────


@dataclass
class Noisy(Overheard):
    """A world in which each reply to one line is noise."""

    line: str

    def passed(self, line: str, reply: str) -> str:
        return "\x00#@! lorem\n" if line == self.line else reply


def test_a_night_that_stopped_at_a_reply_which_was_asked_for_once_replays():
    firewall = Firewall.of(pair(sessions=2))
    plan, journal = firewall.planned(), MemoryJournal()
    world = TapedWorld(Noisy(firewall.world, SHOW_BOOT), journal, Redactor(b"k" * 32))
    began = Started("night", "test", Digest("sha256:0"), world.clock.origin, vocabulary=2)
    guarded = GuardedWorld(world, charter_of(plan))
    stopped = conduct("run", plan, guarded, journal, Unwatched(), Wishes(), began)
    assert stopped.outcome is Outcome.STOPPED

    entries = list(journal.entries())
    asked = [e for e in entries if isinstance(e.body, Asked) and e.body.line == SHOW_BOOT]
    assert len(asked) == 2, "today it is asked for twice"
    entries.remove(asked[1])

    class Once(MemoryJournal):
        blob = journal.blob
        look = journal.look

    night = Once(entries)
    told = replay(
        plan,
        night,
        lambda sitting: recorded(plan, night, sitting),
        lambda sitting: recorded_earlier(plan, night, sitting),
    )
    assert (told.story.divergence, told.outcome) == (None, Outcome.REPLAYED)
