"""`[checks]` of a pair's or a site's file, and `--checks FILE`: which rules are asked, and how.

The dialect is the one that upgrade checks of other makers have taught people: a list of names,
`all`, `!name`, and `{name = {parameters}}`.
"""

import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, cast

from upgrader.cli.pairfile.mistakes import again, shown
from upgrader.cli.pairfile.site import TABLES, Named
from upgrader.journal.disk import read_given
from upgrader.model.names import RuleName
from upgrader.model.selection import ALL, Selection, SetParameter
from upgrader.ports import UsageFault

if TYPE_CHECKING:
    from upgrader.model.finding import Parameter, RuleText

_EVERY = "all"
_NOT = "!"
_KEYS = {
    "select": (
        "the rules that are asked; those of the core are, always",
        'a list of rules: `"all"`, `"name"`, `"!name"`, `{name = {parameter = value}}`',
    ),
    "record_only": (
        "rules that are asked and stop nothing: what they say is noted",
        "a list of rules",
    ),
}


def read_checks(label: str, tables: Sequence[Named], file: Path | None = None) -> Selection:
    """The selection that the tables come to, key by key: a later table's key replaces an earlier's.

    `label` is the pair file, as errors call it; `file` is what `--checks` names, and comes last.

    Raises:
        UsageFault: the file cannot be read; a key, a rule or a parameter is wrong; a rule of the
            core is to be left out, or only recorded.
    """
    if file is not None:
        label = f"--checks {file}"
    given = [*tables, *(() if file is None else (_file(label, file),))]
    if not given:
        return ALL
    # The rules are imported here: no other key of a pair file needs them.
    from upgrader.judgement.check.rules import rule_texts  # noqa: PLC0415  see above

    keys: dict[str, tuple[str, object]] = {}
    for named in given:
        _refuse_unknown(label, named.label, "checks.", named.table, _KEYS)
        keys |= {key: (named.label, value) for key, value in named.table.items()}
    reader = _Reader(label, rule_texts())
    left_out, parameters = reader.select(*keys.get("select", (label, [])))
    recorded = reader.record_only(*keys.get("record_only", (label, [])))
    return Selection(left_out, recorded, parameters)


def checks_rows() -> tuple[str, ...]:
    """The part of the reference page, as Markdown."""
    return (
        "## `[checks]`",
        "",
        "Which rules are asked; a site's file may say it for all its pairs, `--checks FILE` for",
        "one command. The rules and their parameters: [rules](rules.md).",
        "",
        "| Key | Value | Meaning |",
        "|---|---|---|",
        *(f"| `{key}` | {allowed} | {meaning} |" for key, (meaning, allowed) in _KEYS.items()),
        "",
        "An empty list, and one of `!name` only, means `all`; the order is of no consequence.",
        "A list without `all` names the only rules that are asked, beside those of the core.",
        "",
    )


class _Reader:
    """Reads the two keys; knows the rules, and how to name a mistake."""

    def __init__(self, label: str, texts: Mapping[RuleName, "RuleText"]) -> None:
        self._label = label
        self._texts = texts

    def select(
        self, where: str, value: object
    ) -> tuple[tuple[RuleName, ...], tuple[SetParameter, ...]]:
        """(left out, parameters) of a list in the dialect."""
        named: set[RuleName] = set()
        unwanted: set[RuleName] = set()
        parameters: dict[tuple[RuleName, str], SetParameter] = {}
        every = False
        for element in self._list(where, "select", value):
            match element:
                case str() if element == _EVERY:
                    every = True
                case str() if element.startswith(_NOT):
                    unwanted.add(self._rule(where, "select", element.removeprefix(_NOT)))
                case str():
                    named.add(self._rule(where, "select", element))
                case Mapping() if len(element) == 1:
                    ((name, settings),) = element.items()
                    rule = self._rule(where, "select", str(name))
                    named.add(rule)
                    for one in self._parameters(where, self._texts[rule], settings):
                        parameters[rule, one.name] = one
                case _:
                    raise self._mistake(
                        where, "select", element, "is neither a name nor a table with one name"
                    )
        self._spare_the_core(where, "select", "!", unwanted)
        only = set(self._texts) if every or not named else named
        left_out = {
            rule
            for rule, text in self._texts.items()
            if (rule not in only or rule in unwanted) and not text.core
        }
        ordered = sorted(parameters.values(), key=lambda one: (one.rule, one.name))
        return tuple(sorted(left_out)), tuple(ordered)

    def record_only(self, where: str, value: object) -> tuple[RuleName, ...]:
        """The rules of `record_only`."""
        rules: set[RuleName] = set()
        for element in self._list(where, "record_only", value):
            if not isinstance(element, str):
                raise self._mistake(where, "record_only", element, "is no name")
            rules.add(self._rule(where, "record_only", element))
        self._spare_the_core(where, "record_only", "", rules)
        return tuple(sorted(rules))

    def _list(self, where: str, key: str, value: object) -> list[object]:
        if not isinstance(value, list):
            raise self._mistake(where, key, value, "must be a list")
        return value

    def _rule(self, where: str, key: str, name: str) -> RuleName:
        if name in self._texts:
            return RuleName(name)
        near = _near(name, self._texts)
        raise self._mistake(
            where, key, name, f"there is no such rule{near}; `upgrader explain` lists them"
        )

    def _spare_the_core(self, where: str, key: str, mark: str, rules: Iterable[RuleName]) -> None:
        core = sorted(rule for rule in rules if self._texts[rule].core)
        if not core:
            return
        raise UsageFault(
            f"{where}: {shown(f'checks.{key}', f'{mark}{core[0]}')}: the pair's life hangs on that "
            "rule, so that it cannot be left out or only recorded. To go on in spite of what it "
            f"finds: --waive '{core[0]}=REASON'"
        )

    def _parameters(self, where: str, text: "RuleText", settings: object) -> list[SetParameter]:
        if not isinstance(settings, Mapping):
            raise self._mistake(where, "select", {text.rule: settings}, "parameters are a table")
        known = {parameter.name: parameter for parameter in text.parameters}
        read = []
        for name, value in cast("Mapping[str, object]", settings).items():
            if name not in known:
                has = ", ".join(f"`{one}`" for one in known) or "none"
                problem = f"{text.rule} has no parameter {name!r}{_near(name, known)}; it has {has}"
                raise self._mistake(where, "select", {text.rule: settings}, problem)
            read.append(SetParameter(text.rule, name, self._value(where, known[name], value, text)))
        return read

    def _value(
        self, where: str, parameter: "Parameter", value: object, text: "RuleText"
    ) -> int | str:
        if isinstance(parameter.default, int):
            if type(value) is int and value >= 0:
                return value
            problem = f"{parameter.name} must be a whole number, 0 or more: {parameter.means}"
        else:
            if isinstance(value, str) and value:
                return value
            problem = f"{parameter.name} must be a text: {parameter.means}"
        raise self._mistake(where, "select", {text.rule: {parameter.name: value}}, problem)

    def _mistake(self, where: str, key: str, value: object, problem: str) -> UsageFault:
        return UsageFault(
            f"{where}: {shown(f'checks.{key}', value)}: {problem}; "
            f"allowed: {_KEYS[key][1]}. {again(self._label)}"
        )


def _near(name: str, known: Iterable[str]) -> str:
    found = get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"; did you mean `{found[0]}`?" if found else ""


def _refuse_unknown(
    label: str, where: str, path: str, table: Mapping[str, object], known: Iterable[str]
) -> None:
    """Refuse keys that are none: `where` they stand, while `label` is what is typed again."""
    for key, value in table.items():
        if key not in known:
            raise UsageFault(
                f"{where}: {shown(f'{path}{key}', value)}: there is no such key"
                f"{_near(key, known)}; allowed: {', '.join(known)}. {again(label)}"
            )


def _read(text: str, *, is_json: bool) -> object:
    """JSON or TOML: `[checks]` begins the one, `["all"]` may be either and is meant as the other.

    Raises:
        ValueError: neither.
    """
    try:
        said: object = json.loads(text)
    except ValueError:
        if is_json:
            raise
        said = tomllib.loads(text)
    return said


def _file(label: str, path: Path) -> Named:
    """What `--checks` names: a table as in a pair file, or, in JSON, the list alone."""
    try:
        data = read_given(path)
    except OSError as fault:
        raise UsageFault(
            f"--checks {path}: {fault.strerror}; allowed: a TOML file with [checks], or a JSON list"
        ) from fault
    try:
        said = _read(data.decode("utf-8-sig"), is_json=path.suffix.lower() == ".json")
    except (ValueError, RecursionError) as fault:
        raise UsageFault(
            f"--checks {path}: is neither TOML nor JSON: {fault}. {again(label)}"
        ) from fault
    table: object = {"select": said} if isinstance(said, list) else said
    if isinstance(table, dict) and not table.keys() & set(_KEYS):
        _refuse_unknown(label, str(path), "", table, TABLES)
        table = table.get("checks", {})
    if not isinstance(table, Mapping):
        raise UsageFault(f"--checks {path}: `checks` must be a table; allowed: [checks]")
    return Named(str(path), path.parent, cast("Mapping[str, object]", table))
