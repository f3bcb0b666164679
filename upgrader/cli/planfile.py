"""Plan files: a plan as it was drawn, on disk; read, and given approvals."""

import stat
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from shlex import quote

from upgrader.journal.codec import Undecodable, decode, encode
from upgrader.journal.disk import DiskFault, read_given, write_atomically
from upgrader.model.approval import Approval
from upgrader.model.plan import Plan
from upgrader.ports import StalePlan, UsageFault


def decode_plan(path: Path) -> Plan:
    """A plan file alone.

    Raises:
        UsageFault: it cannot be read, or is no plan.
    """
    try:
        return decode(Plan, read_given(path))
    except OSError as fault:
        raise UsageFault(
            f"{path}: {fault.strerror}. "
            f"`upgrader plan PAIR --to VERSION -o {quote(str(path))}` writes one"
        ) from fault
    except Undecodable as fault:
        raise UsageFault(f"{path} is no plan file: {fault.problems[0]}") from fault


def add_approval(path: Path, read: Plan, approval: Approval) -> None:
    """Write the plan file anew with one approval more; no other value of it changes.

    `read`: the plan as it was shown to whoever approves. The file keeps its mode, so that who could
    read it still can; under a link, the file that it leads to is written.

    Raises:
        StalePlan: another plan lies there by now. It is left alone.
        UsageFault: it cannot be read or written.
    """
    if decode_plan(path) != read:
        raise StalePlan(
            f"{path} is no longer the plan that was shown: nothing was signed. Look at it again"
        )
    place = path.resolve()
    signed = replace(read, approvals=(*read.approvals, approval))
    try:
        mode = stat.S_IMODE(place.stat().st_mode)
        write_atomically(place, encode(signed) + b"\n")
    except (DiskFault, OSError) as fault:
        raise UsageFault(f"the approval cannot be written: {fault}") from fault
    with suppress(OSError):  # it stays 0600, and its new owner can open it to others
        place.chmod(mode)
