"""The clients that network engineers have: each logs in and finds a firewall.

They come from PyPI and from the system, know nothing of us, and are not told that the pair is
emulated. What they do here they would do on the rack.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from emulating import ENABLE, PASSWORD, USER, Emulated, emulating, has_all_of_loopback

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not has_all_of_loopback(), reason="127.0.0.11 cannot be bound here"),
    # What the clients' own code does is theirs.
    pytest.mark.filterwarnings("default"),
    # One pair for all of them: they take turns.
    pytest.mark.xdist_group("clients"),
]

ROOT = Path(__file__).parent.parent
NEW_IMAGE = "disk0:/asa9-16-4-lfbff-k8.SPA"
IMAGE = b"not an image, and long enough to come in more than one piece. " * 20_000


@pytest.fixture(scope="module")
def pair(tmp_path_factory) -> Iterator[Emulated]:
    folder = tmp_path_factory.mktemp("served")
    with emulating("example:matched", folder) as pair:
        yield pair


@pytest.fixture(scope="module")
def image(tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("images") / "tool.bin"
    file.write_bytes(IMAGE)
    return file


def _netmiko(pair: Emulated, host: str | None = None, **more: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from netmiko import ConnectHandler
    return ConnectHandler(
        device_type="cisco_asa",
        host=host or pair.active,
        port=pair.port,
        username=USER,
        password=PASSWORD,
        **more,
    )


def _sessions(pair: Emulated, unit: str) -> set[tuple[str, str]]:
    """(user, address) of every row, from the world's own books."""
    rows = pair.tells("truth", of=["sessions"])["truth"]["sessions"][unit]
    return {(row["user"], row["address"]) for row in rows}


# ── netmiko ────────────────────────────────────────────────────────────────────────────


def test_netmiko_logs_in_with_a_secret_and_reads_what_textfsm_reads(pair):
    with _netmiko(pair, secret=ENABLE) as line:
        assert line.find_prompt().endswith("#")
        (version,) = line.send_command("show version", use_textfsm=True)
        assert version["version"] == "9.12(4)"
        (failover,) = line.send_command("show failover", use_textfsm=True)
        assert failover["service_state"][:1] == ["Active"]


def test_netmiko_logs_in_without_a_secret(pair):
    with _netmiko(pair) as line:
        assert line.find_prompt().endswith("#")
        assert "Current privilege level : 15" in line.send_command("show curpriv")


def test_netmiko_configures_and_saves(pair):
    with _netmiko(pair, secret=ENABLE) as line:
        line.send_config_set(["interface GigabitEthernet1/5", "description spare port"])
        assert "[OK]" in line.save_config()
        assert "description spare port" in line.send_command("show startup-config")
        line.send_config_set(["interface GigabitEthernet1/5", "no description"])
        assert "description spare" not in line.send_command("show running-config")


def test_netmiko_copies_a_file_and_compares_its_md5(pair, image):
    from netmiko import file_transfer

    with _netmiko(pair, secret=ENABLE) as line:
        line.send_config_set(["ssh scopy enable"])
        done = file_transfer(
            line,
            source_file=str(image),
            dest_file="tool.bin",
            file_system="disk0:",
            direction="put",
            overwrite_file=True,
        )
        assert done == {"file_exists": True, "file_transferred": True, "file_verified": True}
        told = line.send_command("verify /sha-512 disk0:/tool.bin", read_timeout=60)
        assert hashlib.sha512(IMAGE).hexdigest() in told.lower()


def test_a_netmiko_script_of_somebody_upgrades_the_pair_and_nobody_is_lost(tmp_path):
    """The script of the how-to, on a pair of its own."""
    script = ROOT / "docs" / "how-to" / "examples" / "upgrade_with_netmiko.py"
    with emulating("example:matched", tmp_path, rate=300) as pair:
        before = _sessions(pair, "primary")
        arguments = [pair.active, str(pair.port), USER, PASSWORD, ENABLE]
        upgraded = subprocess.run(
            [sys.executable, script, *arguments, NEW_IMAGE, "9.16(4)", "0.5"],
            capture_output=True,
            text=True,
            timeout=150,
            check=False,
        )
        assert upgraded.returncode == 0, upgraded.stdout + upgraded.stderr
        assert "Version: Ours 9.16(4), Mate 9.16(4)" in upgraded.stdout
        after = _sessions(pair, "secondary")
        assert before <= after, "who was logged in before still is, at the same address"
        assert len(before) == 50


# ── scrapli ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("transport", ["system", "paramiko"])
def test_scrapli_opens_configures_and_closes(pair, transport):
    if transport == "system" and shutil.which("ssh") is None:
        pytest.skip("no OpenSSH client here")
    from scrapli import Scrapli

    with Scrapli(
        platform="cisco_asa",
        host=pair.active,
        port=pair.port,
        auth_username=USER,
        auth_password=PASSWORD,
        auth_secondary=ENABLE,
        auth_strict_key=False,
        transport=transport,
        ssh_config_file=False,
    ) as line:
        assert "Failover On" in line.send_command("show failover").result
        refused = line.send_command("show bogus")
        assert refused.failed
        assert not line.send_configs(["interface GigabitEthernet1/5", "description x"]).failed
        assert "description x" in line.send_command("show running-config").result
        assert not line.send_configs(["interface GigabitEthernet1/5", "no description"]).failed


# ── pyntc ──────────────────────────────────────────────────────────────────────────────


def test_pyntc_finds_the_pair_behind_one_address(pair):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pyntc.devices.asa_device import ASADevice
    device = ASADevice(pair.active, USER, PASSWORD, secret=ENABLE, port=pair.port)
    try:
        assert device.is_active()
        assert device.peer_redundancy_state == "standby ready"
        assert device.boot_options == {"sys": "asa9-12-4-lfbff-k8.SPA"}
        assert device.peer_device.host == pair.standby
        assert not device.peer_device.is_active()
        device.peer_device.close()
    finally:
        device.close()


# ── OpenSSH ────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def openssh(tmp_path) -> dict[str, str]:
    """An environment in which OpenSSH types our password."""
    if shutil.which("ssh") is None or shutil.which("scp") is None:
        pytest.skip("no OpenSSH client here")
    script = tmp_path / "askpass"
    script.write_text(f"#!/bin/sh\necho {PASSWORD}\n")
    script.chmod(0o700)
    return os.environ | {"SSH_ASKPASS": str(script), "SSH_ASKPASS_REQUIRE": "force"}


def _options(pair: Emulated, tmp_path: Path) -> list[str]:
    known = f"UserKnownHostsFile={tmp_path / 'known_hosts'}"
    return ["-F", "none", "-o", "StrictHostKeyChecking=accept-new", "-o", known]


def test_ssh_by_hand_reads_the_standby(pair, openssh, tmp_path):
    lines = f"enable\n{ENABLE}\nterminal pager 0\nshow failover | include host:\nexit\n"
    typed = subprocess.run(
        ["ssh", *_options(pair, tmp_path), "-tt", "-p", str(pair.port), f"{USER}@{pair.standby}"],
        input=lines.encode(),
        env=openssh,
        capture_output=True,
        timeout=60,
        check=False,
    )
    shown = typed.stdout.decode()
    assert "Type help or '?' for a list of available commands." in shown
    assert "This host: Secondary - Standby Ready" in shown
    assert ENABLE not in shown.partition("Type help")[2]


def test_scp_brings_a_file_there_and_back_only_when_it_may(pair, openssh, image, tmp_path):
    def scp(source: str, target: str) -> subprocess.CompletedProcess[bytes]:
        line = ["scp", "-O", *_options(pair, tmp_path), "-P", str(pair.port), source, target]
        return subprocess.run(line, env=openssh, capture_output=True, timeout=60, check=False)

    remote = f"{USER}@{pair.secondary}:disk0:/there.bin"
    with _netmiko(pair, secret=ENABLE) as line:
        line.send_config_set(["no ssh scopy enable"])
        assert scp(str(image), remote).returncode != 0
        line.send_config_set(["ssh scopy enable"])
    assert scp(str(image), remote).returncode == 0, "after `ssh scopy enable`"
    back = tmp_path / "back.bin"
    assert scp(remote, str(back)).returncode == 0
    assert back.read_bytes() == IMAGE
