"""The hops of a journey as plain JSON values."""

from upgrader.model.report import HopCaution, HopFile, HopLine
from upgrader.views.json_values import Json, counts_object


def hop_object(hop: HopLine) -> Json:
    """One hop: what it wants and changes, and what became of it."""
    return {
        "number": hop.number,
        "from": hop.start,
        "to": hop.end,
        "why": hop.why,
        "image": None if hop.image is None else _file(hop.image),
        "asdm": None if hop.asdm is None else _file(hop.asdm),
        "cautions": [_caution(caution) for caution in hop.cautions],
        "run": hop.run,
        "outcome": None if hop.outcome is None else hop.outcome.value,
        "exit_code": None if hop.exit_code is None else int(hop.exit_code),
        "sessions": None if hop.sessions is None else counts_object(hop.sessions),
        "outage_seconds": hop.outage_seconds,
        "device_seconds": hop.device_seconds,
    }


def _file(file: HopFile) -> Json:
    return {
        "wanted": file.wanted,
        "path": file.path,
        "missing_on": list(file.missing_on),
        "seen": file.seen,
    }


def _caution(caution: HopCaution) -> Json:
    return {
        "name": caution.name,
        "severity": caution.severity,
        "says": caution.says,
        "remedy": caution.remedy,
        "source": caution.source,
        "lines": None if caution.lines is None else list(caution.lines),
        "sessions": caution.sessions,
    }
