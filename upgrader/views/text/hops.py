"""The hops of a journey: what each wants and changes, or what became of it."""

from collections.abc import Sequence

from upgrader.model.report import HopCaution, HopFile, HopLine, Report
from upgrader.model.words import many
from upgrader.views.text.page import Page
from upgrader.views.wording import counts_line, span

LINES_SHOWN = 6
"""Lines of the configuration below a caution; `--json` has them all."""


def write_hops(page: Page, report: Report) -> None:
    """All hops, in order; nothing where the report is of none."""
    if not report.hops:
        return
    page.heading(f"Hops: {len(report.hops)}")
    for hop in report.hops:
        page.line(f"{hop.number}. {hop.start} to {hop.end}", indent=2, style="bold")
        page.values(_rows(hop, report), indent=5)
        _write_cautions(page, hop.cautions)


def _rows(hop: HopLine, report: Report) -> list[tuple[str, str]]:
    rows = [("why", hop.why)] if hop.why else []
    if hop.image is not None:
        rows.append(("image", _file(hop.image)))
    if hop.asdm is not None:
        rows.append(("ASDM", _file(hop.asdm)))
    if hop.outcome is not None:
        rows.append(("outcome", hop.outcome.value))
    elif report.command != "path":
        rows.append(("outcome", "not begun"))
    if hop.run is not None:
        rows.append(("run", hop.run))
    if hop.sessions is not None:
        rows.append(("sessions", counts_line(hop.sessions)))
    if hop.device_seconds is not None:
        rows.append(("device time", span(hop.device_seconds)))
        rows.append(("outage", span(hop.outage_seconds)))
    return rows


def _file(file: HopFile) -> str:
    if not file.seen:
        return f"wanted: {file.wanted}"
    if file.missing_on:
        where = " and ".join(file.missing_on)
        have = "" if file.path is None else f" ({file.path} on the other)"
        return f"wanted on {where}: {file.wanted}{have}"
    if file.path is None:
        return f"several files may be {file.wanted}: name one under [target]"
    return f"{file.path}, on both flashes"


def _write_cautions(page: Page, cautions: Sequence[HopCaution]) -> None:
    for caution in cautions:
        page.line(f"{caution.severity.upper()}  {caution.says}", indent=5)
        if caution.lines is None:
            page.line("which lines use it is not known: no configuration was seen", indent=7)
        else:
            page.typed(caution.lines[:LINES_SHOWN], indent=7)
            if len(caution.lines) > LINES_SHOWN:
                page.line(f"… and {len(caution.lines) - LINES_SHOWN} more", indent=7)
        if caution.sessions:
            page.line(f"{many(caution.sessions, 'person', 'people')} connected so now", indent=7)
        page.line(caution.remedy, indent=7)
