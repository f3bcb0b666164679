"""`approve`: a person signs a plan file."""

import sys
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from upgrader.cli.commands.options import AsJson

if TYPE_CHECKING:
    from upgrader.model.plan import Plan

# Adapters, views and whatever they bring are imported inside the commands: `--help` needs none.
# ruff: noqa: PLC0415


def approve(
    plan_file: Annotated[
        Path | None, typer.Argument(metavar="PLAN", help="A plan file (JSON).")
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option(
            "--key",
            metavar="FILE",
            help="Your private key: Ed25519, as ssh-keygen writes it, or PEM (PKCS8).",
        ),
    ] = None,
    comment: Annotated[
        str, typer.Option("--comment", metavar="TEXT", help="What you say to it; it is signed too.")
    ] = "",
    passphrase: Annotated[
        str | None,
        typer.Option(
            "--passphrase",
            metavar="SOURCE",
            help="Where the key's passphrase comes from: env:NAME or prompt. "
            "[default: prompt, where the key has one]",
            show_default=False,
        ),
    ] = None,
    new_key: Annotated[
        Path | None,
        typer.Option(
            "--new-key",
            metavar="FILE",
            help="In place of PLAN: make a key, and print the line for [approvals].",
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for the pair's name.")] = False,
    as_json: AsJson = False,
) -> int:
    """Sign a plan: the pair, the release, the hours, the waivers and what was foretold.

    Any change of the plan afterwards, by whomever, makes the approval void.
    """
    from upgrader.ports import UsageFault

    source = _source_of(passphrase)
    match plan_file, key, new_key:
        case Path(), Path(), None:
            return _sign(plan_file, key, comment, source, yes=yes, as_json=as_json)
        case None, None, Path():
            return _make(new_key, source, as_json=as_json)
        case Path(), None, None:
            raise UsageFault(
                f"with which key? `upgrader approve {quote(str(plan_file))} --key FILE`; "
                "`upgrader approve --new-key FILE` makes one"
            )
        case _:
            raise UsageFault(
                "say PLAN and --key FILE to sign a plan, or --new-key FILE alone to make a key"
            )


def _sign(
    path: Path, key_file: Path, comment: str, source: str | None, *, yes: bool, as_json: bool
) -> int:
    from upgrader.cli.commands.asking import name_typed
    from upgrader.cli.deeds import approving
    from upgrader.cli.speaking import say
    from upgrader.journal.persons import open_person_key

    plan = approving.read_to_approve(path, comment)
    key = open_person_key(key_file, lambda: _said(source, f"passphrase of {key_file}"))
    refused = approving.not_to_be_signed(plan, path, key)
    if refused is not None:
        return say(refused, as_json=as_json)
    _show(plan)
    if not yes:
        name_typed(plan.pair, f"Type {plan.pair} to sign this plan: ", "signed")
    return say(approving.approve(plan, path, key, comment), as_json=as_json)


def _show(plan: "Plan") -> None:
    """What is signed, on standard error: whoever reads only the answer has seen it too."""
    from upgrader.journal.approvals import plan_hash
    from upgrader.views.text.artefact import write_to_sign
    from upgrader.views.text.page import Page

    write_to_sign(Page(sys.stderr), plan, plan_hash(plan))


def _make(path: Path, source: str | None, *, as_json: bool) -> int:
    from upgrader.cli.runs.requests import account_name
    from upgrader.cli.speaking import to_a_reader
    from upgrader.journal.persons import fingerprint, make_person_key
    from upgrader.views.json_values import SCHEMA, Json, dumps

    passphrase = None if source is None else _said(source, f"passphrase for {path}")
    key = make_person_key(path, passphrase)
    name = "".join(c for c in account_name() if c.isascii() and (c.isalnum() or c in "._-"))
    line = f"{key.public} {name or 'approver'}"
    shown = fingerprint(key.public)
    guarded = "opens with its passphrase" if passphrase else "has no passphrase"
    with to_a_reader():
        if as_json:
            made: dict[str, Json] = {
                "schema": SCHEMA,
                "command": "approve",
                "outcome": "key-made",
                "exit_code": 0,
                "verdict": f"{path} is a new key; it {guarded}",
                "key_file": str(path),
                "public_key": line,
                "fingerprint": shown,
            }
            sys.stdout.write(dumps(made))
        else:
            sys.stdout.write(f"{line}\n")
            sys.stderr.write(
                f"{path} is a new key ({shown}); it {guarded}. Whoever has the file can approve.\n"
                'The line above belongs under [approvals], as keys = { NAME = "ssh-ed25519 …" }, '
                "or into its keys_file.\n"
            )
    return 0


def _source_of(said: str | None) -> str | None:
    """`prompt`, or `env:NAME`; None: not said. A passphrase in clear is not taken.

    Raises:
        UsageFault: it is neither; it is not repeated, for it may be the passphrase.
    """
    from upgrader.cli.pairfile.source import read_source
    from upgrader.model.reach import FromEnvironment, FromPrompt
    from upgrader.ports import UsageFault

    if said is None:
        return None
    try:
        source = read_source(said, lambda: "")
    except ValueError:
        source = None
    match source:
        case FromEnvironment() | FromPrompt():
            return said
        case _:
            raise UsageFault(
                "--passphrase: is no source, and is not repeated here; allowed: env:NAME or prompt"
            )


def _said(source: str | None, what: str) -> str:
    """The passphrase; never echoed, never stored.

    Raises:
        UsageFault: the environment has none of that name, or nobody is there to be asked.
    """
    import os
    from getpass import getpass

    from upgrader.ports import UsageFault

    if source is not None and source.startswith("env:"):
        name = source.removeprefix("env:")
        value = os.environ.get(name)
        if not value:
            raise UsageFault(f"--passphrase {source}: there is no {name} in the environment")
        return value
    if not sys.stdin.isatty():
        raise UsageFault(
            f"nobody is there to type the {what}: no terminal. `--passphrase env:NAME` takes it "
            "from the environment"
        )
    return getpass(f"{what[0].upper()}{what[1:]}: ", stream=sys.stderr)
