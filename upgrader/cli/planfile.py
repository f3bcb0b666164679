"""Plan files: a plan as it was drawn, on disk."""

from pathlib import Path

from upgrader.journal.codec import Undecodable, decode
from upgrader.model.plan import Plan
from upgrader.ports import UsageFault


def decode_plan(path: Path) -> Plan:
    """A plan file alone.

    Raises:
        UsageFault: it cannot be read, or is no plan.
    """
    try:
        return decode(Plan, path.read_bytes())
    except OSError as fault:
        raise UsageFault(
            f"{path}: {fault.strerror}. `upgrader plan PAIR --to VERSION -o {path}` writes one"
        ) from fault
    except Undecodable as fault:
        raise UsageFault(f"{path} is no plan file: {fault.problems[0]}") from fault
