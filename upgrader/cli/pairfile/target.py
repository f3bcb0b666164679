"""`[target]` of a pair file: what a person said of the new release."""

from collections.abc import Mapping
from dataclasses import dataclass

from upgrader.cli.pairfile.mistakes import again, refuse_unknown, shown
from upgrader.dialect.versions import read_version
from upgrader.ports import UsageFault

_TARGET = {
    "version": ("the release to upgrade to, where `--to` is not given", 'text, such as "9.16(4)"'),
    "image": ("the ASA image, where its name does not say enough", "the path of a file on flash"),
    "asdm": ("the ASDM image that belongs to it", "the path of a file on flash"),
    "sha512": ("the vendor's SHA-512 of the image", "128 hexadecimal digits"),
}


@dataclass(frozen=True, slots=True)
class TargetHints:
    """`[target]`: what a person said of the new release; None: not said."""

    version: str | None = None
    image: str | None = None
    """`disk0:/asa9-16-4-lfbff-k8.SPA`."""
    asdm: str | None = None
    sha512: str | None = None
    """Lowercase."""


def read_target(label: str, table: object) -> TargetHints:
    """Read the table; `label` is what errors call the file.

    Raises:
        UsageFault: it is no table, or has an unknown or wrong key.
    """
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


def target_rows() -> tuple[str, ...]:
    """The part of the reference page, as Markdown."""
    return (
        "## `[target]`",
        "",
        "What to upgrade to, as far as a person wants to say it.",
        "",
        "| Key | Value | Meaning |",
        "|---|---|---|",
        *(f"| `{key}` | {allowed} | {meaning} |" for key, (meaning, allowed) in _TARGET.items()),
        "",
    )


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
