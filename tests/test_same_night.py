"""One set of scenes in process and over SSH: the tool does the same, and the same comes of it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import scenes
from emulating import has_all_of_loopback
from scenes import SCENES, Scene

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not has_all_of_loopback(), reason="127.0.0.11 cannot be bound here"),
]


_NEAR: dict[str, list[dict[str, Any]]] = {}
"""How each scene ended in process, by its name: it ends so every time."""


def in_process(scene: Scene, tmp_path: Path, monkeypatch) -> list[dict[str, Any]]:
    if scene.name not in _NEAR:
        (tmp_path / "near").mkdir()
        place = scenes.in_process(scene, tmp_path / "near", monkeypatch)
        _NEAR[scene.name] = scenes.play(scene, place)
    return _NEAR[scene.name]


@pytest.mark.parametrize("scene", SCENES, ids=str)
def test_over_ssh_a_night_ends_as_in_process(scene: Scene, tmp_path: Path, monkeypatch) -> None:
    near = in_process(scene, tmp_path, monkeypatch)
    with scenes.over_ssh(scene, tmp_path, monkeypatch) as (live, _):
        assert scenes.play(scene, live) == near


@pytest.mark.parametrize(
    "scene", [scenes.MATCHED, scenes.MISMATCHED, scenes.BACK_AFTER, scenes.NEVER_BACK], ids=str
)
def test_one_management_address_is_enough(scene: Scene, tmp_path: Path, monkeypatch) -> None:
    near = in_process(scene, tmp_path, monkeypatch)
    with scenes.over_ssh(scene, tmp_path, monkeypatch, one_address=True) as (live, _):
        assert scenes.play(scene, live) == near


# ── the tool dies, and the firewalls go on ─────────────────────────────────────────────


@pytest.mark.parametrize(
    "when",
    [
        "copy /noconfirm running-config",
        "failover reload-standby",
        "standby-reloading: ",
        "no failover active",
        "former-reloading: ",
    ],
)
def test_a_tool_that_is_killed_over_ssh_is_taken_up_again_and_types_nothing_twice(
    when: str, tmp_path: Path, monkeypatch
) -> None:
    with scenes.over_ssh(scenes.MATCHED, tmp_path, monkeypatch) as (live, served):
        kill_when(live, when)
        assert live.shell("resume", *runs(live), "--json").code == 0
        units = served.tells("truth", of=["units"])["truth"]["units"]
        assert {unit["version"] for unit in units.values()} == {"9.16(4)"}
        assert typed(tmp_path, "failover reload-standby") == 2
        assert typed(tmp_path, "no failover active") == 1
        assert units["secondary"]["state"] == "Active"


def kill_when(live: scenes.Place, told: str) -> None:
    """Begin a run in a process of its own, and kill it once it tells that of itself.

    A line is told when its intent is written down, and before it is typed.
    """
    line = [sys.executable, "-m", "upgrader", "run", str(live.pair), "--to", "9.16(4)", "--yes"]
    with subprocess.Popen(
        line, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as tool:
        assert tool.stderr is not None
        assert any(told in said for said in tool.stderr), "it ended before it told that"
        tool.kill()


def runs(live: scenes.Place) -> list[str]:
    return [run.name for run in (live.shell.home / "state" / "runs").iterdir()]


def typed(place: Path, line: str) -> int:
    """How often the pair was told that line, by the book that it keeps of what went in."""
    (book,) = (place / "far").rglob("inputs.jsonl")
    return sum(json.loads(row).get("line") == line for row in book.read_text().splitlines())
