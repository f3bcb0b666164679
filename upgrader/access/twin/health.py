"""What a unit's screens tell of it beside failover, as tables of a twin's pair file."""

from collections.abc import Iterable, Iterator
from datetime import UTC

from upgrader.dialect import commands
from upgrader.dialect.toml import Table
from upgrader.model.portrait import NoteKind, TwinNote
from upgrader.model.unit import Unit
from upgrader.model.wide import Certificate, SmartLicence, WideLook

_TOLD_BY = (
    *(commands.SHOW_STARTUP_ERRORS, commands.SHOW_MEMORY, commands.SHOW_CPU, commands.SHOW_NTP),
    *(commands.SHOW_SMART_LICENCES, commands.SHOW_CERTIFICATES, commands.SHOW_MASTER_KEY),
    *(commands.SHOW_HOSTSCAN, commands.SHOW_CSD_HOSTSCAN, commands.SHOW_CSD),
)
_OF_ITSELF = "anyconnect image "
"""How an error begins that the twin's own boot makes again."""


def health_table(unit: Unit, clock_off_seconds: int) -> "Table | None":
    """`[emulated.unit.health]`; None: nothing of it was seen, and the clock is the pair's."""
    wide = None if unit.full is None else unit.full.wide
    table: dict[str, str | int | bool | tuple[str, ...] | None] = {
        "clock_off": clock_off_seconds or None
    }
    if wide is not None:
        table |= _seen(wide)
    return table if any(value is not None for value in table.values()) else None


def _seen(wide: WideLook) -> dict[str, str | int | bool | tuple[str, ...] | None]:
    memory, cpu, ntp, key = wide.memory, wide.cpu, wide.ntp, wide.master_key
    errors = tuple(e for e in wide.startup_errors or () if not e.startswith(_OF_ITSELF))
    own = tuple(f"{f.name}: {f.value}" for f in wide.licences if f.table == "platform")
    return {
        "ntp": False if ntp is not None and not ntp.synchronized else None,
        "memory_used": None if memory is None else round(100 * memory.used / memory.total),
        "cpu": None if cpu is None else min(100, cpu.five_minutes),
        "startup_errors": errors or None,
        "hostscan": None if wide.hostscan is None else wide.hostscan.version,
        "master_key": None if key is None else key.fingerprint,
        "smart_licence": None if wide.smart is None else _smart(wide.smart),
        "licences": own or None,
    }


def health_notes(unit: Unit, table: "Table | None") -> Iterator[TwinNote]:
    """What was taken over of it, and what was not seen."""
    what = f"health of {unit.name}"
    if table is not None:
        told = ", ".join(name for name, value in table.items() if value is not None)
        yield TwinNote(NoteKind.TAKEN, what, told.replace("_", " "))
    unseen = [f"`{unread.line}`" for unread in unit.unread if unread.line in _TOLD_BY]
    if unseen:
        told = f"not seen, and taken for well: {', '.join(unseen)}"
        yield TwinNote(NoteKind.ASSUMED, what, told)


def _smart(licence: SmartLicence) -> str:
    told = (licence.registration.upper(), licence.authorization.upper())
    if told[1].startswith("OUT OF COMPLIANCE"):
        return "out-of-compliance"
    if told[0].startswith("REGISTERED"):
        return "registered"
    return "evaluation" if told[1].startswith("EVAL") else "unregistered"


def certificate_tables(units: Iterable[Unit]) -> list[Table] | None:
    """`[[emulated.certificate]]`: each once, with who holds it; those without end are left out."""
    held: dict[Certificate, list[str]] = {}
    for unit in units:
        wide = None if unit.full is None else unit.full.wide
        for one in () if wide is None else wide.certificates or ():
            held.setdefault(one, []).append(unit.role.value.lower())
    return [
        {
            "trustpoint": " ".join(one.trustpoints) or "unknown",
            "serial": one.serial,
            "subject": one.subject,
            "ends": one.ends.replace(tzinfo=UTC),
            "kind": "ca" if one.kind.startswith("CA") else "identity",
            "on": roles[0] if len(roles) == 1 else "both",
        }
        for one, roles in held.items()
        if one.ends is not None
    ] or None
