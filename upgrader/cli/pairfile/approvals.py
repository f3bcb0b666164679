"""`[approvals]` of a site's or a pair's file: how many must approve a plan, and whose keys count.

A pair may demand more than its site, never less: the greater number stands, and where both list
keys, the pair's are some of the site's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from upgrader.cli.pairfile.mistakes import again, refuse_unknown
from upgrader.cli.pairfile.site import Named, SiteTables
from upgrader.journal.disk import read_given_text
from upgrader.model.approval import NO_DEMAND, ApproverKey, Demand
from upgrader.ports import UsageFault

_KEYS = {
    "required": ("how many different people must approve a plan; else 1", "1 or 2"),
    "keys": ("who may approve", 'a table of names: `{ alice = "ssh-ed25519 AAAA…" }`'),
    "keys_file": (
        "more of them, as `authorized_keys` of OpenSSH lists them; the comment is the name",
        "the path of a file",
    ),
}
_ABOUT = (
    "Also in the site's file. With it, `run` takes only a plan file that so many people have "
    "signed with `upgrader approve`; of both files the greater number and the shorter list."
)
MOST = 2
"""More than two approvals of one plan: no change board that we know of asks for them."""
LONGEST_NAME = 64
"""Characters."""


@dataclass(frozen=True, slots=True)
class _Said:
    """A key as it was listed, and where."""

    place: str
    name: str
    line: str


def demand_of(site: SiteTables) -> Demand:
    """Who must approve a plan of this pair, as its site and its own file say together.

    Raises:
        UsageFault: a table has an unknown or wrong key, or lists fewer people than it demands.
    """
    whole = NO_DEMAND
    for named in site.approvals:
        own = _read(named)
        _narrows(named.label, own, whole)
        whole = Demand(max(whole.required, own.required), own.keys or whole.keys)
    if whole.required > whole.people:
        raise _wrong(
            site.approvals[-1].label,
            "required",
            f"{whole.required} people must approve, and {whole.people} are listed",
            "as many names as are required",
        )
    return whole


def approvals_rows() -> tuple[str, ...]:
    """The part of the reference page, as Markdown."""
    return (
        "## `[approvals]`",
        "",
        _ABOUT,
        "",
        "| Key | Value | Meaning |",
        "|---|---|---|",
        *(f"| `{key}` | {allowed} | {meaning} |" for key, (meaning, allowed) in _KEYS.items()),
        "",
    )


def _read(named: Named) -> Demand:
    refuse_unknown(named.label, "approvals.", named.table, _KEYS)
    required = named.table.get("required", 1)
    if isinstance(required, bool) or not isinstance(required, int) or not 1 <= required <= MOST:
        raise _wrong(named.label, "required", f"`{required!r:.40}`", _KEYS["required"][1])
    said = [*_in_table(named), *_in_file(named)]
    return Demand(required, _listed(named.label, said))


def _in_table(named: Named) -> Iterable[_Said]:
    given = named.table.get("keys", {})
    if not isinstance(given, Mapping):
        raise _wrong(named.label, "keys", "must be a table", _KEYS["keys"][1])
    for name, line in given.items():
        if not isinstance(line, str):
            raise _wrong(named.label, f"keys.{name!r:.80}", "must be a text", _KEYS["keys"][1])
        yield _Said(f"{named.label}: `approvals.keys`", name, line)


def _in_file(named: Named) -> Iterable[_Said]:
    given = named.table.get("keys_file")
    if given is None:
        return
    if not isinstance(given, str) or not given:
        raise _wrong(named.label, "keys_file", "must be a text", _KEYS["keys_file"][1])
    path = named.base / given
    try:
        text = read_given_text(path.expanduser())
    except (OSError, UnicodeDecodeError) as fault:
        why = fault.strerror if isinstance(fault, OSError) else "is no UTF-8 text"
        raise _wrong(named.label, "keys_file", f"{path}: {why}", _KEYS["keys_file"][1]) from fault
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            parts = line.split(maxsplit=2)
            yield _Said(f"{path}:{number}", parts[2].strip() if len(parts) > 2 else "", line)


def _listed(label: str, said: Iterable[_Said]) -> tuple[ApproverKey, ...]:
    """The keys, sorted by name; two names for one key would make two people of one."""
    from upgrader.journal.persons import canonical  # noqa: PLC0415  only where keys are listed

    found: dict[str, ApproverKey] = {}
    for each in said:
        try:
            key = canonical(each.line)
            _can_be_a_name(each.name)
        except ValueError as fault:
            raise UsageFault(f"{each.place}, {each.name!r:.80}: {fault}. {again(label)}") from fault
        if key in found:
            other = found[key].name
            raise UsageFault(
                f"{each.place}, {each.name!r:.80}: the same key stands there for {other!r:.80}; "
                f"allowed: a key once. {again(label)}"
            )
        found[key] = ApproverKey(each.name, key)
    return tuple(sorted(found.values(), key=lambda listed: (listed.name, listed.key)))


def _can_be_a_name(name: str) -> None:
    """Be content if a person can tell the name from every other.

    Raises:
        ValueError: it is empty or too long, or holds a letter that may only look like another.
    """
    if not name or name != name.strip() or len(name) > LONGEST_NAME:
        raise ValueError(
            f"a key needs a name of 1 to {LONGEST_NAME} characters "
            "(in a file of keys it stands behind the key)"
        )
    odd = next((c for c in name if not (c.isascii() and c.isprintable())), None)
    if odd is not None:
        raise ValueError(
            f"{odd!a} is no ASCII character, and may look like one that it is not: "
            "write the name in ASCII"
        )


def _narrows(label: str, narrower: Demand, wider: Demand) -> None:
    """Be content if the pair lists nobody whom its site does not list.

    Raises:
        UsageFault: it does.
    """
    if not narrower.keys or not wider.keys:
        return
    known = {listed.key for listed in wider.keys}
    strange = next((listed.name for listed in narrower.keys if listed.key not in known), None)
    if strange is not None:
        raise _wrong(
            label,
            f"keys.{strange}",
            "is not among the keys that the site lists",
            "keys of the site: a pair may demand more than its site, never less",
        )


def _wrong(label: str, key: str, problem: str, allowed: str) -> UsageFault:
    return UsageFault(f"{label}: `approvals.{key}`: {problem}; allowed: {allowed}. {again(label)}")
