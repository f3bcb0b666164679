"""A hitless upgrade as many people script it: netmiko, one address, standby first.

python upgrade_with_netmiko.py HOST PORT USER PASSWORD ENABLE IMAGE VERSION [POLL_SECONDS]
"""

import re
import sys
import time

from netmiko import ConnectHandler, NetmikoBaseException

HOST, PORT, USER, PASSWORD, ENABLE, IMAGE, VERSION, *REST = sys.argv[1:]
POLL_SECONDS = float(REST[0]) if REST else 15.0
LIMIT_SECONDS = 120 * POLL_SECONDS


def log_in():
    """Whoever holds the active address now."""
    return ConnectHandler(
        device_type="cisco_asa",
        host=HOST,
        port=int(PORT),
        username=USER,
        password=PASSWORD,
        secret=ENABLE,
        conn_timeout=10,
    )


def until(what, holds):
    """Ask the active unit until its `show failover` says so; a lost session is asked again."""
    end = time.monotonic() + LIMIT_SECONDS
    while time.monotonic() < end:
        try:
            with log_in() as firewall:
                screen = firewall.send_command("show failover")
        except (NetmikoBaseException, OSError, EOFError):
            screen = ""
        if holds(screen):
            print(what)
            return screen
        time.sleep(POLL_SECONDS)
    raise SystemExit(f"not within {LIMIT_SECONDS:g} s: {what}")


def standby_runs(version):
    """Whether the other unit is Standby Ready and runs that version."""

    def holds(screen):
        return bool(
            re.search(r"Other host: \w+ - Standby Ready", screen)
            and re.search(rf"Mate {re.escape(version)}\s", screen)
        )

    return holds


with log_in() as firewall:
    before = firewall.send_command("show failover")
    first = re.search(r"This host: (\w+) - Active", before)
    if not first:
        raise SystemExit(f"{HOST} is not the active unit")
    boot = firewall.send_command("show running-config boot system").splitlines()
    lines = [f"no {line.strip()}" for line in boot if line.startswith("boot system")]
    lines += [f"boot system {IMAGE}"]
    lines += [line.strip() for line in boot if line.startswith("boot system") and IMAGE not in line]
    firewall.send_config_set(lines)
    firewall.save_config()
    firewall.send_command("failover reload-standby")
print("the standby reloads")

until(f"the standby runs {VERSION}", standby_runs(VERSION))
with log_in() as firewall:
    # The prompt may change under this line, and the session end: that is no failure.
    firewall.write_channel("no failover active\n")
    time.sleep(min(2.0, POLL_SECONDS))
other = {"Primary": "Secondary", "Secondary": "Primary"}[first[1]]
until(f"the {other} is active", lambda screen: f"This host: {other} - Active" in screen)
until("the former active is its standby", lambda screen: "- Standby Ready" in screen)
with log_in() as firewall:
    firewall.send_command("failover reload-standby")
print("the former active reloads")
time.sleep(POLL_SECONDS)
screen = until(f"both units run {VERSION}", standby_runs(VERSION))
with log_in() as firewall:
    firewall.save_config()
    print(firewall.send_command("show failover | include Version|host:"))
