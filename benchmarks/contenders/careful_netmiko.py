"""A careful hand-written script, as a good engineer has it: the bar on speed.

One session at a time, asked every second; nothing is believed but what the units show. It keeps
the gates that practice asks for: every file that will be loaded is verified on both units, a unit
counts as ready after three polls with no interface Waiting, the new version is watched for a
minute before the old one is given up, and nothing is lost or left over, by the numbers. It knows
nothing of causes, crashes, or how to go on after one.

`--standby HOST` lets both units verify at the same time, for one log-in more. With `--hurried` it
is as many are: one image is verified, one poll is enough, nothing is watched.

python careful_netmiko.py HOST PORT USER PASSWORD ENABLE IMAGE VERSION SECOND
    [--asdm PATH] [--standby HOST] [--hurried]
"""

import json
import re
import time
from argparse import ArgumentParser
from concurrent.futures import ThreadPoolExecutor

from netmiko import ConnectHandler, NetmikoBaseException
from paramiko import SSHException

given = ArgumentParser()
given.add_argument("where", nargs=8)
given.add_argument("--asdm", nargs="*", default=[])
given.add_argument("--standby")
given.add_argument("--hurried", action="store_true")
given = given.parse_args()
HOST, PORT, USER, PASSWORD, ENABLE, IMAGE, VERSION, SECOND = given.where
ASDM, STANDBY, HURRIED = given.asdm, given.standby, given.hurried
SECOND = float(SECOND)
POLLS = 1 if HURRIED else 3
SOAK = 0 if HURRIED else 60
MATE = "failover exec mate"
HERE = r"This host: {} - Active"
READY = r"Other host: \w+ - Standby Ready"
typed = []
spent = {"on purpose": 0.0, "verify": 0.0}
"""Seconds: of watching with everything ready, and of verifying."""
lines = []
"""The session that there is, or none."""


def log_in(host=HOST):
    return ConnectHandler(
        device_type="cisco_asa",
        host=host,
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


def until(*patterns, polls=1, settled=False):
    """So many polls in a row in which all of it is seen; `settled`: and no interface Waiting."""
    seen, since = 0, None
    for _ in range(100_000):
        screen = ask("show failover", 3)
        fits = all(re.search(pattern, screen) for pattern in patterns)
        since = (since or time.monotonic()) if fits else None
        seen = seen + 1 if fits and not (settled and "(Waiting)" in screen) else 0
        if seen >= polls:
            spent["on purpose"] += (time.monotonic() - since) / SECOND
            return screen
        time.sleep(SECOND)
    raise SystemExit(f"never: {patterns}")


def must(condition, why):
    if not condition:
        raise SystemExit(why)


def digest(path, screen):
    found = re.search(r"=\s+([0-9a-f]{128})", screen)
    must(found, f"{path}: no digest")
    return found[1]


def verify(*paths):
    """The same on both units; one after the other through one session, or both at once."""
    asked = time.monotonic()
    other = log_in(STANDBY) if STANDBY else None
    with ThreadPoolExecutor() as both:
        for path in paths:
            words = f"verify /sha-512 {path}"
            if other is None:
                here, there = ask(words), ask(f"{MATE} {words}")
            else:
                typed.append(words)
                late = both.submit(other.send_command, words, read_timeout=600)
                here, there = ask(words), late.result()
            must(digest(path, here) == digest(path, there), f"{path} differs")
    if other is not None:
        other.disconnect()
    spent["verify"] += (time.monotonic() - asked) / SECOND


def people(unit=""):
    """Sessions, active and inactive, on this unit or on its mate."""
    screen = ask(f"{unit} show vpn-sessiondb summary".strip())
    found = re.search(r"Total Active and Inactive\s*:\s*(\d+)", screen)
    return int(found[1]) if found else 0


def packages_are_the_same():
    here, there = ask("show webvpn anyconnect"), ask(f"{MATE} show webvpn anyconnect")
    must(here.split() == there.split(), "the packages that are loaded differ")


begun = time.monotonic()
screen = until(HERE.format(r"\w+"), READY)
first = re.search(r"This host: (\w+) - Active", screen)[1]
boot = [r.strip() for r in ask("show running-config boot system").splitlines() if "boot sys" in r]
config = [*(f"no {b}" for b in boot), f"boot system {IMAGE}", *boot]
before = 0
if HURRIED:
    verify(IMAGE)
    rows = ask("show vpn-sessiondb")
else:
    webvpn = ask("show running-config webvpn")
    verify(IMAGE, *ASDM, *re.findall(r"anyconnect image (\S+)", webvpn))
    packages_are_the_same()
    rows, before = ask("show vpn-sessiondb"), people()
    config += [f"asdm image {path}" for path in ASDM]
typed += ["configure terminal", *config, "end", "write memory"]
lines[0].send_config_set(config)
lines[0].save_config()
if not HURRIED:
    must(f"BOOT variable = {IMAGE}" in ask("show bootvar"), "the boot order is not in effect")
    until(HERE.format(first), READY)
ask("failover reload-standby")
newer = rf"Mate {re.escape(VERSION)}\s"
until(READY, newer, polls=POLLS, settled=not HURRIED)
if not HURRIED:
    must(people(MATE) >= 0.9 * before, "the standby does not hold the sessions")
typed.append("no failover active")
lines[0].write_channel("no failover active\n")
time.sleep(SECOND)
lines.clear()
other = {"Primary": "Secondary", "Secondary": "Primary"}[first]
until(HERE.format(other), READY)
if not HURRIED:
    soaked = time.monotonic()
    while time.monotonic() - soaked < SOAK * SECOND:
        until(HERE.format(other))
        time.sleep(SECOND)
    spent["on purpose"] += SOAK
    must(people() >= 0.9 * before, "sessions were lost")
    packages_are_the_same()
    until(HERE.format(other), READY)
ask("failover reload-standby")
time.sleep(SECOND)
both = rf"Ours {re.escape(VERSION)}, Mate {re.escape(VERSION)}\s"
until(READY, both, polls=POLLS, settled=not HURRIED)
if not HURRIED:
    must("Sync Done" in ask("show failover state"), "the configuration is not in sync")
typed.append("write memory")
lines[0].save_config()
rows = ask("show vpn-sessiondb")
told = {"commands": len(typed), **spent}
if not HURRIED:
    left = ask(f"{MATE} show vpn-sessiondb")
    told |= {"commands": len(typed), "orphaned": left.count("Username") - rows.count("Username")}
lines[0].disconnect()
print(json.dumps({**told, "seconds": (time.monotonic() - begun) / SECOND}))
