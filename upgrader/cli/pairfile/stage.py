"""`[stage]` of a pair file: where files for the night come from; never a password in clear."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from upgrader.cli.pairfile.mistakes import again, refuse_unknown
from upgrader.cli.pairfile.source import COMMAND, SOURCE, read_command, read_source
from upgrader.model.reach import SecretSource
from upgrader.ports import UsageFault

SCHEMES = ("tftp", "ftp", "http", "https", "scp", "smb")
"""What `copy` of an ASA fetches from. Source: ASA command reference, `copy`."""

KEYS: Mapping[str, tuple[str, str]] = {
    "repository": ("the path of a folder", "The folder with images, packages and profiles."),
    "manifest": (
        "the path of a file, or a list of them",
        (
            "Lists of SHA-512: as `sha512sum` writes them, or the vendor's signed Bulk Hash file. "
            "Else `SHA512SUMS` in the repository, where it is."
        ),
    ),
    "root": (
        "the path of a certificate",
        "The root that a signed list must end in, in place of the vendor's.",
    ),
    "url": (
        f"a URL: {', '.join(SCHEMES)}",
        "A folder on a server from which the units fetch the files themselves, in place of SCP.",
    ),
    "user": ("text", "Who logs in to that server; else nobody does."),
    "password": (SOURCE, "Where that user's password comes from. Never the password itself."),
    "password_command": (
        COMMAND,
        "Its first line is the password. No shell runs.",
    ),
}


@dataclass(frozen=True, slots=True)
class StageHints:
    """Where files come from, as far as somebody said it."""

    repository: Path | None = None
    manifests: tuple[Path, ...] = ()
    root: Path | None = None
    url: str | None = None
    """Without user and password; ends in a slash."""
    user: str = ""
    password: SecretSource | None = None


NOWHERE = StageHints()
"""Nobody said anything."""


def read_stage(label: str, table: object, base: Path) -> StageHints:
    """Read the table. `base`: the folder in which the files that it names are looked for.

    Raises:
        UsageFault: a key or value is wrong; names file, key and what is allowed.
    """
    if not isinstance(table, Mapping):
        raise UsageFault(f"{label}: `stage` must be a table; allowed: [stage]. {again(label)}")
    refuse_unknown(label, "stage.", table, KEYS)

    def wrong(key: str, why: str) -> UsageFault:
        # The value is not repeated: it may hold a password.
        return UsageFault(f"{label}: `stage.{key}`: {why}; allowed: {KEYS[key][0]}. {again(label)}")

    def path(key: str, value: Any) -> Path:
        if not isinstance(value, str) or not value or "\0" in value:
            raise wrong(key, "is no path")
        try:
            return base / Path(value).expanduser()
        except RuntimeError:
            raise wrong(key, "begins with a home directory that nobody knows") from None

    said = table.get("manifest", [])
    lists = [said] if isinstance(said, str) else said
    if not isinstance(lists, list):
        raise wrong("manifest", "is no path")
    user = table.get("user", "")
    if not isinstance(user, str) or not user.isprintable() or " " in user:
        raise wrong("user", "must be a text without blanks")
    return StageHints(
        repository=path("repository", table["repository"]) if "repository" in table else None,
        manifests=tuple(path("manifest", one) for one in lists),
        root=path("root", table["root"]) if "root" in table else None,
        url=_url_of(table["url"], lambda why: wrong("url", why)) if "url" in table else None,
        user=user,
        password=_source_of(table, user, wrong),
    )


def with_options(
    hints: StageHints, repository: Path | None, manifests: Sequence[Path], url: str | None
) -> StageHints:
    """The hints, with what was said on the command line in their place.

    Raises:
        UsageFault: the URL is none, or holds a password.
    """
    told = hints
    if repository is not None:
        told = replace(told, repository=repository)
    if manifests:
        told = replace(told, manifests=tuple(manifests))
    if url is not None:
        plain = _url_of(
            url,
            lambda why: UsageFault(
                f"--url: {why}; allowed: {KEYS['url'][0]}, like ftp://10.1.1.1/asa/"
            ),
        )
        user = _user_in(url)
        told = replace(told, url=plain, user=user or told.user)
    return told


def stage_rows() -> tuple[str, ...]:
    """The section of the reference page."""
    return (
        "## `[stage]`",
        "",
        "Where `upgrader stage` takes files from. Its manifests are what `check`, `plan` and `run`",
        "hold the units' files against, too.",
        "",
        "| Key | Value | Meaning |",
        "|---|---|---|",
        *(f"| `{key}` | {allowed} | {meaning} |" for key, (allowed, meaning) in KEYS.items()),
        "",
    )


def typed_url(hints: StageHints, password: Callable[[], str]) -> Callable[[str], str] | None:
    """What is typed to fetch a file of that name; None: nothing is fetched.

    `password` is asked for when it is first needed. What is not a letter, a digit or one of
    `-._~` is written with percent signs, as in any URL; that an ASA reads it so is inferred.
    """
    url = hints.url
    if url is None:
        return None

    def typed(name: str) -> str:
        if not hints.user:
            return f"{url}{name}"
        scheme, _, rest = url.partition("://")
        who = quote(hints.user, safe="")
        if hints.password is not None:
            who += f":{quote(password(), safe='')}"
        return f"{scheme}://{who}@{rest}{name}"

    return typed


def _url_of(value: object, wrong: Callable[[str], UsageFault]) -> str:
    """The folder, without user; ends in a slash."""
    if not isinstance(value, str) or not value.isprintable() or not value.isascii():
        raise wrong("is no URL")
    if " " in value or "?" in value or "#" in value:
        raise wrong("holds a blank, `?` or `#`, which a device does not take in a line")
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise wrong("is no URL") from None
    if parts.password is not None:
        raise wrong(
            "holds a password, which is not taken there and not repeated here: say `user`, and "
            f"`password = {SOURCE}` under [stage]"
        )
    if parts.scheme.lower() not in SCHEMES or not parts.hostname:
        raise wrong("is no URL of a server")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    where = host if port is None else f"{host}:{port}"
    folder = parts.path.strip("/")
    return f"{parts.scheme.lower()}://{where}/" + (f"{folder}/" if folder else "")


def _user_in(url: str) -> str:
    return urlsplit(url).username or ""


def _source_of(
    table: Mapping[str, Any], user: str, wrong: Callable[[str, str], UsageFault]
) -> SecretSource | None:
    """As in [ssh]; None: nobody said one."""
    if "password_command" in table:
        try:
            return read_command(table["password_command"])
        except ValueError as fault:
            raise wrong("password_command", str(fault)) from None
    if "password" not in table:
        return None
    if not user:
        raise wrong("password", "is of nobody: say `user` too")
    try:
        return read_source(table["password"], lambda: user)
    except ValueError as fault:
        raise wrong("password", str(fault)) from None
