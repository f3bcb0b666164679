"""A whole night over SSH, side by side: this tool, netmiko scripts, an Ansible playbook.

python benchmarks/live.py [--boot 8] [--rate 10] [--only NAME] [--parts] …

Each contender gets the same emulated pair (50 people, the same timings), served anew by a process
of its own at the same rate, and reaches it through a counting relay. `device` is what the pair's
own timings make the least possible; `over` is what the contender took beyond that, in device
seconds, and of it `on purpose` what it waited although everything was ready (soak, stable looks).
`--parts` tells of ours what each phase of the night is made of, and of a script its `verify`.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT / "tests"))

from ansible_log import told_by  # noqa: E402
from emulating import ENABLE, PASSWORD, USER, Emulated, emulating  # noqa: E402
from parts import entries_of, on_purpose, parts, say_parts  # noqa: E402
from timing import say_yardstick  # noqa: E402

IMAGE, VERSION = "disk0:/asa9-16-4-lfbff-k8.SPA", "9.16(4)"
ASDM = "disk0:/asdm-7181-152.bin"
"""What our plan finds by itself: the release wants a later one than is configured."""
PEOPLE = 50
SOAK = 60
"""Seconds; the careful script and our own soak as long."""
ANSIBLE_LOG = "ansible.log"
SHUTDOWN, NEGOTIATION, COLD, CONFIG, BULK, SWITCH = 4, 1, 2, 24, 16, 0.9


def device_seconds(boot: float) -> float:
    """Two reloads and a switchover, by the timings of the pair."""
    return 2 * (SHUTDOWN + boot + NEGOTIATION + COLD + CONFIG + BULK) + SWITCH


# ── a relay that counts ────────────────────────────────────────────────────────────────


@dataclass
class Relay:
    """Listens on an address of its own, passes everything on, and counts."""

    listens: str
    to: str
    port: int
    connections: int = 0
    out: int = 0
    back: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self) -> None:
        self.server = socket.create_server((self.listens, self.port))
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        self.server.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self.server.accept()
            except OSError:
                return
            try:
                far = socket.create_connection((self.to, self.port), 5)
                far.settimeout(None)
            except OSError:
                near.close()
                continue
            for end in (near, far):
                # Else it adds 40 ms to each line: Nagle waits for an acknowledgement that is delayed.
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connections += 1
            threading.Thread(target=self._pump, args=(near, far, "out"), daemon=True).start()
            threading.Thread(target=self._pump, args=(far, near, "back"), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket, counter: str) -> None:
        try:
            while data := source.recv(65_536):
                with self._lock:
                    setattr(self, counter, getattr(self, counter) + len(data))
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


# ── the contenders ─────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Site:
    served: Emulated
    active: str
    standby: str
    rate: float
    folder: Path


def ours(site: Site, *more: str, one_address: bool = False) -> tuple[list[str], dict[str, str]]:
    pair = site.folder / "edge.toml"
    lines = ['name = "edge"', "[target]", f'version = "{VERSION}"', "[ssh]"]
    lines += [f'active = "{site.active}"', f"port = {site.served.port}", f'user = "{USER}"']
    lines += [] if one_address else [f'standby = "{site.standby}"']
    lines += ['password = "env:UPGRADER_PASSWORD"', 'host_keys = "first-use"']
    lines += [f"rate = {site.rate:g}"]
    pair.write_text("\n".join(lines) + "\n")
    home = {"UPGRADER_PASSWORD": PASSWORD, "UPGRADER_HOME": str(site.folder / "ours")}
    return [sys.executable, "-m", "upgrader", "run", str(pair), "--yes", "--json", *more], home


def netmiko(site: Site, *more: str) -> tuple[list[str], dict[str, str]]:
    script = HERE / "contenders" / "careful_netmiko.py"
    where = [site.active, str(site.served.port), USER, PASSWORD, ENABLE, IMAGE, VERSION]
    return [sys.executable, str(script), *where, str(1 / site.rate), *more], {}


def ansible(site: Site) -> tuple[list[str], dict[str, str]] | None:
    playbook = os.environ.get("UPGRADER_ANSIBLE_PLAYBOOK")
    if playbook is None:
        return None
    book = ROOT / "docs" / "how-to" / "examples" / "upgrade_with_ansible.yml"
    given = {
        "ansible_host": site.active,
        "ansible_port": site.served.port,
        "ansible_user": USER,
        "ansible_password": PASSWORD,
        "ansible_become_password": ENABLE,
        "ansible_connection": "ansible.netcommon.network_cli",
        "ansible_network_os": "cisco.asa.asa",
        "ansible_become": True,
        "ansible_become_method": "ansible.netcommon.enable",
        "image": IMAGE,
        "asdm": ASDM,
        "version": VERSION,
        "polls": 10_000,
        "every": max(1, round(1 / site.rate)),
        "soak": SOAK / site.rate,
    }
    inventory = site.folder / "inventory.json"
    inventory.write_text(json.dumps({"all": {"hosts": {"firewall": {}}}}))
    line = [playbook, "-i", str(inventory), str(book), "-e", json.dumps(given)]
    environment = {
        "ANSIBLE_HOST_KEY_CHECKING": "False",
        "ANSIBLE_HOME": str(site.folder),
        "ANSIBLE_LOG_PATH": str(site.folder / ANSIBLE_LOG),
        "ANSIBLE_PERSISTENT_LOG_MESSAGES": "True",
    }
    return line, environment


CONTENDERS = {
    "upgrader": ours,
    "upgrader, one address": lambda site: ours(site, one_address=True),
    "careful netmiko script": lambda site: netmiko(site, "--asdm", ASDM),
    "the same, two sessions": lambda site: netmiko(site, "--asdm", ASDM, "--standby", site.standby),
    "the same, a session a stage": lambda site: netmiko(
        site, "--asdm", ASDM, "--standby", site.standby, "--by-stage"
    ),
    "hurried netmiko script": lambda site: netmiko(site, "--hurried"),
    "Ansible playbook": ansible,
}


def measured(name: str, boot: float, rate: float) -> dict[str, object] | None:
    with TemporaryDirectory() as place:
        folder = Path(place)
        pair = folder / "pair.toml"
        text = (ROOT / "fixtures" / "pairs" / "matched.toml").read_text()
        text = text.replace("../configs/", f"{ROOT}/fixtures/configs/")
        pair.write_text(text + f"\n[emulated.timings]\nboot = {boot:g}\n")
        (folder / "far").mkdir()
        with emulating(str(pair), folder / "far", rate=rate) as served:
            relays = [
                Relay("127.0.0.21", served.active, served.port),
                Relay("127.0.0.22", served.standby, served.port),
            ]
            for relay in relays:
                relay.start()
            site = Site(served, "127.0.0.21", "127.0.0.22", rate, folder)
            asked = CONTENDERS[name](site)
            if asked is None:
                return None
            line, environment = asked
            before = _people(served)
            begun_device, begun = _now(served), time.monotonic()
            child = subprocess.Popen(
                line,
                env=os.environ | environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                cwd=folder,
            )
            used = _Peak(child.pid)
            out, err = child.communicate()
            took = (_now(served) - begun_device) / 1_000
            for relay in relays:
                relay.stop()
            if child.returncode:
                sys.exit(f"{name} ended with {child.returncode}\n{out[-3_000:]}\n{err[-3_000:]}")
            told = _told(out, folder, rate)
            after = _people(served)
        return {
            "contender": name,
            "took": took,
            "over": took - device_seconds(boot),
            "on purpose": told.get("on purpose"),
            "commands": told.get("commands"),
            "logins": sum(relay.connections for relay in relays),
            "kB": sum(relay.out + relay.back for relay in relays) // 1_000,
            "peak MB": used.peak_kb // 1_000,
            "CPU s": used.cpu,
            "kept": len(before & after),
            "lost": len(before - after),
            "orphaned": told.get("orphaned"),
            "parts": told.get("parts"),
            "verify": told.get("verify"),
            "wall s": time.monotonic() - begun,
        }


def _now(served: Emulated) -> int:
    return served.tells("truth", of=["time"])["truth"]["time"]["now_ms"]


def _people(served: Emulated) -> set[tuple[str, str]]:
    """(user, address) of who is served, connected or asleep: by the pair's own books."""
    clients = served.tells("truth", of=["clients"])["truth"]["clients"]
    return {(c["user"], c["wants"]) for c in clients if c["index"] is not None}


class _Peak:
    """The most memory and the CPU time of a child and its children, read while it runs."""

    def __init__(self, pid: int) -> None:
        self.peak_kb, self.cpu = 0, 0.0
        threading.Thread(target=self._watch, args=(pid,), daemon=True).start()

    def _watch(self, pid: int) -> None:
        while True:
            children = _children(pid)
            # A child counts with what it does not share: it may have been forked this moment.
            held = _resident_kb(pid, "Rss")
            held += sum(_resident_kb(c, "Private_Clean", "Private_Dirty") for c in children)
            self.peak_kb = max(self.peak_kb, held)
            self.cpu = max(self.cpu, sum(map(_cpu_seconds, [pid, *children])))
            if not Path(f"/proc/{pid}").exists():
                return
            time.sleep(0.05)


def _children(pid: int) -> list[int]:
    try:
        tasks = Path(f"/proc/{pid}/task").iterdir()
        found = [int(c) for t in tasks for c in (t / "children").read_text().split()]
    except OSError:
        return []
    return found + [grandchild for child in found for grandchild in _children(child)]


def _resident_kb(pid: int, *kinds: str) -> int:
    """Its memory, of these kinds of pages."""
    try:
        pages = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    rows = (row.split() for row in pages.splitlines())
    return sum(int(row[1]) for row in rows if row[0].rstrip(":") in kinds)


def _cpu_seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def _told(out: str, folder: Path, rate: float) -> dict[str, object]:
    """What the contender says of itself: in its journal, its log, or (the script) its last line."""
    journals = sorted((folder / "ours" / "runs").glob("*/journal.jsonl"))
    if journals:
        entries = entries_of(journals[-1])
        kinds = [entry["body"]["kind"] for entry in entries]
        report = json.loads(out)
        return {
            "on purpose": on_purpose(entries),
            "parts": parts(entries),
            "commands": kinds.count("asked"),
            "orphaned": report["sessions"]["orphaned"],
        }
    if (log := folder / ANSIBLE_LOG).exists():
        typed, watched = told_by(log, VERSION)
        # It fails where the units do not hold equally many in the end.
        return {"commands": typed, "on purpose": SOAK + watched * rate, "orphaned": 0}
    try:
        return json.loads(out.splitlines()[-1])
    except ValueError:
        return {}


COLUMNS = (
    "took",
    "over",
    "on purpose",
    "commands",
    "logins",
    "kB",
    "peak MB",
    "CPU s",
    "kept",
    "lost",
    "orphaned",
)


def say(boot: float, rate: float, rows: list[dict[str, object]]) -> None:
    print(f"\nboots of {boot:g} s, {rate:g} device seconds a second; ", end="")
    print(f"device {device_seconds(boot):.1f} s\n")
    print(f"| contender | {' | '.join(COLUMNS)} |")
    print("|---|" + "---:|" * len(COLUMNS))
    for row in rows:
        cells = [row[name] for name in COLUMNS]
        shown = ["" if c is None else f"{c:.1f}" if isinstance(c, float) else f"{c}" for c in cells]
        print(f"| {row['contender']} | {' | '.join(shown)} |")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    asked.add_argument("--boot", type=float, action="append", help="seconds; 8 and 300")
    asked.add_argument("--rate", type=float, help="device seconds a second; 1, for long boots 10")
    asked.add_argument("--only", choices=CONTENDERS, action="append")
    asked.add_argument("--parts", action="store_true", help="what ours is made of, by phase")
    wanted = asked.parse_args()
    say_yardstick()
    for boot in wanted.boot or (8.0, 300.0):
        rate = wanted.rate or (1.0 if boot < 60 else 10.0)
        rows = []
        for name in wanted.only or CONTENDERS:
            row = measured(name, boot, rate)
            if row is None:
                print(f"{name}: not here (see .ci/ansible)")
            else:
                rows.append(row)
        say(boot, rate, rows)
        for row in rows if wanted.parts else ():
            if row["parts"] is not None:
                inside = sum(part["whole"] for part in row["parts"].values())
                outside = row["took"] - inside
                print(f"\n{row['contender']}: {outside:.1f} s before its journal and after it\n")
                say_parts(row["parts"])
            elif row["verify"]:
                print(f"\n{row['contender']}: {row['verify']:.1f} s of it for verify")


if __name__ == "__main__":
    main()
