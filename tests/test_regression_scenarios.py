"""The scenario that `replay -o` writes: `rehearse` runs it, and says where its story is broken."""

from pathlib import Path

import pytest
from reenactments import CONSOLE, LOG, of_fixture
from shells import Shell

from upgrader.judgement.postmortem.rebuilding.paper import PAIR_FILE

GUIDE = "anyconnect-images-differ"


def scenario(folder: Path, name: str, source: str = LOG) -> Path:
    """Write the scenario of a built-in night, rebuilt from one of its files alone."""
    for file, text in of_fixture(name, source=source).files.items():
        (folder / file).write_text(text)
    return folder / PAIR_FILE


def broken(folder: Path, was: str, instead: str) -> Path:
    """The scenario of the guide's night, in which somebody changed the first such line."""
    path = scenario(folder, GUIDE)
    text = path.read_text()
    assert was in text
    path.write_text(text.replace(was, instead, 1))
    return path


@pytest.mark.parametrize("source", [LOG, CONSOLE])
@pytest.mark.parametrize(
    "name", [GUIDE, "premature-switchover", "operator-logged-off", "split-brain"]
)
def test_a_rebuilt_night_comes_again_as_its_scenario_tells(
    upgrader: Shell, tmp_path: Path, name: str, source: str
):
    said = upgrader("rehearse", str(scenario(tmp_path, name, source)), "--json")
    assert (said.code, said.json["surprises"]) == (0, [])
    assert said.json["verdict"].startswith(f"{name}: ")


@pytest.mark.parametrize(
    ("was", "instead", "told"),
    [
        (f'"{GUIDE}"', '"no-failover-key"', "and that no-failover-key, which it is to be, is excl"),
        (f'"{GUIDE}"', '"pool-full"', "and that pool-full, which it is to be, is unlikely"),
        (f'"{GUIDE}"', '"sleeping-clients"', "which it is to be, is no more than possible"),
        (f'"{GUIDE}"', '"none"', f"nobody is to be harmed, and its log tells of {GUIDE}"),
        ("lost = 7", "lost = 3", "sessions lost: 7, and the script says 3"),
        ("orphaned = 7", "orphaned = 0", "rows orphaned: 7, and the script says 0"),
        ("leaked = 7", "leaked = 8", "addresses leaked: 7, and the script says 8"),
        ('what = "to-active"', 'what = "crashed"', "crashed of Secondary at 0:15:27 did not come"),
        ('types = "write memory"', 'types = "show clock"', "versions-differ of Primary at 0:12:08"),
    ],
)
def test_a_scenario_that_was_broken_by_hand_does_not_come_as_told(
    upgrader: Shell, tmp_path: Path, was: str, instead: str, told: str
):
    said = upgrader("rehearse", str(broken(tmp_path, was, instead)), "--json")
    assert said.code == 5
    assert said.json["outcome"] == "diverged"
    assert any(told in surprise for surprise in said.json["surprises"]), said.json["surprises"]
    assert said.json["next"]["commands"][0].startswith("upgrader rehearse ")


@pytest.mark.parametrize(
    ("was", "instead", "told"),
    [
        (f'"{GUIDE}"', '"rain"', "is no cause; allowed: anyconnect-images-differ, "),
        ("lost = 7", "lost = -7", "allowed: whole number, 0 to 1000000"),
        ('what = "to-active"', 'what = "nothing"', "is no such event; allowed: "),
        ('event = "sleep"', 'event = "doze"', "doze"),
        ('types = "no failover active"', 'types = "show clock"', "cannot happen: log-in user"),
    ],
)
def test_a_scenario_that_cannot_be_staged_is_refused(
    upgrader: Shell, tmp_path: Path, was: str, instead: str, told: str
):
    said = upgrader("rehearse", str(broken(tmp_path, was, instead)))
    assert said.code == 2
    assert told in said.err
