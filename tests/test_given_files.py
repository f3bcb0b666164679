"""Files that people name: one without an end is refused, and not read until memory is full."""

from pathlib import Path

import pytest
from shells import Shell

from upgrader.journal.disk import MOST_BYTES, read_given, read_given_text
from upgrader.model.outcome import ExitCode

ENDLESS = "/dev/zero"


pytestmark = pytest.mark.skipif(not Path(ENDLESS).exists(), reason="no endless file here")


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", ENDLESS, "--to", "9.16(4)"),
        ("check", "example:matched", "--to", "9.16(4)", "--checks", ENDLESS),
        ("show", ENDLESS),
        ("read", "show version", ENDLESS),
    ],
    ids=["pair", "checks", "plan", "reply"],
)
def test_a_file_without_an_end_is_wrong_usage(upgrader: Shell, arguments: tuple[str, ...]) -> None:
    said = upgrader(*arguments)
    assert said.code == ExitCode.USAGE
    assert "more than 64 MiB" in said.out + said.err


@pytest.mark.parametrize("table", [f'site = "{ENDLESS}"', f'[releases]\nfile = "{ENDLESS}"'])
def test_a_pair_that_names_a_file_without_an_end_is_told_its_key(
    upgrader: Shell, tmp_path: Path, table: str
) -> None:
    file = tmp_path / "edge.toml"
    file.write_text(f'name = "edge"\n{table}\n[emulated]\n')
    said = upgrader("check", str(file), "--to", "9.16(4)")
    assert said.code == ExitCode.USAGE
    assert "more than 64 MiB" in said.out + said.err
    assert ENDLESS in said.out + said.err


def test_the_largest_file_is_read_and_one_byte_more_is_not(tmp_path: Path) -> None:
    file = tmp_path / "large"
    with file.open("wb") as sparse:
        sparse.truncate(MOST_BYTES)
    assert len(read_given(file)) == MOST_BYTES
    with file.open("ab") as sparse:
        sparse.write(b"x")
    with pytest.raises(OSError, match="more than"):
        read_given(file)


def test_lines_of_a_text_end_in_one_way(tmp_path: Path) -> None:
    file = tmp_path / "edge.cfg"
    file.write_bytes(b"hostname edge\r\nend\rfin\n")
    assert read_given_text(file) == "hostname edge\nend\nfin\n"
