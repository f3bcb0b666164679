"""What stands behind `| include`: found as everywhere, and never slow."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upgrader.emulator.shell.patterns import compiled

SIGNS = st.text(alphabet="ab .*+?|()[]^$-\\", min_size=1, max_size=12)
LINES = st.text(alphabet="ab .-", max_size=12)
LEAVES = st.sampled_from(["a", "b", "ab", " ", "-", ".", "^", "$", "[ab]", "[^a]", r"\S", "{", ""])


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Patterns one behind the other, beside each other, and some times over."""
    several = st.lists(inner, min_size=1, max_size=3)
    repeated = st.sampled_from(["", "*", "+", "?", "*?", "+?", "??"])
    group = st.tuples(several.map("|".join), repeated).map(lambda it: f"({it[0]}){it[1]}")
    return several.map("".join) | several.map("|".join) | group


GROUPS = st.recursive(LEAVES, _grown, max_leaves=8)


OURS_ALONE = ("{", "[[", "--", "||", "&&", "~~", "*+", "++", "?+", "\\a", "\\b", "(?")
"""What `re` reads otherwise than a filter does, or warns of."""


def _of_the_library(pattern: str) -> re.Pattern[str] | None:
    """The pattern as the library reads it; None: it cannot, or reads it otherwise than a filter."""
    if any(word in pattern for word in OURS_ALONE):
        return None
    try:
        return re.compile(pattern)
    except re.error:
        return None


@given(patterns=st.lists(SIGNS, min_size=5, max_size=10), lines=st.lists(LINES, max_size=5))
def test_a_pattern_finds_what_it_finds_everywhere(patterns: list[str], lines: list[str]) -> None:
    for pattern in patterns:
        matcher, search = _of_the_library(pattern), compiled(pattern)
        if matcher is None:
            continue
        for line in lines:
            assert search(line) is (matcher.search(line) is not None), (pattern, line)


@given(pattern=GROUPS, lines=st.lists(LINES, max_size=5))
def test_groups_and_choices_find_what_they_find_everywhere(pattern: str, lines: list[str]) -> None:
    matcher, search = re.compile(pattern), compiled(pattern)
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
        ("x{2}|y", "xx", False),
        ("x{2}|y", "- x{2}|y -", True),
        ("{a}*b{", "{aab{", False),
        ("{a}*b{", "{a}}b{", True),
        ("a{|{2,x}", "{2,x}", True),
        ("(up|down)/(up|down)", "is down/up", True),
        ("a{99999999999}", "aaa", False),
        ("a{99999999999}", "a{99999999999}", True),
        ("(" * 50 + "a" + ")*" * 50, "b", True),
        ("(a)" * 60, "a" * 60, True),
        ("(" * 5_000 + "a" + ")" * 5_000, "a", False),
        ("(" * 5_000 + "a" + ")*" * 5_000, "a", False),
        ("[" + "(" * 60 + "]", "a(b", True),
    ],
)
def test_patterns_of_several_repetitions(pattern: str, line: str, found: bool) -> None:
    assert compiled(pattern)(line) is found


@pytest.mark.parametrize(
    "pattern",
    [
        "(x+x+)+y",
        "(.*)*z",
        r"(\S+\s*)+foo$",
        "(a|a|x)*(b|x)*!",
        "x*x*x*x*x*x*x*x*y",
        "(x|xx)*y",
        "(xx?)*y",
        "(x?){40}y",
        "x?" * 34 + "x" * 34 + "y",
        "(x|x)" * 34 + "y",
    ],
)
def test_no_pattern_stalls_the_consoles_of_others(pattern: str) -> None:
    search = compiled(pattern)
    assert not any(search("x" * 200 + " " + "x" * 200 + str(n)) for n in range(100))


@pytest.mark.parametrize("pattern", ["(-|--)*x", "(--?)*x", "(-?){40}x", "-?" * 34 + "x"])
def test_a_row_of_dashes_stalls_nobody(pattern: str) -> None:
    assert not compiled(pattern)("-" * 75)
