"""A sitting that an earlier release conducted, replayed look by look, and not line by line.

Today's code asks more than that release did, in another order, and has more rules; none of this is
a difference between the two nights. What is compared is what was decided and typed: on what each
look of the night showed, today's rules and moves must come to the same. Rules that did not exist
then are asked and not heeded, and it is told what they would have said.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from upgrader.conduct.manner import Manner
from upgrader.conduct.replaying.again import again
from upgrader.journal.entry import Arrived, Body, Entry, Judged, Recollection
from upgrader.journal.tape import Sitting, part_of
from upgrader.judgement.check.rule import is_unseen
from upgrader.model.finding import Finding, Moment, Severity
from upgrader.model.law import Signal
from upgrader.model.names import RuleName
from upgrader.model.plan import Plan
from upgrader.ports import World

RULES_OF_1 = frozenset(
    RuleName(name)
    for name in (
        *("anyconnect-image-present", "anyconnect-images-match", "boot-order-effective"),
        *("config-in-sync", "configuration-saved", "flash-space", "http-replication"),
        *("image-digest-match", "image-present", "no-reload-scheduled", "pair-healthy"),
        *("pools-have-room", "roles-clear", "same-model", "standby-ready", "state-link-up"),
        *("version-compatible", "vpn-replication-keyed"),
    )
)
"""The rules of release 0.1.0, whose journals name only those that had something to say."""


SOONER = {1: frozenset({Signal.FAILED_BACK})}
"""Where a release ended the night at once, and today waits for the people, and looks once more."""


class Played(Protocol):
    """What plays the scenes of such a sitting."""

    @property
    def world(self) -> World:
        """The night's answers, guarded."""
        ...

    def wrote(self, body: Body) -> None:
        """Hear what today's conduct has written down.

        Raises:
            ReplayDiverged, TapeEnded: on the night something else was, or nothing.
        """
        ...


class Earlier:
    """One such sitting: what was judged in it, and what today's rules say besides."""

    def __init__(self, night: Recollection, sitting: Sitting) -> None:
        self._night = night
        self._sitting = sitting
        self._then = _judged_in(part_of(night.entries(), sitting))
        self._asked: Counter[Moment] = Counter()
        self._since: dict[RuleName, str] = {}

    @property
    def notes(self) -> tuple[str, ...]:
        """How it was replayed, and what the rules say that did not exist then, each once."""
        how = (
            "the journal of an earlier release: replayed look by look, for today more is asked, "
            "and in another order"
        )
        ended = (entry.body for entry in part_of(self._night.entries(), self._sitting))
        sooner = SOONER.get(self._sitting.vocabulary, frozenset())
        waits = (
            ("after a fail-back that release ended at once; today its people are looked at again",)
            if any(isinstance(body, Arrived) and body.signal in sooner for body in ended)
            else ()
        )
        return (how, *waits, *self._since.values())

    def again(self, plan: Plan, played: Played) -> str | None:
        """Conduct it again; the first difference, or None."""
        sooner = SOONER.get(self._sitting.vocabulary, frozenset())
        manner = Manner(thrifty=False, heeded=self._heeded, same_words=False, sooner=sooner)
        return again(plan, self._night, self._sitting, played.world, manner, played.wrote)

    def _heeded(self, moment: Moment, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """The findings of rules that were asked then, of what was seen then."""
        then = self._then.get(moment, ())
        judged = then[self._asked[moment]] if self._asked[moment] < len(then) else None
        self._asked[moment] += 1
        names = RULES_OF_1 if judged is None else _asked_in(judged)
        blind = set() if judged is None else _unknown_in(judged)
        heeded = []
        for finding in findings:
            if is_unseen(finding) and finding.rule not in blind:
                continue  # It asks for what nobody looked at on the night.
            if finding.rule in names:
                heeded.append(finding)
            elif finding.severity in {Severity.WARNING, Severity.BLOCKER}:
                self._since.setdefault(finding.rule, _told(moment, finding))
        return tuple(heeded)


def _judged_in(part: Sequence[Entry]) -> dict[Moment, list[Judged]]:
    found: dict[Moment, list[Judged]] = {}
    for entry in part:
        if isinstance(entry.body, Judged):
            found.setdefault(entry.body.moment, []).append(entry.body)
    return found


def _asked_in(judged: Judged) -> frozenset[RuleName]:
    return frozenset(line.rule for line in judged.checks) if judged.checks else RULES_OF_1


def _unknown_in(judged: Judged) -> set[RuleName]:
    return {f.rule for f in judged.findings if f.severity is Severity.UNKNOWN}


def _told(moment: Moment, finding: Finding) -> str:
    word = "would have stopped it" if finding.severity.blocks else "would have warned"
    return f"today `{finding.rule}` {word}, {moment.value}: {finding.evidence}"
