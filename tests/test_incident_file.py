"""`[incident]` of a pair file: what it says, and what it may not say."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upgrader.cli.pairfile.incident import incident_rows, read_script
from upgrader.cli.pairfile.pair import pair_of, read_pair
from upgrader.dialect.scripts import instant_text, script_table
from upgrader.dialect.toml import dumps
from upgrader.model.cause import CauseName
from upgrader.model.script import Befalls, Expected, Script, StoryLine, Typed
from upgrader.ports import UsageFault

GOOD = {
    "title": "a night",
    "lasts": "0:30:00",
    "cause": "pool-full",
    "lost": 1,
    "act": [
        {"at": "0:10:00", "event": "cut-link", "link": "state"},
        {"at": 12.5, "on": "active", "types": "reload\n\n"},
        {"at": 13, "on": "primary", "types": ["show clock", ""]},
    ],
    "story": [{"at": 4, "unit": "Primary", "what": "to-active"}],
}


def told(**changes: object) -> dict[str, object]:
    return {key: value for key, value in {**GOOD, **changes}.items() if value is not None}


def with_act(**changes: object) -> dict[str, object]:
    act = {"at": 0, "on": "active", "types": "show clock", **changes}
    return told(act=[{key: value for key, value in act.items() if value is not None}])


def test_a_script_is_read_in_the_order_of_its_instants():
    script = read_script("night.toml", told())
    assert script == Script(
        "a night",
        1_800_000,
        (
            *(Typed(12_500, "active", line) for line in ("reload", "", "")),
            Typed(13_000, "primary", "show clock"),
            Typed(13_000, "primary", ""),
            Befalls(600_000, "cut-link", {"link": "state"}),
        ),
        Expected("pool-full", 1, 0, 0, (StoryLine(4_000, "Primary", "to-active"),)),
    )


def test_a_script_need_not_say_how_it_ends():
    silent = told(cause=None, lost=None, story=None)
    assert read_script("night.toml", silent).expected is None


def test_nobody_harmed_is_said_in_a_word():
    expected = read_script("night.toml", told(cause="none")).expected
    assert expected is not None
    assert expected.cause is None


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("a night", "must be a table"),
        (told(title=None), "`incident.title` is missing"),
        (told(lasts=None), "`incident.lasts` is missing"),
        (told(title=""), "must be a text"),
        (told(tittle="x"), "did you mean `title`?"),
        (told(lasts="half an hour"), "is no instant of a night"),
        (told(lasts="0:10"), "is no instant of a night"),
        (told(lasts="0:61:00"), "is no instant of a night"),
        (told(lasts=float("nan")), "is no instant of a night"),
        (told(lasts=float("inf")), "is no instant of a night"),
        (told(lasts=-1), "is no instant of a night"),
        (told(lasts=True), "is no instant of a night"),
        (told(lasts=60), "an act comes later"),
        (told(cause="bad luck"), "is no cause"),
        (told(cause=None), "`incident.cause` is missing"),
        (told(lost=-1), "is no such number"),
        (told(lost=True), "is no such number"),
        (told(act="x"), "must be a list of tables"),
        (told(act=[1]), "must be a list of tables"),
        (with_act(at=None), "`incident.act[1].at` is missing"),
        (with_act(on=None), "`incident.act[1].on` is missing"),
        (with_act(on="middle"), "is no console"),
        (with_act(types=None), "`incident.act[1].types` is missing"),
        (with_act(types=3), "is no line"),
        (with_act(types=[]), "is no line"),
        (with_act(types="show\tclock"), "a character that nobody types"),
        (with_act(event="cut-link"), "stands beside an event"),
        (with_act(user="user01"), "there is no such key"),
        (with_act(on=None, types=None, event="cut-lnk"), "did you mean 'cut-link'?"),
        (with_act(on=None, types=None, event="cut-link", link="red"), "'red' is not allowed"),
        (with_act(on=None, types=None, event="pull-power"), "is missing"),
        (with_act(on=None, types=None, event="sleep", user=["a"]), "is no argument"),
        (told(story=[{"at": 0}]), "`incident.story[1].what` is missing"),
        (told(story=[{"at": 0, "what": "boom"}]), "is no such event"),
        (told(story=[{"at": 0, "what": "crashed", "unit": "Third"}]), "is no unit"),
        (told(story=[{"at": 0, "what": "crashed", "why": "x"}]), "there is no such key"),
    ],
)
def test_a_wrong_script_is_refused_with_its_key(table: object, says: str):
    with pytest.raises(UsageFault) as fault:
        read_script("night.toml", table)
    assert says in str(fault.value)
    assert str(fault.value).startswith("night.toml: ")


def test_a_live_pair_has_no_script(tmp_path):
    path = tmp_path / "live.toml"
    path.write_text('[ssh]\nactive = "192.0.2.1"\n[incident]\ntitle = "x"\nlasts = 1\n')
    with pytest.raises(UsageFault, match="an emulated one only"):
        read_pair(str(path))


_MS = st.integers(0, 86_400_000)
_TEXT = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), max_size=12).filter(
    str.isprintable
)
_ACTS = st.lists(
    st.builds(Typed, _MS, st.sampled_from(("active", "secondary")), _TEXT)
    | st.builds(
        Befalls, _MS, st.just("cut-link"), st.fixed_dictionaries({"link": st.just("both")})
    ),
    max_size=6,
)
_STORY = st.builds(StoryLine, _MS, st.sampled_from(("", "Primary")), st.just("to-active"), _TEXT)
_CAUSES = st.none() | st.sampled_from([cause.value for cause in CauseName])
_COUNT = st.integers(0, 99)
_EXPECTED = st.builds(
    Expected, _CAUSES, _COUNT, _COUNT, _COUNT, st.lists(_STORY, max_size=3).map(tuple)
)


def script_text(script: Script) -> str:
    return dumps({"incident": script_table(script)})


@pytest.mark.slow
@given(_TEXT.filter(bool), _ACTS, st.none() | _EXPECTED)
def test_a_script_that_is_written_is_read_again(title, acts, expected):
    in_order = tuple(sorted(acts, key=lambda act: act.at_ms))
    script = Script(title, 86_400_000, in_order, expected)
    assert read_script("night.toml", tomllib.loads(script_text(script))["incident"]) == script


def test_files_in_memory_may_hold_a_script():
    text = 'name = "x"\n[emulated]\n' + script_text(Script("t", 1_000, ()))
    assert pair_of({"pair.toml": text}, "pair.toml", "memory").script == Script("t", 1_000, ())


def test_instants_are_written_as_clocks_show_them():
    assert instant_text(750_000) == "0:12:30"
    assert instant_text(36_000_001) == "10:00:00.001"


def test_the_reference_tells_every_key():
    page = "\n".join(incident_rows())
    for key in ("title", "lasts", "cause", "lost", "orphaned", "leaked", "types", "event", "who"):
        assert f"`{key}`" in page
