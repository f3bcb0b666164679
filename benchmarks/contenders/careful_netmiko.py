"""A careful hand-written script, as a good engineer has it: the bar on speed.

One session at a time, asked every second; both images verified on both units before anything is
booted; nothing is believed but `show failover`. It knows nothing of sessions, packages or crashes.

python careful_netmiko.py HOST PORT USER PASSWORD ENABLE IMAGE VERSION SECOND
"""

import json
import re
import sys
import time

from netmiko import ConnectHandler, NetmikoBaseException
from paramiko import SSHException

HOST, PORT, USER, PASSWORD, ENABLE, IMAGE, VERSION, SECOND = sys.argv[1:]
SECOND = float(SECOND)
typed = []
lines = []
"""The session that there is, or none."""


def log_in():
    return ConnectHandler(
        device_type="cisco_asa",
        host=HOST,
        port=int(PORT),
        username=USER,
        password=PASSWORD,
        secret=ENABLE,
        conn_timeout=10,
        fast_cli=True,
    )


def ask(words, limit=600):
    """On the session that there is, or a new one."""
    while True:
        try:
            if not lines:
                lines.append(log_in())
            typed.append(words)
            return lines[0].send_command(words, read_timeout=limit)
        except (NetmikoBaseException, SSHException, OSError, EOFError):
            lines.clear()
            time.sleep(SECOND)


def until(*patterns):
    for _ in range(100_000):
        screen = ask("show failover", 3)
        if all(re.search(pattern, screen) for pattern in patterns):
            return screen
        time.sleep(SECOND)
    raise SystemExit(f"never: {patterns}")


def digest(words):
    found = re.search(r"=\s+([0-9a-f]{128})", ask(words))
    if found is None:
        raise SystemExit(f"{words}: no digest")
    return found[1]


begun = time.monotonic()
screen = until(r"This host: \w+ - Active", r"Other host: \w+ - Standby Ready")
first = re.search(r"This host: (\w+) - Active", screen)[1]
if digest(f"verify /sha-512 {IMAGE}") != digest(f"failover exec mate verify /sha-512 {IMAGE}"):
    raise SystemExit("the images differ")
rows = ask("show vpn-sessiondb")
boot = [r.strip() for r in ask("show running-config boot system").splitlines() if "boot sys" in r]
config = [*(f"no {b}" for b in boot), f"boot system {IMAGE}", *boot]
typed += ["configure terminal", *config, "end", "write memory"]
lines[0].send_config_set(config)
lines[0].save_config()
ask("failover reload-standby")
until(r"Other host: \w+ - Standby Ready", rf"Mate {re.escape(VERSION)}\s")
typed.append("no failover active")
lines[0].write_channel("no failover active\n")
time.sleep(SECOND)
lines.clear()
other = {"Primary": "Secondary", "Secondary": "Primary"}[first]
until(rf"This host: {other} - Active", r"Other host: \w+ - Standby Ready")
ask("failover reload-standby")
time.sleep(SECOND)
until(
    r"Other host: \w+ - Standby Ready",
    rf"Ours {re.escape(VERSION)}, Mate {re.escape(VERSION)}\s",
)
typed.append("write memory")
lines[0].save_config()
rows = ask("show vpn-sessiondb")
lines[0].disconnect()
print(json.dumps({"commands": len(typed), "seconds": time.monotonic() - begun}))
