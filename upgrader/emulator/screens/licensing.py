"""`show license …`: smart licences of a virtual unit or a Firepower.

Layout: real ASAv of 9.9 and 9.18 (ntc-templates' captures). The accounts are invented.
"""

from upgrader.emulator.machine.hardware import hardware_of
from upgrader.emulator.machine.releases import release_of
from upgrader.emulator.tables import Pair
from upgrader.emulator.wall import date_of

_DAY_MS = 86_400_000
_UNREGISTERED = """
Smart Licensing Status
======================

Smart Licensing is ENABLED

Registration:
  Status: UNREGISTERED
  Export-Controlled Functionality: Not Allowed

License Authorization:
"""
_AUTHORIZATIONS = {
    "unregistered": "  Status: No Licenses in Use\n",
    "evaluation": "  Status: EVAL MODE\n"
    "  Evaluation Period Remaining: 89 days, 1 hours, 33 minutes, 51 seconds\n",
}
_RENEWS_DAYS, _EXPIRES_DAYS = 180, 365


def has_smart_licences(pair: Pair) -> bool:
    """Whether `show license` exists on this model."""
    return hardware_of(pair.scenario.model).is_smart


def show_license_all(pair: Pair, u: int) -> str:
    """Registration, authorization, usage, product, agent."""
    return (
        _status(pair, u)
        + _usage(pair, u)
        + "Product Information\n===================\n"
        + f"UDI: PID:{pair.scenario.model},SN:{pair.units[u].serial}\n\n"
        + "Agent Version\n=============\n"
        + f"Smart Agent for Licensing: {_agent(pair, u)}\n"
    )


def show_license_summary(pair: Pair, u: int) -> str:
    """Registration and usage. Layout as of `all`, shortened; inferred."""
    return _status(pair, u) + _usage(pair, u)


def _status(pair: Pair, u: int) -> str:
    """The unit registered when it was last taken into service, and renews each half year."""
    unit, state = pair.units[u], pair.scenario.units[u].health.smart_licence
    if state in _AUTHORIZATIONS:
        return f"{_UNREGISTERED}{_AUTHORIZATIONS[state]}\n"
    granted = "OUT OF COMPLIANCE" if state == "out-of-compliance" else "AUTHORIZED"
    since = -round(pair.scenario.units[u].up_days * _DAY_MS)
    renewed = since + (pair.now - since) // (_RENEWS_DAYS * _DAY_MS) * _RENEWS_DAYS * _DAY_MS
    asked = pair.now - (pair.now - unit.booted_ms) % (_DAY_MS * 30)
    lines = [
        "",
        "Smart Licensing Status",
        "======================",
        "",
        "Smart Licensing is ENABLED",
        "",
        "Registration:",
        "  Status: REGISTERED",
        "  Smart Account: EXAMPLE",
        "  Virtual Account: DEFAULT",
        "  Export-Controlled Functionality: Allowed",
        f"  Initial Registration: SUCCEEDED on {_when(pair, since)}",
        "  Last Renewal Attempt: None",
        f"  Next Renewal Attempt: {_when(pair, renewed + _RENEWS_DAYS * _DAY_MS)}",
        f"  Registration Expires: {_when(pair, renewed + _EXPIRES_DAYS * _DAY_MS)}",
        "",
        "License Authorization:",
        f"  Status: {granted} on {_when(pair, asked)}",
        f"  Last Communication Attempt: SUCCEEDED on {_when(pair, asked)}",
        f"  Next Communication Attempt: {_when(pair, asked + 30 * _DAY_MS)}",
        f"  Communication Deadline: {_when(pair, asked + 90 * _DAY_MS)}",
        "",
    ]
    return "".join(f"{line}\n" for line in lines)


def _usage(pair: Pair, u: int) -> str:
    del u
    speed = "10G" if hardware_of(pair.scenario.model).sessions > 1_000 else "1G"
    name, tag = f"ASAv Standard - {speed}", f"ASAv-STD-{speed}"
    model = pair.scenario.model
    if model.startswith("FPR-"):
        # From memory; no screen of a Firepower is at hand.
        series = "1000" if model.startswith("FPR-1") else f"{model.removeprefix('FPR-')[:2]}00"
        name, tag = f"Firepower {series} ASA Standard", f"FIREPOWER_{series}_ASA_STANDARD"
    return (
        "License Usage\n==============\n\n"
        f"{name} ({tag}):\n  Description: {name}\n  Count: 1\n"
        "  Version: 1.0\n  Status: AUTHORIZED\n\n"
    )


def _agent(pair: Pair, u: int) -> str:
    return "4.3.6_rel/38" if release_of(pair.units[u].version) >= (9, 14) else "1.6.14_rel/129"


def _when(pair: Pair, at: int) -> str:
    """`Jan 05 2023 12:19:01 UTC`."""
    day, second = divmod(pair.scenario.starts_at + at // 1_000, 86_400)
    _, month, date, year = date_of(day)
    minute, second = divmod(second, 60)
    hour, minute = divmod(minute, 60)
    return f"{month} {date:02d} {year} {hour:02d}:{minute:02d}:{second:02d} UTC"
