"""What Ansible's log tells of a night: how many lines it typed, and how long a ready unit was watched.

Needs `ANSIBLE_LOG_PATH` and `ANSIBLE_PERSISTENT_LOG_MESSAGES=True` in the playbook's environment.
"""

import re
from datetime import UTC, datetime
from pathlib import Path

SENT = re.compile(r"(\S+ \S+) p=\d+ .* INFO\| send command: b['\"](.*)\\r['\"]")
SAID = re.compile(r"(\S+ \S+) p=\d+ .* INFO\| response-\d+: b['\"](.*)")
LOOK = "show failover | include"
"""How the playbook's look at the pair begins; whatever else is typed ends the watching."""


def told_by(log: Path, version: str) -> tuple[int, float]:
    """Lines typed; seconds between a unit's first look Ready at `version` and what follows."""
    typed, watched = 0, 0.0
    awaited, since = False, None
    for line in log.read_text(errors="replace").splitlines():
        if sent := SENT.match(line):
            typed += 1
            if since is not None and LOOK not in sent[2]:
                watched += (_at(sent[1]) - since).total_seconds()
                awaited, since = False, None
            awaited = awaited or "reload-standby" in sent[2]
        elif awaited and since is None and (said := SAID.match(line)):
            ready = "Standby Ready" in said[2] and f"Mate {version}" in said[2]
            since = _at(said[1]) if ready else None
    return typed, watched


def _at(stamp: str) -> datetime:
    return datetime.strptime(stamp, "%Y-%m-%d %H:%M:%S,%f").replace(tzinfo=UTC)
