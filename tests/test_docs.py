"""The documentation says what is so: its commands run, and print what is shown."""

import re
from pathlib import Path

import pytest
import transcripts
from transcripts import ROOT

from upgrader.cli.reference import pages
from upgrader.conduct.workflow import EDGES
from upgrader.judgement.check.rules import RULES
from upgrader.model.outcome import ExitCode

PAGES = [ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")]
PAGES += sorted((ROOT / "docs").rglob("*.md"))
README = (ROOT / "README.md").read_text()
ONE_LINERS = re.findall(r"^python3 -m venv .*$", README, re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
INLINE = re.compile(r"`[^`\n]*`")
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def _name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.slow
@pytest.mark.parametrize("page", transcripts.pages(), ids=_name)
def test_a_page_shows_what_its_commands_print(page: Path, tmp_path: Path) -> None:
    """`python tests/transcripts.py` writes the pages anew."""
    text = page.read_text()
    desk, names = transcripts.desk(tmp_path, text), transcripts.run_names(text)
    try:
        for shown in transcripts.shown_in(text):
            printed = desk.play(shown.command, names)
            assert transcripts.agree(shown.lines, printed), (
                f"{_name(page)}:{shown.number + 1}: `{shown.command}` prints\n" + "\n".join(printed)
            )
    finally:
        desk.leave()


@pytest.mark.slow
def test_the_readme_s_first_command_upgrades_a_pair(tmp_path: Path) -> None:
    command = ONE_LINERS[0].rpartition("&& .venv/bin/")[2]
    desk = transcripts.desk(tmp_path, README)
    printed = desk.play(command, [])
    assert desk.code == ExitCode.DONE
    assert printed[0] == "matched: upgraded (exit 0)"


def test_the_readme_has_two_commands_and_each_does_its_own_set_up() -> None:
    assert len(ONE_LINERS) == 2
    assert all(
        line.startswith("python3 -m venv .venv && .venv/bin/pip install ") for line in ONE_LINERS
    )


def test_the_first_command_stands_on_the_first_screen() -> None:
    assert ONE_LINERS[0] in README.splitlines()[:24]


def test_ci_calls_the_readme_s_test_command() -> None:
    assert ONE_LINERS[1] in (ROOT / ".ci" / "run").read_text().splitlines()


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_links_lead_somewhere(page: Path) -> None:
    text = INLINE.sub("", FENCED.sub("", page.read_text()))
    targets = [t.partition("#")[0] for t in LINK.findall(text) if not t.startswith("https://")]
    missing = [t for t in targets if t and not (page.parent / t).exists()]
    assert missing == []


def test_every_page_can_be_found_from_the_readme() -> None:
    found, ahead = set[Path](), [ROOT / "README.md"]
    while ahead:
        page = ahead.pop()
        if page in found or page.suffix != ".md":
            continue
        found.add(page)
        links = LINK.findall(FENCED.sub("", page.read_text()))
        near = [(page.parent / t.partition("#")[0]).resolve() for t in links if "://" not in t]
        ahead += [target for target in near if target.is_file()]
    assert {_name(p) for p in (ROOT / "docs").rglob("*.md")} <= {_name(p) for p in found}


@pytest.mark.parametrize("page", sorted(pages()))
def test_a_generated_page_is_what_the_code_says_now(page: str) -> None:
    """`python -m upgrader.cli.reference -o docs/reference` writes them anew."""
    there = (ROOT / "docs" / "reference" / f"{page}.md").read_text()
    assert there == pages()[page]


def test_every_rule_has_its_section_in_the_reference() -> None:
    text = (ROOT / "docs" / "reference" / "rules.md").read_text()
    assert [rule.text.rule for rule in RULES if rule.text.rule not in text] == []


def test_every_edge_of_the_law_is_in_the_picture() -> None:
    text = (ROOT / "docs" / "reference" / "phases.md").read_text()
    assert [
        edge for edge in EDGES if f"--> {edge.target.value}: {edge.signal.value}" not in text
    ] == []


def test_every_exit_code_is_documented() -> None:
    text = (ROOT / "docs" / "reference" / "exit-codes.md").read_text()
    assert [code.name for code in ExitCode if f"| {int(code)} |" not in text] == []


def test_every_kind_of_entry_is_documented() -> None:
    from typing import get_args

    from upgrader.journal import entry

    kinds = [
        re.sub(r"(?<!^)(?=[A-Z])", "-", body.__name__).lower() for body in get_args(entry.Body)
    ]
    text = (ROOT / "docs" / "reference" / "journal.md").read_text()
    assert [kind for kind in kinds if f"| `{kind}` |" not in text] == []


def test_the_readme_says_what_is_not_measured() -> None:
    assert "Nothing here was measured on hardware" in README
    assert "not the vendor's wire format" in README


# ── the player itself ──────────────────────────────────────────────────────────────────


def test_a_page_that_shows_another_line_does_not_agree() -> None:
    assert transcripts.agree(("a", "…", "d", ""), ["a", "b", "c", "d"])
    assert not transcripts.agree(("a", "…", "d"), ["a", "d"])
    assert not transcripts.agree(("a", "b"), ["a", "c"])
    assert not transcripts.agree(("a",), ["a", "b"])


def test_what_a_page_leaves_out_stays_left_out_when_it_is_written_anew() -> None:
    assert transcripts.merged(("a", "…", "d"), ["A", "b", "c", "d"])[-2:] == ["…", "d"]
    assert transcripts.merged(("a", "b"), ["a", "c"]) == ["a", "c"]
