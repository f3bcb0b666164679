"""Ansible's cisco.asa collection upgrades the pair with a playbook of the how-to.

It is large, and so it is a step of its own: `.ci/ansible` fetches it and names the
`ansible-playbook` to use. Without one these tests are skipped.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from emulating import ENABLE, PASSWORD, USER, emulating, has_all_of_loopback

PLAYBOOK = os.environ.get("UPGRADER_ANSIBLE_PLAYBOOK") or shutil.which("ansible-playbook")
EXAMPLES = Path(__file__).parent.parent / "docs" / "how-to" / "examples"
ASDM = "disk0:/asdm-7181-152.bin"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(PLAYBOOK is None, reason="no ansible-playbook here: see .ci/ansible"),
    pytest.mark.skipif(not has_all_of_loopback(), reason="127.0.0.11 cannot be bound here"),
]


def _played(
    playbook: Path, folder: Path, inventory: dict, **extra: object
) -> subprocess.CompletedProcess[str]:
    (folder / "inventory.json").write_text(json.dumps({"all": {"hosts": {"firewall": inventory}}}))
    return subprocess.run(
        [PLAYBOOK, "-i", folder / "inventory.json", playbook, "-e", json.dumps(extra)],
        env=os.environ | {"ANSIBLE_HOST_KEY_CHECKING": "False", "ANSIBLE_HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def _upgraded(folder: Path, address: str, port: int) -> subprocess.CompletedProcess[str]:
    return _played(
        EXAMPLES / "upgrade_with_ansible.yml",
        folder,
        _inventory(address, port),
        image="disk0:/asa9-16-4-lfbff-k8.SPA",
        asdm=ASDM,
        version="9.16(4)",
        every=1,
        soak=1,
    )


def _inventory(address: str, port: int) -> dict:
    return {
        "ansible_host": address,
        "ansible_port": port,
        "ansible_user": USER,
        "ansible_password": PASSWORD,
        "ansible_connection": "ansible.netcommon.network_cli",
        "ansible_network_os": "cisco.asa.asa",
        "ansible_become": True,
        "ansible_become_method": "ansible.netcommon.enable",
        "ansible_become_password": ENABLE,
    }


def test_a_playbook_upgrades_the_pair(tmp_path):
    with emulating("example:matched", tmp_path, rate=300) as pair:
        played = _upgraded(tmp_path, pair.active, pair.port)
        versions = {
            role: unit["version"]
            for role, unit in pair.tells("truth", of=["units"])["truth"]["units"].items()
        }
    assert played.returncode == 0, played.stdout + played.stderr
    assert versions == {"primary": "9.16(4)", "secondary": "9.16(4)"}


def test_the_playbook_changes_nothing_where_a_file_differs_between_the_units(tmp_path):
    with emulating("example:matched", tmp_path, rate=300) as pair:
        pair.tells("truncate-file", unit="secondary", path=ASDM, bytes=1_000)
        played = _upgraded(tmp_path, pair.active, pair.port)
        changes = pair.tells("truth", of=["changes"])["truth"]["changes"]
    tasks = [row for row in played.stdout.splitlines() if row.startswith("TASK")]
    assert played.returncode == 2, played.stdout + played.stderr
    assert "Verify that each file" in tasks[-1]
    assert changes == 0


def test_a_command_that_an_asa_does_not_know_fails_the_task(tmp_path):
    book = tmp_path / "bogus.yml"
    book.write_text(
        "- hosts: firewall\n"
        "  gather_facts: false\n"
        "  tasks:\n"
        "    - cisco.asa.asa_command: {commands: ['show bogus']}\n"
        "      register: told\n"
        "      failed_when: told is not failed\n"
    )
    with emulating("example:matched", tmp_path) as pair:
        played = _played(book, tmp_path, _inventory(pair.active, pair.port))
    assert played.returncode == 0, played.stdout + played.stderr
