"""A twin: what was taken over from the pair, what was assumed, and what it is without."""

from shlex import quote
from typing import TextIO

from upgrader.model.portrait import NoteKind, TwinNote, TwinReport
from upgrader.model.words import many
from upgrader.views.json_values import SCHEMA, Json
from upgrader.views.text.page import Page

_STYLES = {
    NoteKind.TAKEN: "green",
    NoteKind.ASSUMED: "yellow",
    NoteKind.LEFT: "yellow",
    NoteKind.MISSING: "red",
}


def write_twin(report: TwinReport, stream: TextIO) -> None:
    """For a person: each part with what became of it, then what to type to complete it."""
    page = Page(stream)
    page.line(f"{report.pair}: twin of {report.origin} in {report.folder}", style="bold green")
    for unit in report.units:
        page.line(unit, indent=2)
    for kind in NoteKind:
        notes = [note for note in report.notes if note.kind is kind]
        if notes:
            page.heading(kind.value.capitalize())
            for note in notes:
                page.line(note.what, indent=2, style=_STYLES[kind])
                page.line(note.told, indent=4)
    if report.not_modelled:
        page.gap()
        page.line(
            f"{many(len(report.not_modelled), 'line')} of the configuration are kept and shown "
            "again, but not modelled; `--json` lists them"
        )
    lines = _lines_to_type(report.notes)
    if lines:
        page.heading("To complete it, save or allow")
        page.typed(lines, indent=2)
    page.heading("Next")
    page.typed([_rehearsal(report)], indent=2)


def _rehearsal(report: TwinReport) -> str:
    """What a twin is made for."""
    release = "" if report.has_target else " --to VERSION"
    return f"upgrader rehearse {quote(f'{report.folder}/pair.toml')}{release}"


def twin_object(report: TwinReport) -> dict[str, Json]:
    """As plain JSON values."""
    return {
        "schema": SCHEMA,
        "command": "twin",
        "outcome": "written",
        "exit_code": 0,
        "pair": report.pair,
        "origin": report.origin,
        "folder": report.folder,
        "files": list(report.files),
        "units": list(report.units),
        "notes": [_note(note) for note in report.notes],
        "not_modelled": list(report.not_modelled),
        "wall_seconds": report.wall_seconds,
        "next": {
            "commands": [_rehearsal(report)],
            "lines": list(_lines_to_type(report.notes)),
        },
    }


def _note(note: TwinNote) -> Json:
    return {"kind": note.kind.value, "what": note.what, "told": note.told, "line": note.line}


def _lines_to_type(notes: tuple[TwinNote, ...]) -> list[str]:
    return [f"{note.line}    ({note.what.rpartition(' of ')[2]})" for note in notes if note.line]
