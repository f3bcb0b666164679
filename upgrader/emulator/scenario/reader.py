"""From the `[emulated]` table of a pair file to a scenario, checked key by key and as a whole."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from os import PathLike
from pathlib import PurePath
from typing import Any, cast

from upgrader.emulator.config import (
    ConfigFault,
    at_margin,
    for_unit,
    numbered_lines,
    path_of,
    read_settings,
)
from upgrader.emulator.machine.hardware import Hardware, all_hardware, find_hardware
from upgrader.emulator.machine.releases import train_of
from upgrader.emulator.machine.repository import SCHEMES, place_of
from upgrader.emulator.scenario import (
    ClientsSpec,
    IncidentRules,
    LoginSpec,
    Module,
    Scenario,
    ScenarioFile,
    ScenarioUnit,
    SshSpec,
    Supply,
    Timings,
)
from upgrader.emulator.scenario.checks import check_clients, check_units
from upgrader.emulator.scenario.door_keys import DROPPED, HANDSHAKE, LOGIN, REPOSITORY, SSH
from upgrader.emulator.scenario.handshakes import PLATFORMS, BadHandshake, Dropped
from upgrader.emulator.scenario.health import Health, HeldCertificate
from upgrader.emulator.scenario.health_keys import CERTIFICATE, HEALTH
from upgrader.emulator.scenario.keys import (
    CLIENTS,
    EMULATED,
    FILE,
    INCIDENT,
    LOADED,
    MODULE,
    NOW,
    TIMINGS,
    UNIT,
)
from upgrader.emulator.scenario.rows import read_addresses, read_sessions
from upgrader.emulator.scenario.standing import BY_DIGEST, LoadedFile, Standing
from upgrader.emulator.scenario.values import ScenarioFault, read_table, read_tables
from upgrader.emulator.settings import Settings

__all__ = ["ScenarioFault", "read_scenario"]

_STARTS_AT = 1_773_525_600
"""2026-03-14T22:00:00Z: a Saturday night, where a pair file names no other."""

ReadText = Callable[[str], str]


def read_scenario(
    name: str, table: Mapping[str, object], base: str | PathLike[str], read_text: ReadText
) -> Scenario:
    """Read an emulated pair.

    `table` is what stands under `[emulated]`; `read_text` is given paths, joined to `base`
    where they are not absolute, and may raise OSError or UnicodeDecodeError.

    Raises:
        ScenarioFault: an unknown or wrong key, a configuration that breaks a rule, or parts
            that do not fit together.
    """
    values = read_table(table, "emulated", EMULATED)
    hardware = _hardware_of(values["model"])
    texts = _Texts(base, read_text)
    config = texts.lines(values["config"], "emulated.config")
    units, paths = _read_units(table.get("unit", []), texts)
    timings, incident = _read_rules(table, hardware)
    scenario = Scenario(
        name=name,
        model=hardware.model,
        ram_mb=values.get("ram_mb", hardware.ram_mb),
        starts_at=values.get("starts_at", _STARTS_AT),
        seed=values.get("seed", 1),
        config=config,
        units=units,
        active=values.get("active", "primary"),
        failover_link=values.get("failover_link", "up"),
        state_link=values.get("state_link", "up"),
        clients=ClientsSpec(**read_table(table.get("clients", {}), "emulated.clients", CLIENTS)),
        timings=timings,
        incident=incident,
        login=LoginSpec(**read_table(table.get("login", {}), "emulated.login", LOGIN)),
        repository=_read_repository(table.get("repository", []), base),
        certificates=_read_certificates(table.get("certificate", [])),
        handshakes=_read_handshakes(table.get("handshake", [])),
        dropped=_read_dropped(table.get("dropped", [])),
        ssh=SshSpec(**read_table(table.get("ssh", {}), "emulated.ssh", SSH)),
    )
    settings = _settings_of(scenario, paths)
    check_units(units, paths, settings, hardware)
    check_clients(scenario, settings[0 if scenario.active == "primary" else 1])
    return scenario


class _Texts:
    """The configurations that a pair file names."""

    def __init__(self, base: str | PathLike[str], read_text: ReadText) -> None:
        self._base = PurePath(base)
        self._read_text = read_text

    def lines(self, value: str, key: str) -> tuple[str, ...]:
        """The lines of a configuration: of a file, or of a text of several lines."""
        if "\n" in value:
            text = value
            where = ""
        else:
            text = self.text(value, key)
            where = f"{value}, "
        numbered = numbered_lines(text)
        if not numbered:
            raise ScenarioFault(key, "holds no configuration", value=value)
        lines = tuple(line for _, line in numbered)
        flat = at_margin(lines)
        if flat is not None:
            problem = f"{where}line {numbered[flat][0]}: `{lines[flat]}`: has lost its indentation"
            allowed = "the lines as `show running-config` prints them, with their leading blanks"
            raise ScenarioFault(key, problem, allowed=allowed)
        try:
            read_settings(lines)
        except ConfigFault as fault:
            number = None if fault.number is None else numbered[fault.number - 1][0]
            problem = f"{where}line {number}: `{fault.line}`: {fault.problem}"
            raise ScenarioFault(key, problem, allowed=fault.expected) from fault
        return lines

    def text(self, value: str, key: str) -> str:
        """A file that the pair file names."""
        try:
            return self._read_text(str(self._base / value))
        except (OSError, ValueError) as error:
            problem = f"the file cannot be read ({_reason(error)})"
            allowed = "a readable text file, looked for beside the pair file"
            raise ScenarioFault(key, problem, value=value, allowed=allowed) from error


def _reason(error: OSError | ValueError) -> str:
    match error:
        case OSError():
            return error.strerror or type(error).__name__
        case UnicodeDecodeError():
            return "it is not UTF-8"
        case ValueError():
            return str(error)


def _hardware_of(model: str) -> Hardware:
    hardware = find_hardware(model)
    if hardware is None:
        known = ", ".join(h.model for h in all_hardware())
        problem = "is no model that is known here"
        raise ScenarioFault("emulated.model", problem, value=model, allowed=known)
    return hardware


# ── units ──────────────────────────────────────────────────────────────────────────────


def _read_units(
    found: object, texts: _Texts
) -> tuple[tuple[ScenarioUnit, ScenarioUnit], tuple[str, str]]:
    """Primary and Secondary, and where each stands in the file."""
    tables = read_tables(found, "emulated.unit")
    units = [
        _read_unit(table, f"emulated.unit[{index}]", texts) for index, table in enumerate(tables)
    ]
    roles = [unit.role for unit in units]
    if sorted(roles) != ["primary", "secondary"]:
        problem = f"its units are: {', '.join(roles) or 'none'}"
        allowed = "two [[emulated.unit]]: one primary, one secondary"
        raise ScenarioFault("emulated.unit", problem, allowed=allowed)
    if units[0].serial == units[1].serial:
        problem = "both units have this serial number"
        path = "emulated.unit[1].serial"
        raise ScenarioFault(path, problem, value=units[1].serial, allowed="two different ones")
    if units[0].role == "primary":
        return (units[0], units[1]), ("emulated.unit[0]", "emulated.unit[1]")
    return (units[1], units[0]), ("emulated.unit[1]", "emulated.unit[0]")


def _read_unit(table: object, path: str, texts: _Texts) -> ScenarioUnit:
    values = read_table(table, path, UNIT)
    assert isinstance(table, Mapping), "refused otherwise"
    files = tuple(
        _read_file(file, f"{path}.file[{index}]")
        for index, file in enumerate(read_tables(table.get("file", []), f"{path}.file"))
    )
    seen: set[str] = set()
    for index, file in enumerate(files):
        if file.path.casefold() in seen:
            where = f"{path}.file[{index}].path"
            raise ScenarioFault(where, "the unit has this file already", value=file.path)
        seen.add(file.path.casefold())
    modules = tuple(
        Module(**read_table(module, f"{path}.module[{index}]", MODULE))
        for index, module in enumerate(read_tables(table.get("module", []), f"{path}.module"))
    )
    if "config" in values:
        values["config"] = texts.lines(values["config"], f"{path}.config")
    _check_word(values["serial"], f"{path}.serial")
    if values.get("flash_free", 0) > values.get("flash_bytes", 0):
        problem, allowed = "is more than there is", "not more than `flash_bytes`"
        raise ScenarioFault(f"{path}.flash_free", problem, allowed=allowed)
    health = _read_health(table.get("health", {}), f"{path}.health")
    now = None if "now" not in table else _read_now(table["now"], f"{path}.now", texts)
    return ScenarioUnit(files=files, modules=modules, health=health, now=now, **values)


def _read_health(table: object, path: str) -> Health:
    health = Health(**read_table(table, path, HEALTH))
    for index, row in enumerate(health.licences):
        name, colon, told = row.partition(":")
        if not (name.strip() and colon and told.strip()):
            allowed = "a feature and what is licensed: `AnyConnect Premium Peers: 2`"
            where = f"{path}.licences[{index}]"
            raise ScenarioFault(where, "is no row of a licence table", value=row, allowed=allowed)
    return health


def _read_now(table: object, path: str, texts: _Texts) -> Standing:
    values = read_table(table, path, NOW)
    assert isinstance(table, Mapping), "refused otherwise"
    if "running" in values:
        values["running"] = texts.lines(values["running"], f"{path}.running")
    for name, field, read in (
        ("sessions", "sessions", read_sessions),
        ("addresses", "leases", read_addresses),
    ):
        if field in values:
            where = f"{path}.{name}"
            values[field] = read(texts.text(values[field], where), where)
    if "image" in values:
        values["image"] = path_of(values["image"])
    if "loaded" in table:
        values["loaded"] = tuple(
            _read_loaded(one, f"{path}.loaded[{index}]")
            for index, one in enumerate(read_tables(table["loaded"], f"{path}.loaded"))
        )
    return Standing(**values)


def _read_loaded(table: object, path: str) -> LoadedFile:
    values = _with_content(read_table(table, path, LOADED), path)
    values["path"] = path_of(values["path"])
    return LoadedFile(**values)


def _with_content(values: dict[str, Any], path: str) -> dict[str, Any]:
    """Content that is known by its digest alone is called by that digest."""
    digest = values.pop("sha512", None)
    if (digest is None) is ("content" not in values):
        problem = "says neither `content` nor `sha512`" if digest is None else "says both"
        raise ScenarioFault(path, problem, allowed="`content` or `sha512`")
    if digest is not None:
        values["content"] = f"{BY_DIGEST}{digest}"
    return values


def _check_word(text: str, path: str) -> None:
    if not text.isascii() or not text.isalnum():
        raise ScenarioFault(path, "is no serial number", value=text, allowed="letters and digits")


def _read_file(table: object, path: str) -> ScenarioFile:
    values = _with_content(read_table(table, path, FILE), path)
    if any(character.isspace() for character in values["path"]):
        allowed = "a path without blanks, such as disk0:/asdm-7161.bin"
        raise ScenarioFault(f"{path}.path", "holds a blank", value=values["path"], allowed=allowed)
    values["path"] = path_of(values["path"])
    return ScenarioFile(**values)


def _read_certificates(found: object) -> tuple[HeldCertificate, ...]:
    path = "emulated.certificate"
    return tuple(
        HeldCertificate(**read_table(table, f"{path}[{index}]", CERTIFICATE))
        for index, table in enumerate(read_tables(found, path))
    )


def _read_handshakes(found: object) -> tuple[BadHandshake, ...]:
    """Whose handshakes fail; a release or a platform that is none is refused."""
    handshakes = []
    for index, table in enumerate(read_tables(found, "emulated.handshake")):
        path = f"emulated.handshake[{index}]"
        bad = BadHandshake(**read_table(table, path, HANDSHAKE))
        odd = next((name for name in bad.platforms if name not in PLATFORMS), None)
        if odd is not None:
            allowed = ", ".join(PLATFORMS)
            raise ScenarioFault(f"{path}.platforms", "is no platform", value=odd, allowed=allowed)
        _check_release(bad.since, f"{path}.since")
        handshakes.append(bad)
    return tuple(handshakes)


def _read_dropped(found: object) -> tuple[Dropped, ...]:
    """Which lines go with which release."""
    dropped = []
    for index, table in enumerate(read_tables(found, "emulated.dropped")):
        path = f"emulated.dropped[{index}]"
        one = Dropped(**read_table(table, path, DROPPED))
        _check_release(one.since, f"{path}.since")
        dropped.append(one)
    return tuple(dropped)


def _check_release(text: str, path: str) -> None:
    """Refuse what is no release; empty: none is said."""
    if text and train_of(text) is None:
        allowed = "a release, such as 9.16(4)"
        raise ScenarioFault(path, "is no release", value=text, allowed=allowed)


def _read_repository(found: object, base: str | PathLike[str]) -> tuple[Supply, ...]:
    """What stands at URLs; each says what it is, in one of two ways."""
    supplies = []
    for index, table in enumerate(read_tables(found, "emulated.repository")):
        path = f"emulated.repository[{index}]"
        supply = Supply(**read_table(table, path, REPOSITORY))
        place = place_of(supply.url)
        if place is None or not place.host or not (place.path or supply.file):
            allowed = f"a whole URL of a file: {', '.join(SCHEMES)}"
            raise ScenarioFault(f"{path}.url", "is no such URL", value=supply.url, allowed=allowed)
        if supply.file is None and not supply.bytes:
            raise ScenarioFault(path, "says neither `file` nor `bytes`", allowed="one of the two")
        if supply.file is not None and (supply.bytes or supply.content):
            problem = "says `file` and also `bytes` or `content`"
            raise ScenarioFault(path, problem, allowed="`file`, or the others")
        content = supply.content or ("" if supply.file is not None else supply.url)
        file = None if supply.file is None else str(PurePath(base) / supply.file)
        supplies.append(replace(supply, file=file, content=content))
    return tuple(supplies)


# ── timings and rules ──────────────────────────────────────────────────────────────────


def _read_rules(table: Mapping[str, object], hardware: Hardware) -> tuple[Timings, IncidentRules]:
    times = read_table(table.get("timings", {}), "emulated.timings", TIMINGS)
    rules = read_table(table.get("incident", {}), "emulated.incident", INCIDENT)
    delays = rules.pop("resume_delay", None)
    if delays is not None:
        fast, slow = cast("tuple[tuple[int, int], tuple[int, int] | None]", delays)
        _set_once(times, "notice_fast_ms", fast)
        if slow is not None:
            _set_once(times, "notice_slow_ms", slow)
    times.setdefault("boot_ms", hardware.boot_ms)
    return Timings(**times), IncidentRules(**rules)


def _set_once(times: dict[str, Any], field: str, span: tuple[int, int]) -> None:
    if field in times:
        name = field.removesuffix("_ms")
        problem = f"`emulated.timings.{name}` says the same thing"
        raise ScenarioFault("emulated.incident.resume_delay", problem, allowed="one of the two")
    times[field] = span


# ── configurations against units ───────────────────────────────────────────────────────


def _settings_of(scenario: Scenario, paths: tuple[str, str]) -> tuple[Settings, Settings]:
    """The settings of Primary and Secondary, each with its own role."""
    primary, secondary = scenario.units
    return (
        _own_settings(scenario, primary, paths[0]),
        _own_settings(scenario, secondary, paths[1]),
    )


def _own_settings(scenario: Scenario, unit: ScenarioUnit, path: str) -> Settings:
    if unit.config is None:
        return read_settings(for_unit(scenario.config, unit.role))
    settings = read_settings(unit.config)
    said = settings.failover.unit
    if said not in {None, unit.role}:
        problem = f"the configuration of the {unit.role} says `failover lan unit {said}`"
        allowed = f"`failover lan unit {unit.role}`"
        raise ScenarioFault(f"{path}.config", problem, allowed=allowed)
    return settings
