"""`[tolerances]` of a site's or a pair's file: by how much before and after may differ."""

import tomllib
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from upgrader.cli.pairfile.mistakes import again
from upgrader.cli.pairfile.site import NO_SITE, Named, read_site
from upgrader.journal.disk import read_given
from upgrader.model.picture import Area, Tolerance, Whose
from upgrader.ports import UsageFault

_NUMBERS = {
    "absolute": "by how much a number may differ",
    "percent": "by how much of the former number, in per cent; one of the two is enough",
}
_FLAGS = {
    "ignore": "its value does not matter",
    "must_exist": "what was there must be there still; what is new is welcome",
}
_WORDS = {
    "ignore": Tolerance("", ignore=True),
    "must_exist": Tolerance("", must_exist=True),
    "equal": Tolerance(""),
}
_ALLOWED = (
    'a table of `absolute`, `percent`, `ignore`, `must_exist`, or one of the words "ignore", '
    '"must_exist", "equal"'
)
_MOST = 1_000_000_000
"""No number of a picture needs a greater tolerance."""


def read_tolerances(label: str, tables: Sequence[Named]) -> tuple[Tolerance, ...]:
    """What site and pair say, the site first; `label` is the pair file, as errors call it.

    Raises:
        UsageFault: a pattern names no area, or what stands behind it is wrong.
    """
    return tuple(
        _tolerance(label, named, pattern, said)
        for named in tables
        for pattern, said in sorted(named.table.items())
    )


def tolerances_in(path: Path) -> tuple[Tolerance, ...]:
    """What `--tolerances` names: any TOML file with such a table, also a pair's or a site's.

    Raises:
        UsageFault: it cannot be read, is no TOML, or says nothing of tolerances.
    """
    label = str(path)
    try:
        table = tomllib.loads(read_given(path).decode("utf-8-sig"))
    except OSError as fault:
        raise UsageFault(
            f"--tolerances {label}: {fault.strerror}; allowed: a TOML file with [tolerances]"
        ) from fault
    except (ValueError, RecursionError) as fault:
        raise UsageFault(f"--tolerances {label}: is no TOML: {fault}") from fault
    site = read_site(label, table, path.parent)
    if site.tolerances == NO_SITE.tolerances:
        raise UsageFault(
            f"--tolerances {label}: has no table [tolerances]; `upgrader diff A B --learn` "
            "prints one"
        )
    return read_tolerances(f"--tolerances {label}", site.tolerances)


def tolerances_rows() -> tuple[str, ...]:
    """The part of the reference page, as Markdown."""
    meanings = {**_NUMBERS, **_FLAGS}
    return (
        "## `[tolerances]`",
        "",
        "Also in the site's file; the pair's stand over it. By how much two snapshots may differ.",
        "A key is a pattern: `AREA`, `AREA/KEY`, `AREA/KEY@WHOSE`; in KEY `*` stands for anything.",
        f"Areas: {', '.join(f'`{area.value}`' for area in Area)}.",
        f"WHOSE: {', '.join(f'`{whose.value}`' for whose in Whose)}.",
        "The most exact pattern counts, and it replaces the default whole.",
        "",
        "| Key of a pattern's table | Value | Meaning |",
        "|---|---|---|",
        *(
            f"| `{key}` | {'a whole number' if key in _NUMBERS else 'true or false'} | {meaning} |"
            for key, meaning in meanings.items()
        ),
        "",
        'In place of a table: `"ignore"`, `"must_exist"`, or `"equal"`.',
        "",
    )


# ── one pattern ────────────────────────────────────────────────────────────────────────


def _tolerance(label: str, named: Named, pattern: str, said: object) -> Tolerance:
    problem = _problem_with(pattern)
    if problem is not None:
        raise UsageFault(f"{named.label}: `tolerances.{pattern:.80}`: {problem}. {again(label)}")
    if isinstance(said, str) and said in _WORDS:
        word = _WORDS[said]
        return Tolerance(
            pattern, ignore=word.ignore, must_exist=word.must_exist, source=named.label
        )
    if not isinstance(said, Mapping):
        raise _wrong(label, named, pattern, said, "is neither")
    for key, value in said.items():
        if key not in {*_NUMBERS, *_FLAGS}:
            near = get_close_matches(key, [*_NUMBERS, *_FLAGS], n=1)
            hint = f"; did you mean `{near[0]}`?" if near else ""
            raise _wrong(label, named, pattern, said, f"there is no such key as `{key}`{hint}")
        if key in _FLAGS and not isinstance(value, bool):
            raise _wrong(label, named, pattern, said, f"`{key}` must be true or false")
        is_number = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST
        if key in _NUMBERS and not is_number:
            raise _wrong(label, named, pattern, said, f"`{key}` must be a whole number, 0 or more")
    if said.get("ignore") and said.keys() & _NUMBERS.keys():
        raise _wrong(label, named, pattern, said, "what is ignored has no measure")
    return Tolerance(
        pattern,
        absolute=said.get("absolute"),
        percent=said.get("percent"),
        ignore=said.get("ignore", False),
        must_exist=said.get("must_exist", False),
        source=named.label,
    )


def _problem_with(pattern: str) -> str | None:
    """What is wrong with a pattern; None: nothing."""
    area, _, rest = pattern.partition("/")
    areas = [known.value for known in Area]
    if area not in areas:
        near = get_close_matches(area, areas, n=1)
        hint = f"; did you mean `{near[0]}`?" if near else ""
        return f"there is no such area{hint}; allowed: {', '.join(areas)}"
    whose = rest.rpartition("@")[2]
    spelled = {known.value.lower(): known.value for known in Whose}
    right = spelled.get(whose.lower())
    if "@" in rest and right is not None and right != whose:
        return f"`@{whose}` is spelled `@{right}`"
    return None


def _wrong(label: str, named: Named, pattern: str, said: object, problem: str) -> UsageFault:
    return UsageFault(
        f"{named.label}: `tolerances.{pattern:.80} = {said!r:.80}`: {problem}; "
        f"allowed: {_ALLOWED}. {again(label)}"
    )
