"""What a staging brought, as text."""

from upgrader.model.report import Report
from upgrader.model.staging import Did, FileLine
from upgrader.views.text.page import Page


def write_files(page: Page, report: Report) -> None:
    """What lies where now, and why it was brought or left; what is alike on both is told once."""
    if not report.files:
        return
    roles = {unit.serial: f"{unit.role.value} {unit.serial}" for unit in report.units}
    page.heading("Files")
    alike: dict[tuple[str, Did, int | None, str | None], list[FileLine]] = {}
    for line in report.files:
        alike.setdefault((line.path.lower(), line.did, line.bytes, line.sha512), []).append(line)
    for lines in alike.values():
        where = [roles.get(line.unit, line.unit) for line in lines]
        page.line(_told(lines[0], " and ".join(where)), indent=2)
        if lines[0].did is not Did.ALREADY:
            for line in lines:
                page.line(line.why, indent=4, style="dim")


def _told(line: FileLine, where: str) -> str:
    size = "" if line.bytes is None else f", {line.bytes:,} bytes"
    digest = "" if line.sha512 is None else f", SHA-512 {line.sha512[:12]}…"
    return f"{line.did.value}: {line.path} on {where}{size}{digest}"
