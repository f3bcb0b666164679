"""A careful hand-written script, as a good engineer has it: the bar on speed.

One session at a time, asked every second; nothing is believed but what the units show. It keeps
the gates that practice asks for: every file that will be loaded is verified on both units, a unit
counts as ready after three polls with no interface Waiting, the new version is watched for a
minute before the old one is given up, and nothing is lost or left over, by the numbers. It knows
nothing of causes, crashes, or how to go on after one.

`--standby HOST` lets both units verify at the same time, for one log-in more. With `--by-stage`
beside it nobody has thought about log-ins: as in netmiko's own examples each stage opens a session
at each unit that it is about, and closes it. With `--hurried` it is as many are: one image is
verified, one poll is enough, nothing is watched.

python careful_netmiko.py HOST PORT USER PASSWORD ENABLE IMAGE VERSION SECOND
    [--asdm PATH] [--standby HOST [--by-stage]] [--hurried]
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
given.add_argument("--by-stage", action="store_true")
given.add_argument("--hurried", action="store_true")
given = given.parse_args()
HOST, PORT, USER, PASSWORD, ENABLE, IMAGE, VERSION, SECOND = given.where
ASDM, STANDBY, HURRIED = given.asdm, given.standby, given.hurried
BY_STAGE = given.by_stage
SECOND = float(SECOND)
POLLS = 1 if HURRIED else 3
SOAK = 0 if HURRIED else 60
MATE = "failover exec mate"
HERE = r"This host: {} - Active"
READY = r"Other host: \w+ - Standby Ready"
typed = []
spent = {"on purpose": 0.0, "verify": 0.0}
"""Seconds: of watching with everything ready, and of verifying."""
lines, mates = [], []
"""The session that there is with the active unit, and with the standby; or none."""


def log_in(host):
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


def session(held=lines, host=HOST):
    """The one that there is, or a new one."""
    if not held:
        held.append(log_in(host))
    return held[0]


def asked(held, host, words, limit):
    while True:
        try:
            device = session(held, host)
            typed.append(words)
            return device.send_command(words, read_timeout=limit)
        except (NetmikoBaseException, SSHException, OSError, EOFError):
            held.clear()
            time.sleep(SECOND)


def ask(words, limit=600):
    return asked(lines, HOST, words, limit)


def there(words):
    """The standby: through its mate, or at its own address."""
    return asked(mates, STANDBY, words, 600) if BY_STAGE else ask(f"{MATE} {words}")


def hang_up(*sessions):
    for held in sessions:
        while held:
            held.pop().disconnect()


def stage():
    """The next stage: each has sessions of its own, or all have one."""
    if BY_STAGE:
        hang_up(lines, mates)


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
    since = time.monotonic()
    with ThreadPoolExecutor() as both:
        for path in paths:
            words = f"verify /sha-512 {path}"
            if STANDBY:
                late = both.submit(asked, mates, STANDBY, words, 600)
                one, other = ask(words), late.result()
            else:
                one, other = ask(words), there(words)
            must(digest(path, one) == digest(path, other), f"{path} differs")
    if not BY_STAGE:
        hang_up(mates)
    spent["verify"] += (time.monotonic() - since) / SECOND


def people(at=ask):
    """Sessions, active and inactive, on this unit or on its mate."""
    screen = at("show vpn-sessiondb summary")
    found = re.search(r"Total Active and Inactive\s*:\s*(\d+)", screen)
    return int(found[1]) if found else 0


def packages_are_the_same():
    one, other = ask("show webvpn anyconnect"), there("show webvpn anyconnect")
    must(one.split() == other.split(), "the packages that are loaded differ")


def runs(version, screen):
    must(f"Version {version}" in screen, f"another version than {version}")


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
stage()
typed += ["configure terminal", *config, "end", "write memory"]
session().send_config_set(config)
session().save_config()
if not HURRIED:
    must(f"BOOT variable = {IMAGE}" in ask("show bootvar"), "the boot order is not in effect")
    until(HERE.format(first), READY)
ask("failover reload-standby")
newer = rf"Mate {re.escape(VERSION)}\s"
until(READY, newer, polls=POLLS, settled=not HURRIED)
if not HURRIED:
    must(people(there) >= 0.9 * before, "the standby does not hold the sessions")
if BY_STAGE:
    runs(VERSION, there("show version"))
    packages_are_the_same()
    stage()
    until(HERE.format(first), READY)
typed.append("no failover active")
session().write_channel("no failover active\n")
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
    stage()
    until(HERE.format(other), READY)
ask("failover reload-standby")
time.sleep(SECOND)
both = rf"Ours {re.escape(VERSION)}, Mate {re.escape(VERSION)}\s"
until(READY, both, polls=POLLS, settled=not HURRIED)
if not HURRIED:
    stage()
    must("Sync Done" in ask("show failover state"), "the configuration is not in sync")
if BY_STAGE:
    runs(VERSION, ask("show version"))
    runs(VERSION, there("show version"))
    packages_are_the_same()
typed.append("write memory")
session().save_config()
rows = ask("show vpn-sessiondb")
told = {"commands": len(typed), **spent}
if not HURRIED:
    left = there("show vpn-sessiondb")
    told |= {"commands": len(typed), "orphaned": left.count("Username") - rows.count("Username")}
hang_up(lines, mates)
print(json.dumps({**told, "seconds": (time.monotonic() - begun) / SECOND}))
