"""Single lines of a screen that was filtered (`| include host`), cut off, or not understood."""

import re
from collections.abc import Iterator

from upgrader.dialect.replies.screen import leading_state
from upgrader.dialect.terminals.telling import Told
from upgrader.model.evidence import What
from upgrader.model.failover import Role

_HOST = re.compile(
    r"(?P<which>This|Other) host(?: *:| +-) +(?P<role>Primary|Secondary) - (?P<rest>.+)"
)
_VERSIONS = re.compile(r"Version: Ours (?P<ours>\S+), Mate (?P<mate>\S+)")
_RUNNING = re.compile(
    r"Cisco Adaptive Security Appliance Software Version (?P<version>\S+)(?: <.*>)?"
)
_STILL = ("show failover", "show version")


def told_by_lines(reply: str, command: str, unit: Role | None) -> Iterator[Told]:
    """What the lines of a reply tell one by one; `unit` is who answered, None: not known."""
    if not command.startswith(_STILL) or command.startswith("show failover history"):
        return
    for line in reply[:65_536].splitlines():
        bare = line.strip()
        host, versions = _HOST.fullmatch(bare), _VERSIONS.fullmatch(bare)
        running = _RUNNING.fullmatch(bare)
        state = None if host is None else leading_state(host["rest"])
        if host is not None and state is not None:
            is_ours = host["which"] == "This"
            role = Role(host["role"])
            fields = {"state": state[0].value, "told_by": command}
            what = What.STATE if is_ours else What.PEER_STATE
            yield Told(what, bare, role if is_ours else role.other, fields)
        elif versions is not None:
            yield Told(What.RUNS, bare, unit, {"version": versions["ours"], "told_by": command})
        elif running is not None:
            yield Told(What.RUNS, bare, unit, {"version": running["version"], "told_by": command})
