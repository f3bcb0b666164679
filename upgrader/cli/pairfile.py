"""Pair files: which pair, and in which world. Read and checked here; errors name the key.

A pair file says nothing about how to upgrade. `example:NAME` is one of the built-in pairs.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from upgrader.cli.mistakes import again, refuse_unknown, shown
from upgrader.cli.sshfile import read_ssh, ssh_rows
from upgrader.cli.stagefile import NOWHERE, StageHints, read_stage, stage_rows
from upgrader.dialect.versions import read_version
from upgrader.model.names import Digest
from upgrader.model.reach import Reach
from upgrader.ports import UsageFault

if TYPE_CHECKING:
    from upgrader.emulator.scenario import Scenario

EXAMPLE = "example:"

_TOP = ("name", "target", "stage", "emulated", "ssh")
_TARGET = {
    "version": ("the release to upgrade to, where `--to` is not given", 'text, such as "9.16(4)"'),
    "image": ("the ASA image, where its name does not say enough", "the path of a file on flash"),
    "asdm": ("the ASDM image that belongs to it", "the path of a file on flash"),
    "sha512": ("the vendor's SHA-512 of the image", "128 hexadecimal digits"),
}
_NAMING = ("config", "running", "sessions", "addresses")
"""The keys of `[emulated]` that name a file which belongs to the pair."""
_NAME_MARKS = frozenset("._-")


@dataclass(frozen=True, slots=True)
class TargetHints:
    """`[target]`: what a person said of the new release; None: not said."""

    version: str | None = None
    image: str | None = None
    """`disk0:/asa9-16-4-lfbff-k8.SPA`."""
    asdm: str | None = None
    sha512: str | None = None
    """Lowercase."""


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

    @property
    def is_live(self) -> bool:
        """Whether the pair is a live one."""
        return self.reach is not None


def list_examples() -> tuple[str, ...]:
    """The names of the built-in pairs, sorted."""
    return tuple(sorted(path.stem for path in _examples_folder().glob("*.toml")))


def read_pair(path_or_example: str) -> PairFile:
    """Read a pair file, or the built-in pair `example:NAME`.

    Raises:
        UsageFault: it cannot be read, is no TOML, or has an unknown or wrong key.
    """
    label, path = _locate(path_or_example)
    data = _read_bytes(label, path)
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
        target=_read_target(label, table.get("target", {})),
        emulated=emulated,
        base=path.parent,
        texts=texts,
        reach=None if live is None else read_ssh(label, live, path.parent),
        stage=read_stage(label, table.get("stage", {}), path.parent),
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
    )


def refuse_live(pair: PairFile, what: str) -> None:
    """Refuse what only an emulated pair can do; `what` says it: `--fresh starts a pair anew`.

    Raises:
        UsageFault: the pair is live.
    """
    if pair.is_live:
        raise UsageFault(
            f"{pair.path} is a live pair ([ssh]), and {what}: that is for pairs with an "
            f"[emulated] table, like {EXAMPLE}matched. `upgrader rehearse {pair.path}` makes a "
            "twin of a live pair"
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
        return Path(path).read_text(encoding="utf-8") if known is None else known

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

    rows = [f"| `{key}` | {allowed} | {meaning} |" for key, (meaning, allowed) in _TARGET.items()]
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
        "## `[target]`",
        "",
        "What to upgrade to, as far as a person wants to say it.",
        "",
        "| Key | Value | Meaning |",
        "|---|---|---|",
        *rows,
        "",
        *ssh_rows(),
        *stage_rows(),
    )
    return "\n".join(head) + "\n" + scenario_reference()


# ── finding and reading the file ───────────────────────────────────────────────────────


def _examples_folder() -> Path:
    """In an installed package below it; in a clone beside it."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "fixtures" / "pairs"
    return inside if inside.is_dir() else package.parent / "fixtures" / "pairs"


def _locate(path_or_example: str) -> tuple[str, Path]:
    """How the file is called from here on, and where it lies."""
    if not path_or_example.startswith(EXAMPLE):
        return str(Path(path_or_example).absolute()), Path(path_or_example).absolute()
    name = path_or_example.removeprefix(EXAMPLE)
    known = list_examples()
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = f"; did you mean {EXAMPLE}{near[0]}?" if near else "."
        raise UsageFault(
            f"there is no built-in pair {path_or_example}{hint} {_examples_hint(known)}"
        )
    return path_or_example, _examples_folder() / f"{name}.toml"


def _read_bytes(label: str, path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        known = list_examples()
        hint = f" Did you mean {EXAMPLE}{path.stem}?" if path.stem in known else ""
        raise UsageFault(f"there is no pair file {label}.{hint} {_examples_hint(known)}") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageFault(f"{label}: cannot be read ({reason})") from error


def _examples_hint(known: Sequence[str]) -> str:
    if not known:
        return "There are no built-in pairs in this installation."
    names = ", ".join(EXAMPLE + name for name in known)
    return f"Built in are: {names}. Type for instance: upgrader check {EXAMPLE}{known[0]}"


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


def _read_target(label: str, table: object) -> TargetHints:
    if not isinstance(table, Mapping):
        raise UsageFault(f"{label}: `target = {table!r:.80}`: must be a table. {again(label)}")
    refuse_unknown(label, "target.", table, _TARGET)
    values: dict[str, str] = {}
    for key, value in table.items():
        problem = _problem_of(key, value)
        if problem is not None:
            raise UsageFault(
                f"{label}: {shown(f'target.{key}', value, at_most=160)}: {problem}; "
                f"allowed: {_TARGET[key][1]}. {again(label)}"
            )
        values[key] = _settled(key, value)
    return TargetHints(**values)


def _settled(key: str, value: str) -> str:
    """A value as the rest of the tool compares it: lowercase digits, paths with their device."""
    match key:
        case "sha512":
            return value.lower()
        case "image" | "asdm" if ":" not in value:
            return f"disk0:/{value.lstrip('/')}"
        case _:
            return value


def _problem_of(key: str, value: object) -> str | None:
    """What is wrong with a value of `[target]`; None: nothing."""
    if not isinstance(value, str) or not value or any(c.isspace() for c in value):
        return "must be a text without blanks"
    if key == "sha512":
        is_digest = len(value) == 128 and set(value.lower()) <= set("0123456789abcdef")
        return None if is_digest else f"is no SHA-512 ({len(value)} characters)"
    if key == "version":
        try:
            read_version(value)
        except ValueError as error:
            return str(error)
    return None


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
                yield str(path), path.read_text(encoding="utf-8")
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
