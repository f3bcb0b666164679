"""A pair file that says how its units were seen: what it may say, and what is refused by name."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from twins import example

from upgrader.access.emulated.world import EmulatedWorld
from upgrader.access.twin.draw import PAIR_FILE, draw
from upgrader.cli.pairfile.pair import pair_of, read_pair, scenario_of
from upgrader.conduct.portrait import portray
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.state import Power, State
from upgrader.ports import UsageFault

DIGEST = "ab" * 64


@pytest.fixture(scope="module")
def files() -> Mapping[str, str]:
    return draw(portray(EmulatedWorld(example("mismatched")), "here"), "lab").files


def with_page(files: Mapping[str, str], before: str, after: str) -> Mapping[str, str]:
    page = files[PAIR_FILE]
    assert before in page
    return {**files, PAIR_FILE: page.replace(before, after, 1)}


def refused(files: Mapping[str, str]) -> str:
    with pytest.raises(UsageFault) as raised:
        scenario_of(pair_of(files, PAIR_FILE, "lab"))
    return str(raised.value)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('version = "9.12(4)"', 'version = "nine"', "now.version"),
        ("loaded]]\npath", 'loaded]]\nplace = "x"\npath', "now.loaded[0].place"),
        ('order = 1\nsha512 = "', 'order = 1\ncontent = "x"\nsha512 = "', "says both"),
        ('sha512 = "', 'sha512 = "zz', "is no SHA-512"),
        ("flash_free = ", "flash_free = 9", "flash_free"),
        ("moved_before = ", "moved_before = -", "moved_before"),
        ("[emulated.clients]\ncount = 0", "[emulated.clients]\ncount = 3", "row by row"),
        ('sessions = "primary', 'sessions = "nowhere', "cannot be read"),
    ],
)
def test_what_cannot_be_is_refused_and_its_key_is_named(files, before, after, said):
    assert said in refused(with_page(files, before, after))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda table: table.replace("index,", "number,", 1), "columns"),
        (lambda table: table.replace(",up,", ",sideways,", 1), "tunnel"),
        (lambda table: table.replace("10.20.8.10", "10.20.8.1000", 1), "is no IPv4 address"),
        (lambda table: table.replace("\n1,", "\none,", 1), "must be a whole number"),
        (lambda table: table.replace("\n2,", "\n1,", 1), "an index stands twice"),
        (lambda table: table.replace("\n1,user01,", "\n1,user01,user01,", 1), "values"),
        (lambda _: "", "columns"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_its_number_and_column(files, change, said):
    name = "primary.sessions.csv"
    assert said in refused({**files, name: change(files[name])})


def test_a_table_of_rows_belongs_to_the_pair_and_a_change_of_it_is_a_change_of_the_pair(files):
    name = "secondary.addresses.csv"
    other = {**files, name: files[name].replace("10.20.8.10", "10.20.8.250")}
    digests = {pair_of(each, PAIR_FILE, "lab").digest for each in (files, other)}
    assert len(digests) == 2


def test_a_file_that_is_known_by_its_digest_verifies_to_it(tmp_path: Path):
    source = Path(__file__).parents[1] / "fixtures" / "pairs" / "matched.toml"
    text = source.read_text().replace('content = "asdm-7.12(2)"', f'sha512 = "{DIGEST}"')
    (tmp_path / "pairs").mkdir()
    (tmp_path / "configs").mkdir()
    config = source.parents[1] / "configs" / "branch.cfg"
    (tmp_path / "configs" / "branch.cfg").write_bytes(config.read_bytes())
    (tmp_path / "pairs" / "lab.toml").write_text(text)
    pair = EmulatedPair.from_scenario(scenario_of(read_pair(str(tmp_path / "pairs" / "lab.toml"))))
    conversation = pair.open("active")
    assert conversation is not None
    answer = pair.receive(conversation.number, "verify /sha-512 disk0:/asdm-7122.bin")
    assert DIGEST in answer.text


def test_a_twin_survives_being_saved_and_forked(files):
    pair = EmulatedPair.from_scenario(scenario_of(pair_of(files, PAIR_FILE, "lab")))
    assert EmulatedPair.load(pair.save()) == pair
    assert pair.fork().save() == pair.save()
    assert all(unit.power is Power.UP for unit in pair.units)
    assert pair.units[1].state is State.STANDBY_READY


def test_a_saved_twin_does_not_keep_its_rows_twice(files):
    pair = EmulatedPair.from_scenario(scenario_of(pair_of(files, PAIR_FILE, "lab")))
    assert all(unit.now is not None and unit.now.sessions == () for unit in pair.scenario.units)
    assert len(pair.units[0].rows) == 50
