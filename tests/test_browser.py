"""The HTML report in a real browser: it renders, fetches nothing, sorts, and can be read.

Skipped where there is no Chromium, or the library that drives it is not installed.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from browsers import DESK, NARROW, NEEDED, Reader, opened
from reports import EVIL, finding, night

from upgrader.model.aftermath import Suspect
from upgrader.model.approval import ApprovalLine
from upgrader.model.finding import CheckLine, Moment, RuleOutcome, Severity, Waiver
from upgrader.model.names import Digest, RuleName, Serial
from upgrader.model.report import Report
from upgrader.views.web.report import render

pytestmark = NEEDED


def check(rule: str, outcome: RuleOutcome) -> CheckLine:
    return CheckLine(RuleName(rule), Moment.PLAN, outcome, "as it should be", "seen so")


CHECKS = (
    check("standby-ready", RuleOutcome.READY),
    check("config-in-sync", RuleOutcome.WARNING),
    check("anyconnect-images-match", RuleOutcome.BLOCKER),
    check("ntp-synchronised", RuleOutcome.NOT_APPLICABLE),
    check("pools-have-room", RuleOutcome.UNKNOWN),
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with opened() as one:
        yield one


class ReportReader(Reader):
    """Somebody who opens a report."""

    def __init__(self, browser: Any, folder: Path, report: Report, size: dict[str, int]) -> None:
        path = folder / "report.html"
        path.write_text(render(report), encoding="utf-8")
        self.context = browser.new_context(viewport=size)
        super().__init__(self.context, path)

    def column(self, table: str, head: str) -> list[str]:
        heads = self.page.locator(f"{table} thead button").all_inner_texts()
        cells = self.page.locator(f"{table} tbody tr td:nth-child({heads.index(head) + 1})")
        return [text.strip() for text in cells.all_text_contents()]


@pytest.fixture
def reader(browser: Any, tmp_path: Path) -> Iterator[Any]:
    readers: list[ReportReader] = []

    def read(report: Report, size: dict[str, int] = DESK) -> ReportReader:
        readers.append(ReportReader(browser, tmp_path, report, size))
        return readers[-1]

    yield read
    for one in readers:
        one.context.close()


def test_the_page_renders_and_asks_for_nothing_but_itself(reader: Any) -> None:
    seen = reader(night(checks=CHECKS))
    assert [url for url in seen.asked if not url.startswith("data:")] == [seen.path.as_uri()]
    assert seen.wrong == []
    assert seen.page.locator("h1").inner_text() == "upgraded"
    assert seen.page.locator("svg rect").count() > 3
    assert seen.page.locator("svg polygon").count() >= 1
    assert seen.page.locator("svg .act").count() == 1


def test_what_slips_in_as_markup_runs_nothing_and_fetches_nothing(reader: Any) -> None:
    """Twice safe: text is escaped, and the page's own policy would not let it act."""
    seen = reader(night(verdict=EVIL, findings=(replace(finding("x", Severity.BLOCKER)),)))
    assert seen.page.locator("script").count() == 1
    seen.page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<img src=\"http://127.0.0.1:9/x.png\">')"
    )
    seen.page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.ran = 1';"
        " document.body.append(s); }"
    )
    assert seen.page.evaluate("window.ran ?? 0") == 0
    refused = " ".join(seen.wrong)
    assert "Content Security Policy" in refused
    assert not [url for url in seen.asked if url.startswith("http") and "x.png" not in url]


def test_a_heading_sorts_its_table_both_ways(reader: Any) -> None:
    seen = reader(night(checks=CHECKS))
    table = "#checks > div.wide"
    button = seen.page.locator(f"{table} thead button", has_text="check").first
    button.click()
    names = seen.column(table, "check")
    assert names == sorted(names)
    assert len(names) == 4
    button.click()
    assert seen.column(table, "check") == sorted(names, reverse=True)
    head = seen.page.locator(f"{table} thead th").first
    assert head.get_attribute("aria-sort") == "descending"


def test_outcomes_sort_by_gravity_and_not_by_letter(reader: Any) -> None:
    seen = reader(night(checks=CHECKS))
    table = "#checks > div.wide"
    seen.page.locator(f"{table} thead button", has_text="outcome").click()
    assert seen.column(table, "outcome") == ["ready", "warning", "blocker", "unknown"]


def test_numbers_sort_as_numbers(reader: Any) -> None:
    suspects = tuple(
        Suspect(Serial("JAD2"), n, f"user{n}", None, "02:22", str(n)) for n in (9, 100, 20)
    )
    seen = reader(night(residue=(), suspects=suspects))
    table = "#residue > div.wide"
    seen.page.locator(f"{table} thead button", has_text="evidence").click()
    assert seen.column(table, "evidence") == ["9", "20", "100"]


def test_the_keyboard_alone_reaches_and_sorts_every_table(reader: Any) -> None:
    seen = reader(night(checks=CHECKS))
    reached = set()
    for _ in range(60):
        seen.page.keyboard.press("Tab")
        reached.add(
            seen.page.evaluate(
                "document.activeElement.tagName + ':' + document.activeElement.textContent.trim()"
            )
        )
    for head in ("check", "outcome", "at", "what"):
        assert f"BUTTON:{head}" in reached
    assert any(word.startswith("SUMMARY:") for word in reached)
    button = seen.page.locator("#checks > div.wide thead button", has_text="check").first
    button.focus()
    seen.page.keyboard.press("Enter")
    names = seen.column("#checks > div.wide", "check")
    assert names == sorted(names)
    outline = seen.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid", "who walks by keyboard sees where he stands"


@pytest.mark.parametrize("size", [NARROW, DESK], ids=["400 px", "1100 px"])
def test_no_part_of_the_page_is_wider_than_the_window(reader: Any, size: dict[str, int]) -> None:
    long = replace(finding("x", Severity.BLOCKER), evidence="disk0:/" + "a" * 300)
    seen = reader(night(checks=CHECKS, findings=(long,)), size)
    widths = seen.page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert widths[0] == widths[1] == size["width"]


def test_on_a_narrow_screen_letters_stay_large_and_cells_say_what_they_are(reader: Any) -> None:
    seen = reader(night(checks=CHECKS), NARROW)
    sizes = seen.page.evaluate(
        "[...document.querySelectorAll('p,dd,dt,td,li,pre')]"
        ".filter(e => e.textContent.trim()).map(e => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert min(sizes) >= 13
    drawn = seen.page.locator("svg").bounding_box()
    assert drawn["width"] >= 700, "the picture scrolls, and does not shrink to dots"
    told = seen.page.evaluate(
        "getComputedStyle(document.querySelector('#checks td'), '::before').content"
    )
    assert "check" in told


def test_paper_shows_what_was_folded_and_no_links(reader: Any) -> None:
    seen = reader(night(checks=CHECKS))
    seen.page.emulate_media(media="print")
    assert not seen.page.locator("nav").is_visible()
    folded = seen.page.locator("#checks details table").bounding_box()
    assert folded is not None
    assert folded["height"] > 20
    assert len(seen.page.pdf()) > 10_000
    body = seen.page.evaluate("getComputedStyle(document.body).color")
    assert body == "rgb(0, 0, 0)"


def test_digests_break_so_that_no_table_is_wider_than_the_screen_or_a_sheet(reader: Any) -> None:
    digest = Digest("sha256:" + "0123456789abcdef" * 4)
    line = ApprovalLine(f"SHA256:{'aB3' * 14}", f"SHA256:{'aB3' * 14}", digest, "", "", holds=True)
    waiver = Waiver(RuleName("anyconnect-images-match"), digest, "CHG 4711", "ops", "they differ")
    report = night(checks=CHECKS, approvals=(line,))
    assert report.plan is not None
    seen = reader(replace(report, plan=replace(report.plan, waivers=(waiver,))))
    too_wide = (
        "[...document.querySelectorAll('.wide')].filter(e => e.scrollWidth > e.clientWidth)"
        ".map(e => e.getAttribute('aria-label')).filter(name => name !== 'The night')"
    )
    assert seen.page.evaluate(too_wide) == []
    seen.page.emulate_media(media="print")
    seen.page.set_viewport_size({"width": 690, "height": 900})  # A4 without its margins
    assert seen.page.evaluate(too_wide) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_enough_contrast_by_day_and_by_night(reader: Any, scheme: str) -> None:
    """WCAG AA asks 4.5 to 1 of text of this size."""
    seen = reader(night(checks=CHECKS))
    seen.page.emulate_media(color_scheme=scheme)
    ratios = seen.page.evaluate(
        """() => {
          const light = c => { const v = c.match(/[\\d.]+/g).slice(0, 3).map(n => n / 255)
            .map(n => n <= 0.03928 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4);
            return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2]; };
          const paper = light(getComputedStyle(document.body).backgroundColor);
          return [...document.querySelectorAll('h1,p,dd,dt,td,th,li b,li span,summary,a')]
            .map(e => { const ink = light(getComputedStyle(e).color);
              return [(Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05),
                      e.tagName + '.' + e.className]; });
        }"""
    )
    low = [(round(ratio, 2), where) for ratio, where in ratios if ratio < 4.5]
    assert low == []
