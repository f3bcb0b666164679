"""Pair files: which pair, and in which world. Read and checked here; errors name the key.

A pair file says nothing about how to upgrade. `example:NAME` is one of the built-in pairs.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

from upgrader.cli.pairfile.approvals import approvals_rows
from upgrader.cli.pairfile.checks import checks_rows
from upgrader.cli.pairfile.examples import EXAMPLE, locate, read_bytes
from upgrader.cli.pairfile.incident import incident_rows, read_script
from upgrader.cli.pairfile.mistakes import again, refuse_unknown
from upgrader.cli.pairfile.releases import releases_rows
from upgrader.cli.pairfile.site import NO_SITE, TABLES, SiteTables, read_site
from upgrader.cli.pairfile.ssh import read_ssh, ssh_rows
from upgrader.cli.pairfile.stage import NOWHERE, StageHints, read_stage, stage_rows
from upgrader.cli.pairfile.target import TargetHints, read_target, target_rows
from upgrader.cli.pairfile.tolerances import tolerances_rows
from upgrader.journal.disk import read_given_text
from upgrader.model.names import Digest
from upgrader.model.reach import Reach
from upgrader.model.script import Script
from upgrader.ports import UsageFault

if TYPE_CHECKING:
    from upgrader.emulator.scenario import Scenario

_TOP = ("name", "target", "stage", "emulated", "ssh", "site", "incident", *TABLES)
_NAMING = ("config", "running", "sessions", "addresses")
"""The keys of `[emulated]` that name a file which belongs to the pair."""
_NAME_MARKS = frozenset("._-")


@dataclass(frozen=True, slots=True)
class PairFile:
    """A pair file, read. `[ssh]` is checked; `[emulated]` is not yet: `scenario_of` does."""

    name: str
    path: str
    """Absolute, or `example:NAME`: `read_pair` takes it again."""
    digest: Digest
    """SHA-256 over the file and the configurations that it names."""
    target: TargetHints
    emulated: Mapping[str, object]
    """Empty for a live pair."""
    base: Path
    """The folder in which the files that it names are looked for."""
    texts: Mapping[str, str]
    """The configurations that could be read, by path."""
    reach: Reach | None = None
    """How a live pair is reached; None: the pair is emulated."""
    stage: StageHints = NOWHERE
    """Where files for the night come from."""
    site: SiteTables = NO_SITE
    """What the pair and its site say of checks, tolerances, releases and approvals."""
    script: Script | None = None
    """A night that is to be run again; None: the file has no `[incident]`."""

    @property
    def is_live(self) -> bool:
        """Whether the pair is a live one."""
        return self.reach is not None


def read_pair(path_or_example: str) -> PairFile:
    """Read a pair file, or the built-in pair `example:NAME`.

    Raises:
        UsageFault: it cannot be read, is no TOML, or has an unknown or wrong key.
    """
    label, path = locate(path_or_example)
    data = read_bytes(label, path)
    try:
        table = tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UsageFault(f"{label}: is no UTF-8 text (byte {error.start})") from error
    except (ValueError, RecursionError) as error:
        if data.lstrip().startswith(b"{"):
            raise UsageFault(
                f"{label}: a pair file is TOML, and this looks like JSON. "
                "A plan file is for `upgrader show`, `rehearse` and `run`"
            ) from error
        raise UsageFault(f"{label}: is no TOML: {error}. {again(label)}") from error
    refuse_unknown(label, "", table, _TOP)
    emulated, live = _worlds_of(label, table)
    texts = dict(_named_texts(emulated, path.parent))
    return PairFile(
        name=_read_name(label, table.get("name", path.stem)),
        path=label,
        digest=_digest_of(data, texts, path.parent),
        target=read_target(label, table.get("target", {})),
        emulated=emulated,
        base=path.parent,
        texts=texts,
        reach=None if live is None else read_ssh(label, live, path.parent),
        stage=read_stage(label, table.get("stage", {}), path.parent),
        site=read_site(label, table, path.parent),
        script=_script_of(label, table),
    )


def pair_of(files: Mapping[str, str], name: str, label: str) -> PairFile:
    """The emulated pair of files that nobody has written: a twin in memory.

    `files` by name, the pair file among them under `name`; `label` is what errors call it.
    """
    data, base = files[name].encode(), Path(label)
    table = tomllib.loads(files[name])
    texts = {str(base / other): text for other, text in files.items() if other != name}
    return PairFile(
        name=_read_name(label, table["name"]),
        path=label,
        digest=_digest_of(data, texts, base),
        target=TargetHints(),
        emulated=table["emulated"],
        base=base,
        texts=texts,
        script=_script_of(label, table),
    )


def refuse_live(pair: PairFile, what: str) -> None:
    """Refuse what only an emulated pair can do; `what` says it: `--fresh starts a pair anew`.

    Raises:
        UsageFault: the pair is live.
    """
    if pair.is_live:
        raise UsageFault(
            f"{pair.path} is a live pair ([ssh]), and {what}: that is for pairs with an "
            f"[emulated] table, like {EXAMPLE}matched. `upgrader rehearse {quote(pair.path)}` "
            "makes a twin of a live pair"
        )


def scenario_of(pair: PairFile) -> "Scenario":
    """The emulated pair that a pair file describes.

    Raises:
        UsageFault: the pair is live; a key or value of `[emulated]` is wrong, the configuration
            breaks a rule, or the parts do not fit together.
    """
    # Imported here, for `--help` must not load an emulator.
    from upgrader.emulator.scenario.reader import (  # noqa: PLC0415  see above
        ScenarioFault,
        read_scenario,
    )

    refuse_live(pair, "no emulated pair is described there")

    def read_text(path: str) -> str:
        known = pair.texts.get(path)
        return read_given_text(Path(path)) if known is None else known

    try:
        return read_scenario(pair.name, pair.emulated, pair.base, read_text)
    except ScenarioFault as fault:
        raise UsageFault(f"{pair.path}: {fault}. {again(pair.path)}") from fault


def lines_not_modelled(pair: PairFile) -> tuple[str, ...]:
    """The configuration's lines that the emulated units keep and show, but do not act on.

    A live pair has none: whatever it does with a line is right.

    Raises:
        UsageFault: as `scenario_of`.
    """
    from upgrader.emulator.config import not_modelled  # noqa: PLC0415  as in scenario_of

    return () if pair.is_live else not_modelled(scenario_of(pair).config)


def pair_reference() -> str:
    """The reference page of pair files, as Markdown."""
    from upgrader.emulator.scenario.page import scenario_reference  # noqa: PLC0415  see above

    head = (
        "# The pair file",
        "",
        "Generated by `python -m upgrader.cli.reference pair-file`; edits are lost.",
        "",
        "A pair file is TOML.",
        "It says which pair is meant and in which world it lives, never how to upgrade it.",
        "An unknown or wrong key is refused, naming file, key, value and what is allowed.",
        "Times are in seconds. Files that it names are looked for beside it.",
        "",
        "The emulated units follow documents and real captures; nothing is measured on hardware.",
        "",
        "| Key | Value | Meaning |",
        "|---|---|---|",
        "| `name` | letters, digits, `.`, `_`, `-` | The pair's name; else the file's. |",
        "",
        *target_rows(),
        *ssh_rows(),
        *stage_rows(),
        *checks_rows(),
        *tolerances_rows(),
        *releases_rows(),
        *approvals_rows(),
        *incident_rows(),
    )
    return "\n".join(head) + "\n" + scenario_reference()


# ── the keys that are read here ────────────────────────────────────────────────────────


def _worlds_of(label: str, table: Mapping[str, Any]) -> tuple[Mapping[str, object], object | None]:
    """`[emulated]` and `[ssh]`, of which there is one: the former empty, or the latter None."""
    emulated, live = table.get("emulated"), table.get("ssh")
    if (emulated is None) == (live is None):
        there = (
            "neither `emulated` nor `ssh` is" if live is None else "both `emulated` and `ssh` are"
        )
        raise UsageFault(
            f"{label}: {there} there; allowed: [emulated] for an emulated pair, or [ssh] for a "
            f"live one. {again(label)}"
        )
    if live is not None:
        return {}, live
    if not isinstance(emulated, Mapping):
        raise UsageFault(
            f"{label}: `emulated = {emulated!r:.80}`: must be a table; "
            f"allowed: [emulated]. {again(label)}"
        )
    return emulated, None


def _script_of(label: str, table: Mapping[str, Any]) -> Script | None:
    """The night that the file tells; None: it tells none."""
    if "incident" not in table:
        return None
    if "ssh" in table:
        raise UsageFault(
            f"{label}: `incident` stands beside `ssh`: what befalls a pair befalls an emulated one "
            f"only; allowed: [incident] beside [emulated]. {again(label)}"
        )
    return read_script(label, table["incident"])


def _read_name(label: str, value: object) -> str:
    """The pair's name: it becomes a part of file names."""
    marks_only = isinstance(value, str) and all(
        character in _NAME_MARKS or (character.isascii() and character.isalnum())
        for character in value
    )
    if not (isinstance(value, str) and marks_only and 1 <= len(value) <= 64 and value[0] != "."):
        raise UsageFault(
            f"{label}: `name = {value!r:.80}`: cannot be a name; "
            f"allowed: 1 to 64 letters, digits, `.`, `_`, `-`, no `.` first. {again(label)}"
        )
    return value


# ── what the digest covers ─────────────────────────────────────────────────────────────


def _named_texts(emulated: Mapping[str, object], base: Path) -> Iterator[tuple[str, str]]:
    """The configurations and tables that the file names, as far as they can be read.

    One that cannot is no error yet: whoever wants it meets the error with its key.
    """
    units = emulated.get("unit")
    tables = [emulated, *(units if isinstance(units, list) else [])]
    tables += [table["now"] for table in tables if isinstance(table, Mapping) and "now" in table]
    names = [table.get(key) for table in tables if isinstance(table, Mapping) for key in _NAMING]
    for named in names:
        if isinstance(named, str) and "\n" not in named:
            path = base / named
            try:
                yield str(path), read_given_text(path)
            except (OSError, ValueError):
                continue


def _digest_of(data: bytes, texts: Mapping[str, str], base: Path) -> Digest:
    """Moving the folder as a whole changes nothing; changing a byte or a name does."""
    total = sha256(data)
    for path in sorted(texts):
        name = Path(path).name if not path.startswith(str(base)) else path[len(str(base)) :]
        for part in (name.encode(), texts[path].encode()):
            total.update(len(part).to_bytes(8, "big"))
            total.update(part)
    return Digest(f"sha256:{total.hexdigest()}")
