"""A change board for tests: people with keys, a pair that demands their word, a plan to sign.

board = Board(upgrader, "alice", "bob", required=2)
board.draws()
board.approves("alice")
assert board.runs().code == 3
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nights_on_disk import TO, pair_text
from shells import Said, Shell

from upgrader.cli.planfile import decode_plan
from upgrader.journal.codec import encode
from upgrader.journal.persons import PersonKey, make_person_key, open_person_key
from upgrader.model.plan import Plan


def no_passphrase() -> str:
    raise AssertionError("the key is not encrypted")


class Board:
    """One folder: `edge.toml`, `site.toml`, `plan.json`, and a key a person."""

    def __init__(
        self, upgrader: Shell, *people: str, required: int = 1, text: str = "", site: bool = False
    ) -> None:
        self.upgrader, self.folder = upgrader, upgrader.home
        self.plan_file = self.folder / "plan.json"
        self.keys = {name: self.has_a_key(name) for name in people}
        self.text, self.in_site = text or pair_text(), site
        self.demands(required, *people)

    # ── people and what they demand ──

    def has_a_key(self, name: str) -> PersonKey:
        """Make a key for somebody, on no list yet."""
        path = self.folder / f"{name}.key"
        if path.exists():
            return open_person_key(path, no_passphrase)
        return make_person_key(path, None)

    def line(self, name: str) -> str:
        return self.has_a_key(name).public

    def demands(self, required: int, *people: str) -> None:
        """Write the pair's file, and the site's, with such a table; 0: without any."""
        listed = ", ".join(f'"{name}" = "{self.line(name)}"' for name in people)
        table = f"[approvals]\nrequired = {required}\nkeys = {{ {listed} }}\n" if required else ""
        text = self.text
        if self.in_site:
            (self.folder / "site.toml").write_text(table)
            text = 'site = "site.toml"\n' + text
        else:
            text += table
        (self.folder / "edge.toml").write_text(text)

    # ── commands ──

    def draws(self, *options: str) -> Said:
        return self.upgrader("plan", "edge.toml", "--to", TO, *options, "-o", "plan.json")

    def approves(self, name: str, *options: str) -> Said:
        return self.upgrader("approve", "plan.json", "--key", f"{name}.key", "--yes", *options)

    def runs(self, *options: str) -> Said:
        return self.upgrader("run", "plan.json", "--json", *options)

    # ── the plan file ──

    @property
    def plan(self) -> Plan:
        return decode_plan(self.plan_file)

    def has(self, plan: Plan) -> None:
        """Put another plan there."""
        self.plan_file.write_bytes(encode(plan) + b"\n")

    def rewritten(self, change: Callable[[dict[str, Any]], None]) -> None:
        """Change the file as somebody with an editor would."""
        loose = json.loads(self.plan_file.read_text())
        change(loose)
        self.plan_file.write_text(json.dumps(loose))

    @property
    def is_untouched(self) -> bool:
        """Whether no run has begun and no emulated pair was made."""
        state = self.folder / "state"
        return not any(state.glob("runs/*")) and not any(state.glob("worlds/*"))


def shifted(path: Path) -> bytes:
    """The same JSON with its keys in the reverse order and other blanks."""

    def turned(value: object) -> object:
        if isinstance(value, dict):
            return {key: turned(value[key]) for key in sorted(value, reverse=True)}
        return [turned(v) for v in value] if isinstance(value, list) else value

    return json.dumps(turned(json.loads(path.read_text())), indent=3).encode()
