"""Twins for tests: a pair, what is made of what it shows, and what the tool says of both."""

from dataclasses import dataclass

from nights import TARGET, Firewall

from upgrader.access.emulated.world import EmulatedWorld
from upgrader.cli.pairfile.pair import read_pair, scenario_of
from upgrader.cli.worlds.twins import twin_of
from upgrader.conduct.portrait import portray
from upgrader.conduct.survey import plan_of, survey
from upgrader.dialect.versions import read_version
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.shell.shell import prompt
from upgrader.judgement.fingerprint import drift, fingerprint
from upgrader.model.plan import Failback, Target
from upgrader.model.portrait import NoteKind, TwinNote
from upgrader.ports import World

SHORT = (
    *("sh ver", "sh fail", "show failover state", "sh failover hist", "sh run", "sh startup"),
    *("dir", "sh vpn-s", "sh vpn-sessiondb any", "sh webvpn any", "sh reload", "sh conn count"),
    *("sh clock", "sh ip local pool VPN"),
)
"""What a person types who saves the output of a unit."""


def example(name: str) -> EmulatedPair:
    return EmulatedPair.from_scenario(scenario_of(read_pair(f"example:{name}")))


@dataclass
class Twins:
    """A pair and its twin, side by side."""

    first: Firewall
    second: Firewall
    notes: tuple[TwinNote, ...]

    @classmethod
    def of(cls, pair: EmulatedPair, world: World | None = None) -> "Twins":
        """The twin is made of a fork, or of what `world` shows of it."""
        made, notes = twin_of(world or EmulatedWorld(pair.fork()), "lab-twin", "a test")
        return cls(Firewall(pair.fork()), Firewall(made._pair), notes)

    def told(self, kind: NoteKind) -> list[str]:
        return [f"{note.what}: {note.told}" for note in self.notes if note.kind is kind]

    @property
    def drifted(self) -> tuple[object, ...]:
        """The fields of the fingerprint in which they differ."""
        looks = [portray(fw.world, "").seen for fw in (self.first, self.second)]
        files = tuple(d.path for unit in looks[0].units for d in unit.full.digests)
        return drift(*(fingerprint(look, files) for look in looks))

    def judged(self, to: str = TARGET) -> tuple[object, object]:
        """Of both: the findings with their evidence, and what is foretold."""
        said = []
        for firewall in (self.first, self.second):
            surveyed = survey(firewall.world, Target(read_version(to)), {})
            plan = plan_of(surveyed, firewall.name, Failback.NEVER)
            findings = [(f.rule, f.severity, f.facts, f.evidence) for f in surveyed.findings]
            said.append((findings, None if plan is None else plan.prediction))
        return said[0], said[1]


def log_of(pair: EmulatedPair, seat: str, lines: tuple[str, ...] = SHORT) -> str:
    """A terminal log of a unit: prompts, echoes and replies."""
    conversation = pair.open(seat)
    assert conversation is not None
    shown, now = "", prompt(pair, conversation)
    for line in lines:
        answer = pair.receive(conversation.number, line)
        shown += f"{now}{'' if now.endswith(' ') else ' '}{line}\n{answer.text}"
        now = answer.prompt
    return f"{shown}{now}\n"


def verifying(pair: EmulatedPair) -> tuple[str, ...]:
    """The lines that verify all files of the Primary."""
    return tuple(f"verify /sha-512 {file.path}" for file in pair.scenario.units[0].files)
