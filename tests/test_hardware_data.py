"""The data files of models, releases and defaults: each row whole, and with a source."""

import pytest

from upgrader.dialect.versions import family_of_hardware, image_family, version_in_file_name
from upgrader.emulator.config import image_version, read_lines, type_line
from upgrader.emulator.config.defaults import default_lines
from upgrader.emulator.config.modes import all_modes, everywhere
from upgrader.emulator.machine import releases
from upgrader.emulator.machine.hardware import all_hardware, find_hardware, hardware_of
from upgrader.emulator.pairing.states import are_compatible

LAST = {
    "ASA5505": (9, 2),
    "ASA5510": (9, 1),
    "ASA5580": (9, 1),
    "ASA5512": (9, 12),
    "ASA5585-SSP-60": (9, 12),
    "ASASM": (9, 12),
    "ASA5555": (9, 14),
    "ASA5506": (9, 16),
    "ASA5516": (9, 16),
    "FPR-4150": (9, 18),
    "FPR-2140": (9, 20),
    "FPR-1010": None,
    "FPR-3140": None,
    "FPR-4245": None,
    "ASAv100": None,
}


@pytest.mark.parametrize("model", all_hardware(), ids=lambda m: m.model)
def test_every_model_is_whole_and_says_where_its_figures_come_from(model) -> None:
    assert model.source
    assert model.name
    assert model.description
    assert model.images
    assert model.ports
    assert len(set(model.ports)) == len(model.ports)
    assert model.boot_limit in (1, 4)
    assert model.is_virtual is (model.name == "ASAv")
    for figure in (model.ram_mb, model.flash_mb, model.monitored, model.sessions, model.vlans):
        assert figure > 0
    assert 60_000 <= model.boot_ms <= 900_000
    assert model.limit is None or model.limit <= model.sessions
    assert "boot_s" in model.inferred, "nobody has measured it"


def test_no_two_models_have_one_name() -> None:
    names = [name.casefold() for m in all_hardware() for name in (m.model, *m.names)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(("model", "last"), LAST.items())
def test_each_model_runs_its_last_release_and_none_later(model: str, last) -> None:
    assert hardware_of(model).last == last


@pytest.mark.parametrize(
    ("spelt", "model", "name"),
    [
        ("ASA5516-X", "ASA5516", "ASA5516"),
        ("asa 5525-x", "ASA5525", "ASA5525"),
        ("Firepower 2110", "FPR-2110", "FPR-2110"),
        ("ASAv50", "ASAv50", "ASAv"),
        ("ASA5585", "ASA5585-SSP-10", "ASA5585-SSP-10"),
    ],
)
def test_a_model_is_known_as_data_sheets_spell_it(spelt: str, model: str, name: str) -> None:
    found = find_hardware(spelt)
    assert found is not None
    assert (found.model, found.name) == (model, name)


def test_a_model_that_nobody_knows_gets_figures_and_its_own_name() -> None:
    assert find_hardware("ASA9999") is None
    assert hardware_of("ASA9999").name == "ASA9999"


@pytest.mark.parametrize(
    ("model", "image", "takes"),
    [
        ("ASA5516", "disk0:/asa9-16-4-lfbff-k8.SPA", True),
        ("ASA5516", "disk0:/asa9-12-4-smp-k8.bin", False),
        ("ASA5525", "disk0:/asa952-smp-k8.bin", True),
        ("FPR-2130", "disk0:/cisco-asa-fp2k.9.20.2.SPA", True),
        ("FPR-2130", "disk0:/cisco-asa-fp1k.9.20.2.SPA", False),
        ("ASAv", "disk0:/asa9-16-4-smp-k8.bin", True),
    ],
)
def test_an_image_is_of_a_models_family_or_not(model: str, image: str, takes: bool) -> None:
    assert hardware_of(model).takes(image) is takes


def patterns_of_images() -> list[tuple[str, str]]:
    return [(m.name, pattern) for m in all_hardware() for pattern in m.images]


@pytest.mark.parametrize(("hardware", "pattern"), patterns_of_images())
def test_the_images_of_every_model_boot_there_and_are_known_by_their_names(
    hardware: str, pattern: str
) -> None:
    """The emulated unit and the reader of its flash read names apart, and must not differ."""
    dashed = pattern.startswith("asa")
    image = pattern.replace("*", "9-20-2" if dashed else "9.20.2")
    assert image_version(f"disk0:/{image}") == "9.20(2)"
    if image.endswith(".csp"):
        return  # The chassis boots it, and no `boot system` line names it.
    assert str(version_in_file_name(image)) == "9.20(2)"
    assert family_of_hardware(hardware) in (image_family(image), None)


@pytest.mark.parametrize("feature", releases.features().values(), ids=lambda f: f.name)
def test_every_feature_says_what_is_printed_where_and_from_which_source(feature) -> None:
    assert feature.text
    assert feature.screen
    assert feature.source
    assert (7, 0) <= feature.since < (10, 0)
    assert feature.until is None or feature.since < feature.until


def test_a_release_has_a_feature_from_its_first_train_until_its_last() -> None:
    assert not releases.has((9, 2), "reconnect-timeout-line")
    assert releases.has((9, 5), "reconnect-timeout-line")
    assert [releases.has((9, n), "fxos-line") for n in (7, 8, 11, 12)] == [False, True, True, False]
    with pytest.raises(KeyError):
        releases.has((9, 5), "no-such-thing")


@pytest.mark.parametrize(
    ("one", "other", "fit"),
    [
        ("9.12(4)", "9.16(4)", True),
        ("8.2(5)", "8.4(2)", True),
        ("8.2(5)", "9.0(1)", False),
        ("7.0(1)", "7.2(1)", False),
        ("8.4(5)", "9.16(4)", True),
    ],
)
def test_which_releases_may_form_a_pair_stands_in_the_data(one: str, other: str, fit: bool) -> None:
    assert are_compatible(one, other) is fit


def test_every_default_has_a_source_and_can_be_typed() -> None:
    for group, source in default_lines():
        assert source
        lines, section = (), ()
        for line in group:
            after = type_line(lines, section, line)
            lines, section = after.lines, after.section
        silent = [x for x in group if "permit-vpn" in x or "assign aaa" in x or "assign dhcp" in x]
        assert set(read_lines("\n".join(group))) - set(silent) <= set(lines)


def test_every_mode_has_a_prompt_and_each_command_begins_with_a_word() -> None:
    prompts = [mode.prompt for mode in all_modes()]
    assert everywhere().prompt == "config"
    assert all(prompt.startswith(("config-", "cfg-")) for prompt in prompts)
    for mode in (everywhere(), *all_modes()):
        assert all(phrase.split()[0].isprintable() for phrase in mode.phrases)
        assert all(not phrase.startswith("*") for phrase in mode.phrases)
        assert len(set(mode.phrases)) == len(mode.phrases), mode.opener
