"""`world`: let something happen to an emulated pair, and read what is really so."""

import json
import sys
from contextlib import closing
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any

import typer

from upgrader.cli.commands.options import AsJson, Fresh, PairArgument

# Adapters, views and whatever they bring are imported inside the commands: `--help` needs none.
# ruff: noqa: PLC0415

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from upgrader.cli.pairfile.pair import PairFile

LINES = "-"
"""As an event: requests are lines of JSON on standard input."""

ALL = "all"


def world(
    pair: PairArgument,
    event: Annotated[
        str | None,
        typer.Argument(
            metavar="EVENT",
            help="What shall happen; `events` lists all. With -, lines of JSON on standard input. "
            "Without it, the world is summed up.",
        ),
    ] = None,
    arguments: Annotated[
        list[str] | None,
        typer.Argument(metavar="KEY=VALUE", help="The event's arguments."),
    ] = None,
    truth: Annotated[
        list[str] | None,
        typer.Option(
            "--truth",
            metavar="PART",
            help="Tell what is really so, as JSON: a part, or `all`. May be given again.",
        ),
    ] = None,
    fresh: Fresh = False,
    as_json: AsJson = False,
) -> int:
    """Let something happen to the emulated pair as it is stored, or look at it."""
    from upgrader.cli.pairfile.pair import read_pair
    from upgrader.ports import UsageFault

    wanted = read_pair(pair)
    request = _request(event, arguments or [])
    if event == "events":
        return _list(request, wanted, as_json=as_json)
    if event == LINES:
        return _lines(wanted, fresh=fresh)
    if event is not None and truth:
        raise UsageFault(f"--truth looks and {event} lets something happen: one of them at a time")
    if event == "truth" or truth:
        of = [part for part in truth or [] if part != ALL]
        return _look(wanted, request or {"do": "truth", "of": of}, fresh=fresh)
    if event is None:
        return _sum_up(wanted, fresh=fresh, as_json=as_json)
    return _happen(wanted, event, request, fresh=fresh, as_json=as_json)


def control_reference(generated: str) -> str:
    """The reference page of the control surface, as Markdown; `generated` says what made it."""
    from upgrader.emulator.surface.control_page import control_page

    return control_page(generated)


def _request(event: str | None, arguments: list[str]) -> dict[str, object]:
    """The request that was typed: `cut-link link=state`."""
    from upgrader.ports import UsageFault

    if event is None:
        return {}
    request: dict[str, object] = {"do": event}
    for typed in arguments:
        key, equals, value = typed.partition("=")
        if not equals or not key or key == "do":
            raise UsageFault(
                f"{typed!r} is no argument of {event}: it is KEY=VALUE, like unit=primary"
            )
        if key in request:
            raise UsageFault(f"{event}: {key} is given twice")
        request[key] = value
    return request


def _list(request: "Mapping[str, object]", pair: "PairFile", *, as_json: bool) -> int:
    from upgrader.cli.speaking import to_a_reader
    from upgrader.cli.worlds.emulated import controlled, look_at_emulated

    told = _well(controlled(look_at_emulated(pair, _worlds(), fresh=True)).answer(request), pair)
    with to_a_reader():
        if as_json:
            _write_json(told)
        else:
            from upgrader.views.text.world import write_events

            write_events(told["events"], told["truth"], sys.stdout)
    return 0


def _look(pair: "PairFile", request: "Mapping[str, object]", *, fresh: bool) -> int:
    from upgrader.cli.speaking import to_a_reader
    from upgrader.cli.worlds.emulated import controlled, look_at_emulated

    told = _well(controlled(look_at_emulated(pair, _worlds(), fresh=fresh)).answer(request), pair)
    with to_a_reader():
        _write_json(told)
    return 0


def _sum_up(pair: "PairFile", *, fresh: bool, as_json: bool) -> int:
    if as_json:
        return _look(pair, {"do": "truth"}, fresh=fresh)
    from upgrader.cli.speaking import to_a_reader
    from upgrader.cli.worlds.emulated import controlled, look_at_emulated
    from upgrader.views.text.world import SUMMED_UP, write_world

    request = {"do": "truth", "of": list(SUMMED_UP)}
    told = _well(controlled(look_at_emulated(pair, _worlds(), fresh=fresh)).answer(request), pair)
    with to_a_reader():
        write_world(pair.name, told["truth"], sys.stdout)
    return 0


def _happen(
    pair: "PairFile",
    event: str,
    request: "Mapping[str, object]",
    *,
    fresh: bool,
    as_json: bool,
) -> int:
    from upgrader.cli.speaking import to_a_reader
    from upgrader.cli.worlds.emulated import controlled, enter_emulated

    entered = enter_emulated(pair, _worlds(), command="upgrader world", fresh=fresh)
    if fresh:
        _end_runs_of(pair)
    with closing(entered):
        told = _well(controlled(entered).answer(request), pair)
    with to_a_reader():
        if as_json:
            _write_json(told)
        else:
            from upgrader.views.text.world import write_told

            write_told(pair.name, event, told, sys.stdout)
    return 0


def _end_runs_of(pair: "PairFile") -> None:
    """Of a pair that was started anew."""
    from upgrader.cli.runs.conducting import made_anew
    from upgrader.cli.runs.home import home

    made_anew(home(), pair)


def _lines(pair: "PairFile", *, fresh: bool) -> int:
    """Answer each line of standard input by a line; the code is 2 where one was refused."""
    from upgrader.cli.worlds.emulated import controlled, enter_emulated
    from upgrader.model.outcome import ExitCode

    code = ExitCode.DONE
    entered = enter_emulated(pair, _worlds(), command="upgrader world", fresh=fresh)
    if fresh:
        _end_runs_of(pair)
    with closing(entered):
        control = controlled(entered)
        for line in sys.stdin:
            if not line.strip():
                continue
            told = control.answer_text(line)
            if told["ok"] is not True:
                code = ExitCode.USAGE
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stdout.flush()
    return int(code)


def _well(told: "Mapping[str, Any]", pair: "PairFile") -> "Mapping[str, Any]":
    """What was told.

    Raises:
        UsageFault: the request was refused.
    """
    from upgrader.ports import UsageFault

    error = told.get("error")
    if isinstance(error, dict):
        raise UsageFault(
            f"{error['where']}: {error['what']}; expected: {error['expected']}. "
            f"`upgrader world {quote(pair.path)} events` lists what may be let happen"
        )
    return told


def _write_json(told: "Mapping[str, Any]") -> None:
    """One object, as every command writes it."""
    from upgrader.views.json_values import SCHEMA, dumps

    head: dict[str, Any] = {"schema": SCHEMA, "command": "world", "exit_code": 0}
    rest = {key: value for key, value in told.items() if key != "ok"}
    sys.stdout.write(dumps({**head, **rest}))


def _worlds() -> "Path":
    from upgrader.cli.runs.home import home

    return home().worlds
