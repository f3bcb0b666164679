"""A postmortem's page in a real browser: it comes nearer by key, wheel and button; it fetches not.

Skipped where there is no Chromium, or the library that drives it is not installed.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from browsers import DESK, NARROW, NEEDED, Reader, opened
from postmortems import EVIL, TWO, at, causes, events, line, night, of_person, postmortem

from upgrader.model.evidence import What
from upgrader.model.night import Event, Kind
from upgrader.model.postmortem import Postmortem
from upgrader.views.postmortem.page import render

pytestmark = NEEDED


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with opened() as one:
        yield one


class NightReader(Reader):
    """Somebody who opens a postmortem, and looks at its picture."""

    def __init__(self, context: Any, folder: Path, told: Postmortem) -> None:
        path = folder / "postmortem.html"
        path.write_text(render(told), encoding="utf-8")
        super().__init__(context, path)

    @property
    def picture(self) -> Any:
        return self.page.locator(".zooms .wide")

    def seen(self) -> str:
        """From when until when the picture shows."""
        return str(self.page.locator(".zooms output").inner_text())

    def seconds(self) -> int:
        """How long a stretch it shows."""

        def told(clock: str) -> int:
            hours, minutes, seconds = map(int, clock.split(":"))
            return (hours * 60 + minutes) * 60 + seconds

        first, last = self.seen().split(" to ")
        return told(last) - told(first)


@pytest.fixture
def reader(browser: Any, tmp_path: Path) -> Iterator[Any]:
    contexts: list[Any] = []

    def read(
        told: Postmortem | None = None, size: dict[str, int] = DESK, *, scripts: bool = True
    ) -> NightReader:
        contexts.append(browser.new_context(viewport=size, java_script_enabled=scripts))
        return NightReader(contexts[-1], tmp_path, told or postmortem())

    yield read
    for one in contexts:
        one.close()


def test_the_page_renders_and_asks_for_nothing_but_itself(reader: Any) -> None:
    seen = reader()
    assert [url for url in seen.asked if not url.startswith("data:")] == [seen.path.as_uri()]
    assert seen.wrong == []
    assert seen.page.locator("svg .stretched rect").count() > 6
    assert seen.page.locator("svg polygon").count() == 2
    assert seen.seen() == "02:00:00 to 02:24:00"


def test_markup_that_slipped_in_runs_nothing(reader: Any) -> None:
    first, *others = causes()
    seen = reader(postmortem(verdict=EVIL, causes=(replace(first, says=EVIL), *others)))
    assert seen.page.locator("script").count() == 1
    seen.page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.ran = 1';"
        " document.body.append(s); }"
    )
    assert seen.page.evaluate("window.ran ?? 0") == 0
    assert "Content Security Policy" in " ".join(seen.wrong)


def test_the_keyboard_brings_the_night_nearer_moves_along_it_and_back(reader: Any) -> None:
    seen = reader()
    seen.picture.focus()
    seen.page.keyboard.press("+")
    assert seen.seconds() == 12 * 60
    seen.page.keyboard.press("+")
    before = seen.seen()
    seen.page.keyboard.press("ArrowRight")
    assert seen.seen() > before
    assert seen.seconds() == 6 * 60
    seen.page.keyboard.press("-")
    assert seen.seconds() == 12 * 60
    seen.page.keyboard.press("0")
    assert seen.seen() == "02:00:00 to 02:24:00"
    outline = seen.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid", "who walks by keyboard sees where he stands"


def test_the_wheel_comes_nearer_to_where_it_points(reader: Any) -> None:
    seen = reader()
    mark = seen.page.locator(".pin.harmed")
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    seen.page.mouse.move(box["x"] + 1, box["y"] + box["height"] / 2)
    top = seen.page.evaluate("scrollY")
    for _ in range(8):
        seen.page.mouse.wheel(0, -100)
    seen.page.wait_for_function("document.querySelector('output').textContent < '02:24'")
    seen.page.wait_for_function(
        "document.querySelector('.stretched').getAttribute('transform').slice(7, 8) > '4'"
    )
    first, last = seen.seen().split(" to ")
    assert first < "02:15:12" < last
    assert seen.page.evaluate("scrollY") == top, "the page stays where it is"
    assert abs(seen.page.locator(".pin.harmed").bounding_box()["x"] - box["x"]) < 6


def test_where_there_is_nothing_farther_the_wheel_scrolls_the_page(reader: Any) -> None:
    seen = reader()
    box = seen.picture.bounding_box()
    seen.page.mouse.move(box["x"] + 300, min(box["y"] + 40, 880))
    seen.page.mouse.wheel(0, 300)
    # The page's policy forbids `wait_for_function`: it would be evaluated in the page.
    assert any(seen.page.wait_for_timeout(20) or seen.page.evaluate("scrollY") for _ in range(100))
    assert seen.seen() == "02:00:00 to 02:24:00"


def test_buttons_and_the_hand_move_the_picture_too(reader: Any) -> None:
    seen = reader()
    for _ in range(3):
        seen.page.get_by_role("button", name="Nearer").click()
    assert seen.seconds() == 3 * 60
    before = seen.seen()
    seen.page.get_by_role("button", name="Later").click()
    after = seen.seen()
    assert after > before
    seen.picture.scroll_into_view_if_needed()
    box = seen.picture.bounding_box()
    seen.page.mouse.move(box["x"] + 400, box["y"] + 90)
    seen.page.mouse.down()
    seen.page.mouse.move(box["x"] + 700, box["y"] + 90, steps=3)
    seen.page.mouse.up()
    assert seen.seen() < after, "what was earlier is drawn in by the hand"
    seen.page.get_by_role("button", name="whole night").click()
    assert seen.seconds() == 24 * 60


def test_words_appear_when_there_is_room_for_them(reader: Any) -> None:
    seen = reader()
    sync = seen.page.locator("svg .word", has_text="Bulk Sync")
    assert not sync.is_visible()
    seen.picture.focus()
    for key in ("+", "+", "+", *["ArrowRight"] * 40):
        seen.page.keyboard.press(key)
    assert sync.is_visible()


def test_without_a_script_the_whole_night_is_there_and_no_button_that_does_nothing(
    reader: Any,
) -> None:
    seen = reader(scripts=False)
    assert seen.page.locator("svg .stretched rect").first.is_visible()
    assert not seen.page.locator(".tools").is_visible()
    assert seen.page.locator("svg .tick").count() >= 4
    assert seen.page.locator("input").count() == 0


def test_a_word_finds_its_events_and_a_heading_sorts_them(reader: Any) -> None:
    seen = reader()
    seen.page.locator("#all-events summary").click()
    field = seen.page.locator("#all-events input")
    field.fill("carol.4 closing")
    rows = seen.page.locator("#all-events tbody tr:visible")
    assert rows.count() == 1
    assert "1 of " in seen.page.locator("#all-events .search output").inner_text()
    field.fill("")
    assert rows.count() > 60
    seen.page.locator("#all-events thead button", has_text="kind").click()
    kinds = seen.page.locator("#all-events tbody td:nth-child(4)").all_text_contents()
    assert kinds == sorted(kinds)


@pytest.mark.parametrize("size", [NARROW, DESK], ids=["400 px", "1100 px"])
def test_no_part_of_the_page_is_wider_than_the_window(reader: Any, size: dict[str, int]) -> None:
    first, *others = causes()
    long = replace(first, says="disk0:/" + "a" * 300)
    seen = reader(postmortem(causes=(long, *others)), size)
    widths = seen.page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert widths[0] == widths[1] == size["width"]
    if size is NARROW:
        assert seen.page.locator("svg").bounding_box()["width"] >= 700, "it scrolls"
        sizes = seen.page.evaluate(
            "[...document.querySelectorAll('p,dd,dt,td,li,pre')]"
            ".filter(e => e.textContent.trim()).map(e => parseFloat(getComputedStyle(e).fontSize))"
        )
        assert min(sizes) >= 13


def test_paper_shows_what_was_folded_and_no_controls(reader: Any) -> None:
    seen = reader()
    seen.page.emulate_media(media="print")
    assert not seen.page.locator(".tools").is_visible()
    assert not seen.page.locator("#all-events .search").is_visible()
    folded = seen.page.locator("#sources details table").bounding_box()
    assert folded is not None
    assert folded["height"] > 20
    assert len(seen.page.pdf()) > 20_000


def test_a_crowded_night_is_drawn_and_searched_without_delay(reader: Any) -> None:
    crowd = tuple(
        of_person(n / 900, (What.LOGGED_IN, What.TUNNEL_DOWN)[n % 2], f"u{n}", "x", n)
        for n in range(20_000)
    )
    seen = reader(postmortem(night=night(events=(*crowd, *events()), ended=at(24))))
    assert seen.wrong == []
    seen.picture.focus()
    took = seen.page.evaluate(
        """() => { const began = performance.now();
          document.querySelector("[data-do=in]").click();
          return performance.now() - began; }"""
    )
    assert took < 1_000


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_enough_contrast_by_day_and_by_night(reader: Any, scheme: str) -> None:
    """WCAG AA asks 4.5 to 1 of text of this size, on the page and in the picture."""
    seen = reader()
    seen.page.emulate_media(color_scheme=scheme)
    ratios = seen.page.evaluate(
        """() => {
          const light = c => { const v = c.match(/[\\d.]+/g).slice(0, 3).map(n => n / 255)
            .map(n => n <= 0.03928 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4);
            return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2]; };
          const paper = light(getComputedStyle(document.body).backgroundColor);
          const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
          const told = [...document.querySelectorAll(
              'h1,p,dd,dt,td,th,li b,li span,small,summary,a,output,button,label,.legend span')]
            .map(e => [ratio(light(getComputedStyle(e).color), paper),
                       e.tagName + '.' + e.className]);
          const drawn = [...document.querySelectorAll('svg text:not(.on)')]
            .map(e => [ratio(light(getComputedStyle(e).fill), paper), e.textContent]);
          const made = document.createElementNS("http://www.w3.org/2000/svg", "rect");
          document.querySelector("svg").append(made);
          const onBands = ["active", "ready", "sync", "dark", "other"].map(state => {
            made.setAttribute("class", state);
            return [ratio(light(getComputedStyle(made).fill), 1), state]; });
          return [...told, ...drawn, ...onBands];
        }"""
    )
    low = [(round(ratio, 2), where) for ratio, where in ratios if ratio < 4.5]
    assert low == []


def test_stripes_keep_their_width_and_cover_the_same_stretch_when_one_comes_nearer(
    reader: Any,
) -> None:
    seen = reader()
    hatch = seen.page.locator("svg .hatch").first
    box = hatch.bounding_box()
    seen.picture.focus()
    seen.page.keyboard.press("+")
    nearer = hatch.bounding_box()
    assert abs(nearer["width"] - 2 * box["width"]) < 2
    assert hatch.evaluate("e => e.closest('.stretched') === null"), "else the stripes grow too"


def test_no_hour_of_the_axis_is_cut_off(reader: Any) -> None:
    seen = reader(postmortem(night=night(ended=at(20))))
    picture = seen.page.locator("svg").bounding_box()
    for _ in range(2):
        words = seen.page.locator("svg .tick text").all()
        edges = [one.bounding_box() for one in words]
        assert max(box["x"] + box["width"] for box in edges) <= picture["x"] + picture["width"] + 1
        seen.picture.focus()
        seen.page.keyboard.press("+")


def test_a_soft_edge_is_seen_however_far_one_is(reader: Any) -> None:
    first, *others = night().bands
    assert first.began is None
    loose = Event(None, TWO, Kind.COMMAND, What.COMMAND, "x", (line(3, "con.txt"),))
    vague = [replace(band, places=loose.places) for band in others]
    seen = reader(postmortem(night=night(events=(*events(), loose), bands=(first, *vague))))
    soft = seen.page.locator("svg .soft").first
    assert soft.bounding_box()["width"] >= 7
    seen.picture.focus()
    seen.page.keyboard.press("+")
    assert 7 <= soft.bounding_box()["width"] <= 10


def test_the_axis_of_many_days_names_the_days(reader: Any) -> None:
    seen = reader(postmortem(night=night(ended=at(3 * 24 * 60))))
    assert seen.seen() == "22 Nov 02:00:00 to 25 Nov 02:00:00"
    ticks = seen.page.locator("svg .tick text").all_text_contents()
    assert len({*ticks}) == len(ticks) >= 3
