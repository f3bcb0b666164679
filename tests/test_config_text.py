"""A configuration is asked by how its lines begin, dozens of times: an index must not lie."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upgrader.model.wide import ConfigText

WORDS = (
    "interface Gi1/1",
    " nameif inside",
    "ip",
    "ip local pool A",
    "  ip address",
    "router ospf 1",
)
LINES = st.lists(st.sampled_from(WORDS) | st.from_regex(r" {0,2}[abi]{1,6}", fullmatch=True))
BEGINNINGS = st.lists(st.from_regex(r"[abi]{0,5}", fullmatch=True) | st.sampled_from(WORDS))


@pytest.mark.slow
@given(LINES, BEGINNINGS)
def test_the_index_finds_what_a_walk_finds(lines: list[str], beginnings: list[str]) -> None:
    text, begins = ConfigText(tuple(lines)), tuple(beginnings)
    walked = tuple(line.strip() for line in lines if line.strip().startswith(begins))
    assert text.starting(*begins) == walked
    assert text.has(*begins) == bool(walked)


@pytest.mark.slow
@given(LINES, BEGINNINGS)
def test_sections_are_headers_with_what_is_indented_below_them(
    lines: list[str], beginnings: list[str]
) -> None:
    sections = ConfigText(tuple(lines)).under(*beginnings)
    headers = [line for line in lines if not line.startswith(" ")]
    assert [header for header, _ in sections] == [
        h for h in headers if h.startswith(tuple(beginnings))
    ]
    if not beginnings:
        assert sections == ()


def test_a_section_ends_where_the_next_one_begins() -> None:
    text = ConfigText(("interface A", " nameif a", " shutdown", "router ospf 1", " network x"))
    assert text.under("interface ") == (("interface A", ("nameif a", "shutdown")),)
    assert text.under("router ", "interface ")[1] == ("router ospf 1", ("network x",))
