"""`show access-list` and `show nat`: the configured rules, each with how often it was used.

Only rules on an interface are used, and only by the active unit. Object groups are not expanded.
Layout: ntc-templates' captures.
"""

from hashlib import sha256

from upgrader.emulator.config import section
from upgrader.emulator.pairing.states import active_ms
from upgrader.emulator.tables import Pair

_KINDS = ("extended", "standard", "remark", "webtype", "ethertype")
_MANUAL = "Manual NAT Policies (Section {})"
_AUTO = "Auto NAT Policies (Section 2)"


def show_access_list(pair: Pair, u: int, name: str | None = None) -> str | None:
    """All lists, or one; None: there is none of that name."""
    lists: dict[str, list[str]] = {}
    for line in section(pair.units[u].running, "access-list"):
        _, called, rule = line.split(maxsplit=2)
        lists.setdefault(called, []).append(_as_shown(rule))
    if name is not None and name not in lists:
        return None
    bound = {line.split()[1] for line in section(pair.units[u].running, "access-group")}
    lines = []
    if name is None:
        lines += [
            "access-list cached ACL log flows: total 0, denied 0 (deny-flow-max 4096)",
            "            alert-interval 300",
        ]
    for called, rules in lists.items():
        if name not in (None, called):
            continue
        elements = sum(not rule.startswith("remark") for rule in rules)
        lines.append(f"access-list {called}; {elements} elements; name hash: {_hash(called)}")
        for number, rule in enumerate(rules, start=1):
            hits = _uses(pair, u, f"{called} {number}") if called in bound else 0
            count = "" if rule.startswith("remark") else f" (hitcnt={hits}) "
            mark = "" if rule.startswith("remark") else _hash(f"{called} {rule}")
            lines.append(f"access-list {called} line {number} {rule}{count}{mark}")
    return "".join(f"{line}\n" for line in lines)


def _as_shown(rule: str) -> str:
    """A rule without its kind is an extended one."""
    return rule if rule.startswith(_KINDS) else f"extended {rule}"


def _hash(text: str) -> str:
    return f"0x{sha256(text.encode()).hexdigest()[:8]}"


def _uses(pair: Pair, u: int, rule: str) -> int:
    """How often, since the unit booted: a rate of its own while the unit is active. Invented."""
    spec = pair.scenario.clients
    share = int(_hash(rule), 16) % 100
    hours = active_ms(pair.units[u], pair.now) / 3_600_000
    return round(hours * share * (spec.tcp + spec.udp + spec.http) / 100)


def show_nat(pair: Pair, u: int) -> str:
    """The rules by section: typed before, of objects, typed after."""
    running = pair.units[u].running
    first: list[str] = []
    last: list[str] = []
    for line in section(running, "nat"):
        rule = line.removeprefix("nat ")
        late = " after-auto " in rule
        (last if late else first).append(_rule(rule.replace(" after-auto ", " ")))
    own = _object_rules(running)
    texts = []
    for head, rules in ((_MANUAL.format(1), first), (_AUTO, own), (_MANUAL.format(3), last)):
        if not rules:
            continue
        lines = [head]
        for number, rule in enumerate(rules, start=1):
            hits, back = _uses(pair, u, rule), _uses(pair, u, f"{rule} back")
            lines.append(f"{number} {rule}")
            lines.append(f"    translate_hits = {hits}, untranslate_hits = {back}")
        texts.append("".join(f"{line}\n" for line in lines))
    return "\n".join(texts)


def _rule(rule: str) -> str:
    """`(inside,outside) source …` as `(inside) to (outside) source …`."""
    ports, _, rest = rule.partition(") ")
    real, _, mapped = ports.removeprefix("(").partition(",")
    return f"({real}) to ({mapped}) {rest.replace(' destination ', '   destination ')}"


def _object_rules(running: tuple[str, ...]) -> list[str]:
    rules, called = [], ""
    for line in running:
        words = line.split()
        if not line.startswith(" "):
            called = words[2] if words[:2] == ["object", "network"] else ""
        elif called and words[0] == "nat" and len(words) > 3:
            _, ports, kind, *mapped = words
            rules.append(_rule(f"{ports} source {kind} {called} {' '.join(mapped)}"))
    return rules
