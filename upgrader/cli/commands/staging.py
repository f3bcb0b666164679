"""`stage`: in the day, everything that the night needs is brought onto both flashes."""

import shlex
import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from upgrader.cli.commands.options import AsJson, Fresh, Pace, PairArgument, To, Yes

# Adapters, views and whatever they bring are imported inside the commands: `--help` needs none.
# ruff: noqa: PLC0415

Repository = Annotated[
    Path | None,
    typer.Option(
        "--repository",
        metavar="DIR",
        help="The folder with images, packages and profiles; else [stage] of the pair file says.",
    ),
]
ManifestOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--manifest",
        metavar="FILE",
        help="SHA-512 of the files: a list as sha512sum writes it, or the vendor's signed Bulk "
        "Hash file. May be given again. Without it, SHA512SUMS in the repository.",
    ),
]
Url = Annotated[
    str | None,
    typer.Option(
        "--url",
        metavar="URL",
        help="The units fetch the files from that folder of a server, in place of SCP. "
        "Never with a password in it: [stage] says where that comes from.",
    ),
]


def stage(
    pair: PairArgument,
    to: To = None,
    repository: Repository = None,
    manifest: ManifestOption = None,
    url: Url = None,
    fresh: Fresh = False,
    pace: Pace = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> int:
    """Bring images, packages and profiles onto both flashes, and prove them there."""
    from upgrader.cli.commands.asking import confirmed
    from upgrader.cli.commands.interrupt import stoppable
    from upgrader.cli.deeds import staging
    from upgrader.cli.deeds.looking import name_of, timed
    from upgrader.cli.deeds.wanted import target_of
    from upgrader.cli.pairfile.pair import read_pair
    from upgrader.cli.pairfile.stage import with_options
    from upgrader.cli.runs.conducting import made_anew
    from upgrader.cli.runs.home import home
    from upgrader.cli.speaking import say
    from upgrader.cli.worlds.entering import enter
    from upgrader.cli.worlds.wall import WALL
    from upgrader.views.staging import staging_progress_on

    begun = WALL.monotonic()
    wanted, place = read_pair(pair), home()
    target = target_of(wanted, to)
    sources = staging.sources_of(with_options(wanted.stage, repository, manifest or (), url))

    def consent(files: int) -> None:
        confirmed(
            wanted.name, yes=yes or not wanted.is_live, about=f"copy {files} files to its flashes"
        )

    world = enter(wanted, place.worlds, command="upgrader stage", fresh=fresh, pace=pace)
    if fresh:
        made_anew(place, wanted)
    with closing(world), staging_progress_on(sys.stderr) as watcher, stoppable() as should_stop:
        report = staging.stage(
            wanted,
            target,
            sources,
            name_of(wanted, world),
            world,
            place,
            watcher,
            should_stop,
            consent,
            _again(pair, to, repository, manifest or [], url),
        )
    return say(timed(report, begun), as_json=as_json)


def _again(
    pair: str, to: str | None, repository: Path | None, manifests: list[Path], url: str | None
) -> str:
    """The same command, without what must not be done twice."""
    words = ["upgrader", "stage", pair]
    words += [] if to is None else ["--to", to]
    words += [] if repository is None else ["--repository", str(repository)]
    for manifest in manifests:
        words += ["--manifest", str(manifest)]
    words += [] if url is None else ["--url", url]
    return shlex.join(words)
