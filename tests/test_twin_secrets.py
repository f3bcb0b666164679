"""No secret of a pair reaches its twin, and the twin works without them."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twins import SHORT, example, log_of

from upgrader.access.captures import read_captures
from upgrader.access.emulated.world import EmulatedWorld
from upgrader.access.twin.disguise import UNSEEN, Disguise
from upgrader.access.twin.draw import draw
from upgrader.cli.worlds.twins import twin_of
from upgrader.conduct.portrait import portray
from upgrader.dialect.secrets import secret_spans
from upgrader.emulator.pairing.link import is_keyed, keying

CAPTURES = Path(__file__).resolve().parents[2] / "shared" / "captures"
FORMS = (
    "failover key {}",
    "enable password {} pbkdf2",
    "username ann password {} pbkdf2 privilege 15",
    " ikev1 pre-shared-key {}",
    "aaa-server RADIUS (inside) host 10.1.1.5 {}",
    " key {}",
    "snmp-server community {}",
    " ldap-login-password {}",
    "ntp authentication-key 1 md5 {}",
    "copy ftp://ann:{}@10.1.1.9/x disk0:",
)
SECRETS = st.text("abcdefghkmnpqrstuvwxyzABCDEFGH23456789$+-_", min_size=6, max_size=24).map(
    lambda text: f"Q{text}7"
)


def configurations() -> list[Path]:
    found = sorted(CAPTURES.rglob("*")) if CAPTURES.is_dir() else []
    texts = (path for path in found if path.suffix in {".txt", ".raw", ""} and path.is_file())
    return [
        path
        for path in texts
        if "hostname" in (text := path.read_text(encoding="utf-8", errors="replace"))
        and secret_spans(text)
    ]


@pytest.mark.skipif(not CAPTURES.is_dir(), reason="real captures are not at hand")
def test_there_are_real_configurations_with_secrets():
    assert len(configurations()) >= 4


@pytest.mark.parametrize("path", configurations(), ids=lambda path: path.name)
def test_no_secret_of_a_real_configuration_is_left(path: Path):
    text = path.read_text(encoding="utf-8", errors="replace")
    hidden = Disguise().over(text)
    for start, end in secret_spans(text):
        assert text[start:end] not in hidden
    assert secret_spans(hidden) == ()


@pytest.mark.slow
@given(st.lists(st.tuples(st.sampled_from(FORMS), SECRETS), min_size=1, max_size=8))
@settings(deadline=None)
def test_equal_secrets_get_equal_words_and_others_get_others(lines):
    disguise = Disguise()
    words: dict[str, str] = {}
    for form, secret in lines:
        before, _, after = form.partition("{}")
        hidden = disguise.over(form.format(secret))
        assert secret not in hidden
        assert hidden.startswith(before)
        assert hidden.endswith(after)
        word = hidden[len(before) : len(hidden) - len(after)]
        assert words.setdefault(secret, word) == word
    assert len(set(words.values())) == len(words) == disguise.count


def with_system_configurations(key: str, other: str, place: Path) -> Path:
    """Saved output in which the keys of both units stand in clear."""
    pair = example("matched")
    for name, seat, own in (("one", "active", key), ("two", "standby", other)):
        log = log_of(pair.fork(), seat, (*SHORT, "more system:running-config"))
        start = log.rindex("failover key ")
        end = log.index("\n", start)
        (place / f"{name}.log").write_text(f"{log[:start]}failover key {own}{log[end:]}")
    return place


@pytest.mark.parametrize("key", ["S3cret-of-both", f"hex {'0af9' * 8}"])
def test_units_with_the_same_key_have_the_same_key_on_the_twin(key: str, tmp_path: Path):
    world = read_captures(with_system_configurations(key, key, tmp_path)).world()
    likeness = draw(portray(world, "saved"), "lab")
    assert key.removeprefix("hex ") not in "".join(likeness.files.values())
    made, _ = twin_of(world, "lab", "saved")
    one, other = (keying(unit.settings.failover) for unit in made._pair.units)
    assert one == other
    assert is_keyed(made._pair)


def test_units_whose_keys_differ_have_keys_that_differ_on_the_twin(tmp_path: Path):
    world = read_captures(with_system_configurations("One-key-1", "Two-key-2", tmp_path)).world()
    made, _ = twin_of(world, "lab", "saved")
    one, other = (keying(unit.settings.failover) for unit in made._pair.units)
    assert one != other


def test_a_key_that_the_units_mask_is_the_same_on_both_and_that_is_said():
    world = EmulatedWorld(example("matched"))
    likeness = draw(portray(world, "here"), "lab")
    for name in ("primary.cfg", "secondary.cfg"):
        assert f"failover key {UNSEEN}" in likeness.files[name]
    assert any("masked" in note.told for note in likeness.notes)


@pytest.mark.parametrize("name", ["matched", "asa5525-9.2-to-9.5"])
def test_no_secret_that_a_unit_prints_stands_in_any_file_of_its_twin(name: str):
    portrait = portray(EmulatedWorld(example(name)), "here")
    written = "".join(draw(portrait, "lab").files.values())
    secrets = {
        text[start:end]
        for texts in portrait.texts.values()
        for text in texts.values()
        for start, end in secret_spans(text)
    }
    assert secrets
    assert not [secret for secret in secrets if secret in written]
