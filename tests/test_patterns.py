"""What stands behind `| include`: found as everywhere, and never slow."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from upgrader.emulator.shell.patterns import compiled

SIGNS = st.text(alphabet="ab .*+?|()[]^$-\\", min_size=1, max_size=12)
LINES = st.text(alphabet="ab .-", max_size=12)


@given(pattern=SIGNS, lines=st.lists(LINES, max_size=5))
def test_a_pattern_finds_what_it_finds_everywhere(pattern: str, lines: list[str]) -> None:
    assume(not any(word in pattern for word in ("{", "[[", "--", "||", "&&", "~~")))
    try:
        matcher = re.compile(pattern)
    except re.error:
        assume(False)
    assume("*+" not in pattern and "++" not in pattern and "?+" not in pattern)
    assume("\\a" not in pattern and "\\b" not in pattern and "(?" not in pattern)
    search = compiled(pattern)
    for line in lines:
        assert search(line) is (matcher.search(line) is not None), (pattern, line)


@pytest.mark.parametrize(
    ("pattern", "line", "found"),
    [
        (r"^interface .*Eth.*$", "interface GigabitEthernet1/1", True),
        (r"^ *(ip|no ip) address.*stand.*$", " ip address 1.1.1.1 255.0.0.0 standby 1.1.1.2", True),
        (r"\d+\.\d+\.\d+\.\d+", "route outside 10.0.0.0", True),
        (r"[0-9a-f]+\.[0-9a-f]+", "a433.fb3c.5a00", True),
        (r"[^ ]* +[^ ]*x", "one two", False),
        (r"\S+ \W+ \S+", "a -- b", True),
        (r"^$|^!.*", "", True),
        (r"(a*)*(b*)*c", "aabb", False),
        ("*a+*b", "a *a+*b c", True),
        ("x{2}y{3}", "xxyyy", False),
        ("x{2}y{3}", "- x{2}y{3} -", True),
    ],
)
def test_patterns_of_several_repetitions(pattern: str, line: str, found: bool) -> None:
    assert compiled(pattern)(line) is found


@pytest.mark.parametrize(
    "pattern", ["(x+x+)+y", "(.*)*z", r"(\S+\s*)+foo$", "(a|a|x)*(b|x)*!", "x*x*x*x*x*x*x*x*y"]
)
def test_no_pattern_stalls_the_consoles_of_others(pattern: str) -> None:
    search = compiled(pattern)
    assert not any(search("x" * 200 + " " + "x" * 200 + str(n)) for n in range(100))
