"""An emulated world for a person: what is really so, on one screen; and what may happen to it."""

import os
from collections.abc import Mapping, Sequence
from typing import Any, TextIO

from upgrader.model.words import many
from upgrader.views.text.page import Page, cell, columns
from upgrader.views.wording import span

Told = Mapping[str, Any]
"""What the world told of itself, as JSON would have it."""

SUMMED_UP = ("time", "units", "flash", "sessions", "pools", "clients", "links", "conversations")
"""The parts of the truth that the summary is made of."""


def write_world(
    name: str, truth: Told, stream: TextIO, environment: Mapping[str, str] = os.environ
) -> None:
    """The world on one screen."""
    page = Page(stream, environment)
    page.line(f"{name}: {truth['time']['device']}", style="bold")
    page.values([*_time(truth["time"]), *_links(truth["links"]), *_people(truth)])
    page.gap()
    units = columns("unit", "state", "runs", ">sessions", ">tunnels", ">orphans", ">flash free")
    for unit, is_so in truth["units"].items():
        rows = truth["sessions"][unit]
        units.add_row(
            cell(unit),
            cell(is_so["state"] if is_so["answers"] else f"power: {is_so['power']}"),
            cell(is_so["version"] or "-"),
            cell(f"{len(rows):,}"),
            cell(f"{sum(row['tunnel_up'] for row in rows):,}"),
            cell(f"{sum(row['orphan'] for row in rows):,}"),
            cell(f"{truth['flash'][unit]['free'] // 1_000_000:,} MB"),
        )
    page.table(units)
    pools = columns("unit", "pool", ">free", ">held", ">in use", ">nobody's")
    for unit, of_unit in truth["pools"].items():
        for pool, use in of_unit.items():
            numbers = (use["free"], use["held"], use["in_use"], use["nobody's"])
            pools.add_row(cell(unit), cell(pool), *(f"{number:,}" for number in numbers))
    if pools.row_count:
        page.heading("Address pools")
        page.table(pools)
    page.gap()
    page.line("`upgrader world PAIR events` lists what may be let happen;")
    page.line("`upgrader world PAIR --truth all` tells everything, as JSON.")


def write_told(name: str, event: str, told: Told, stream: TextIO) -> None:
    """What an event said of what it did."""
    page = Page(stream)
    page.line(f"{name}: {event}")
    page.values([(key, _shown(value)) for key, value in told.items() if key != "ok"])


def write_events(listed: Sequence[Told], parts: Told, stream: TextIO) -> None:
    """What may be let happen, with arguments."""
    page = Page(stream)
    for one in listed:
        page.line(f"{one['do']}: {one['meaning']}")
        page.values([(a["name"], _argument(a)) for a in one["arguments"]])
    page.heading("Parts of the truth")
    page.values(list(parts.items()))


def _argument(argument: Told) -> str:
    default = f" (without it: {argument['default']})" if "default" in argument else ""
    optional = "" if argument.get("required", True) or default else " (may be left out)"
    return f"{argument['allowed']}{default}{optional}: {argument['meaning']}"


def _time(time: Told) -> list[tuple[str, str]]:
    since = span(time["now_ms"] // 1_000)
    next_ms = time["next_timer_ms"]
    soon = "nothing" if next_ms is None else f"in {span((next_ms - time['now_ms']) // 1_000)}"
    return [("since the start", since), ("next by itself", soon)]


def _links(links: Told) -> list[tuple[str, str]]:
    cables = [
        f"{name} link {'whole' if links[key] else 'cut'}"
        for name, key in (("failover", "failover_whole"), ("state", "state_whole"))
    ]
    hear = "hear" if links["units_hear_each_other"] else "do not hear"
    return [("cables", f"{', '.join(cables)}; the units {hear} each other")]


def _people(truth: Told) -> list[tuple[str, str]]:
    doing: dict[str, int] = {}
    for client in truth["clients"]:
        doing[client["is"]] = doing.get(client["is"], 0) + 1
    people = ", ".join(f"{count:,} {what}" for what, count in sorted(doing.items()))
    return [
        ("people", people or "none"),
        ("consoles", many(len(truth["conversations"]), "open console")),
    ]


def _shown(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
