"""What `replay` does with records of a night: tell it, judge it, run it again, write it down."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from shlex import quote

from upgrader.cli.deeds import nights
from upgrader.cli.pairfile.examples import EXAMPLE, incident_folder, list_incidents
from upgrader.cli.runs.home import LATEST, Home
from upgrader.cli.worlds.testbeds import collected_records, rebuilt_testbed, records_of
from upgrader.cli.worlds.wall import WALL
from upgrader.conduct.reenact import Reenacted, reenact
from upgrader.journal.disk import DiskFault, write_pieces
from upgrader.judgement.postmortem.causes.judge import judge
from upgrader.judgement.postmortem.disguise.anonymise import disguise_of
from upgrader.judgement.postmortem.lessons.impact import impact
from upgrader.judgement.postmortem.lessons.left import left_over
from upgrader.judgement.postmortem.lessons.procedure import breaches
from upgrader.judgement.postmortem.lessons.summing import summary, to_change, verdict, went_well
from upgrader.judgement.postmortem.telling.night import tell
from upgrader.model.cause import Cause, CauseName
from upgrader.model.outcome import ExitCode, Next, Outcome
from upgrader.model.postmortem import Postmortem
from upgrader.ports import UsageFault
from upgrader.views.postmortem.sourcing import SURE

PAGE = "postmortem.html"
TICKET = "postmortem.md"
OBJECT = "postmortem.json"
SCENARIO = "scenario"
"""What `-o` writes: three files, and the folder of the scenario."""

AS_FILES = "-o postmortem/"
"""How it is asked for."""

CURES: Mapping[CauseName, str] = {
    CauseName.ANYCONNECT_DIFFERS: "anyconnect=matched",
    CauseName.NO_FAILOVER_KEY: "failover-key=set",
    CauseName.PACKAGE_MISSING: "package=staged",
    CauseName.STATE_LINK_DOWN: "state-link=up",
    CauseName.POOL_FULL: "pool=1000",
    CauseName.CRASH: "crash=none",
    CauseName.SPLIT_BRAIN: "failover-link=up",
    CauseName.PREMATURE_SWITCHOVER: "order=wait",
    CauseName.NETWORK: "network=well",
    CauseName.LOGGED_OFF: "logoff=none",
    CauseName.AAA_DOWN: "aaa=up",
    CauseName.NO_HTTP_REPLICATION: "http-replication=on",
    CauseName.BOOTED_OLD_IMAGE: "image=staged",
    CauseName.CERTIFICATE_DIFFERS: "certificate=same",
}
"""By cause the change of `--what-if` that takes it away."""

_PIECES_AT_ONCE = 2_000

RECORDS = ("collector.log", "console.txt")
"""What a built-in night has left behind."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person wants to know of a night."""

    sources: tuple[str, ...]
    hosts: tuple[str, ...] = ()
    since: int | None = None
    """Milliseconds since 1970, the digits taken as the log prints them."""
    until: int | None = None
    what_ifs: tuple[str, ...] = ()
    anonymise: bool = False
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """A postmortem, and the files of its scenario; none where the night could not be rebuilt."""

    postmortem: Postmortem
    scenario: Mapping[str, str] = field(default_factory=dict)


def instant(option: str, said: str | None) -> int | None:
    """An option's instant, in milliseconds since 1970, its digits taken as printed.

    Raises:
        UsageFault: it is none.
    """
    if said is None:
        return None
    try:
        meant = datetime.fromisoformat(said.strip())
    except ValueError:
        raise UsageFault(
            f"{option} {said!r}: is no date and time; type it as the log has it, like "
            f"{option} '2026-03-14 22:00'"
        ) from None
    if meant.tzinfo is None:
        meant = meant.replace(tzinfo=UTC)
    return int(meant.timestamp() * 1_000)


def run_alone(asked: Asked, place: Home) -> Path | None:
    """The run that is the only source, where nothing is asked that only a postmortem tells.

    None: the sources are records, or more is asked.
    """
    beyond = (asked.hosts, asked.what_ifs, asked.anonymise, asked.since, asked.until)
    if len(asked.sources) != 1 or any(one not in {(), False, None} for one in beyond):
        return None
    return _run(asked.sources[0], place)


def hold(asked: Asked, place: Home) -> Held:
    """Hold the postmortem.

    Raises:
        UsageFault: a source cannot be used, or a change of `--what-if` is not known.
    """
    begun = WALL.monotonic()
    sources = tuple(path for name in asked.sources for path in _paths(name))
    evidence = records_of(
        sources, asked.hosts, asked.since, asked.until, lambda name: _run(name, place)
    )
    night = tell(evidence)
    del evidence  # A long log's records take as much room as the night.
    causes = judge(night)
    again = reenact(night, causes, rebuilt_testbed, collected_records, asked.what_ifs)
    broken = breaches(night)
    harm = impact(night, causes)
    told = Postmortem(
        outcome=Outcome.REPLAYED,
        exit_code=ExitCode.DONE,
        verdict=verdict(night, causes, harm),
        summary=summary(night, causes, harm),
        night=night,
        impact=harm,
        causes=causes,
        breaches=broken,
        left_over=left_over(night),
        todays_checks=again.todays_checks,
        reenactment=again.reenactment,
        what_ifs=again.what_ifs,
        went_well=went_well(night, causes, broken),
        to_change=to_change(night, causes, broken),
        next=_next(asked, causes, again),
        notes=(*night.notes, *again.notes),
    )
    told = _with_divergence(told, asked, place)
    files = dict(again.files)
    if asked.anonymise:
        disguise = disguise_of(told)
        told = disguise.postmortem(told)
        files = {name: disguise.text(text) for name, text in files.items()}
    return Held(replace(told, wall_seconds=round(WALL.monotonic() - begun, 3)), files)


def write(held: Held, folder: Path) -> Held:
    """Write it all into a folder; what was there under these names is replaced.

    Raises:
        UsageFault: the folder cannot be made or written.
    """
    from upgrader.views.postmortem import objects, page, ticket  # noqa: PLC0415  where it is asked

    where = folder / SCENARIO
    pair = where / "pair.toml"
    told = held.postmortem
    # Whoever has it written down needs not be told how.
    commands = tuple(c for c in told.next.commands if not c.endswith(AS_FILES))
    written = [folder / PAGE, folder / TICKET, folder / OBJECT]
    if held.scenario:
        written.append(where)
        commands = (*commands, f"upgrader rehearse {quote(str(pair))}")
    told = replace(told, next=replace(told.next, commands=commands))
    texts = {where / name: iter((text.encode(),)) for name, text in sorted(held.scenario.items())}
    texts[folder / OBJECT] = _in_blocks(objects.pieces(told))
    for name, render in ((TICKET, ticket.render), (PAGE, page.render)):
        texts[folder / name] = iter((render(told).encode(),))
    replaced = _write_all(folder, texts)
    notes = told.notes
    if any((folder / name) in replaced for name in (PAGE, TICKET, OBJECT)):
        notes = (*notes, f"an older postmortem in {folder} was replaced")
    return Held(replace(told, written=tuple(map(str, written)), notes=notes), held.scenario)


def _write_all(folder: Path, texts: Mapping[Path, Iterator[bytes]]) -> frozenset[Path]:
    """Write files in their order, each whole or not at all; those that replaced an older one.

    Raises:
        UsageFault: one could not be written. What is new was taken away again.
    """
    replaced = frozenset(path for path in texts if path.exists())
    folders = dict.fromkeys((*(path.parent for path in texts), folder))
    made = [path for path in folders if not path.exists()]
    done: list[Path] = []
    try:
        for path, pieces in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_pieces(path, pieces)
            done.append(path)
    except (OSError, DiskFault) as fault:
        with suppress(OSError):
            for path in done:
                if path not in replaced:
                    path.unlink()
            for path in made:
                path.rmdir()
        stays = ", ".join(str(path) for path in done if path in replaced)
        said = f"replaced before that: {stays}" if stays else "nothing of it was kept"
        raise UsageFault(
            f"-o {folder}: cannot be written ({fault}); {said}; name a folder of yours with room"
        ) from fault
    return replaced


def _in_blocks(pieces: Iterable[str]) -> Iterator[bytes]:
    """Pieces of a text as few long ones."""
    held: list[str] = []
    for n, piece in enumerate(pieces, start=1):
        held.append(piece)
        if n % _PIECES_AT_ONCE == 0:
            yield "".join(held).encode()
            held.clear()
    yield "".join(held).encode()


def _paths(name: str) -> tuple[str, ...]:
    """What a source names; of a built-in night what it left behind, and not how it is staged."""
    folder = incident_folder(name)
    if folder is None:
        return (name,)
    return tuple(str(folder / file) for file in RECORDS)


def _run(name: str, place: Home) -> Path | None:
    """The run that a source means; None: it means a file or a folder of records.

    Raises:
        UsageFault: it means nothing that is there.
    """
    if name == "-" or incident_folder(name) is not None:
        return None
    if name.startswith(EXAMPLE):
        near = get_close_matches(name.removeprefix(EXAMPLE), list_incidents(), n=1)
        hint = f"; did you mean {EXAMPLE}{near[0]}?" if near else "."
        raise UsageFault(
            f"{name}: there is no built-in night of that name{hint} There are: "
            f"{', '.join(EXAMPLE + night for night in list_incidents())}"
        )
    there = Path(name).expanduser()
    if there.exists() and not (there / "journal.jsonl").is_file() and there.name != "journal.jsonl":
        return None
    try:
        return place.find_run(name)
    except UsageFault as fault:
        if name == LATEST or any(run.name.startswith(name) for run in place.all_runs()):
            raise UsageFault(f"{name}: {fault}") from None
        raise UsageFault(
            f"{name}: there is no such file, folder or run of ours; "
            "`upgrader status` lists the runs"
        ) from None


def _next(asked: Asked, causes: Sequence[Cause], again: Reenacted) -> Next:
    limits = [("--host", host) for host in asked.hosts]
    limits += [
        (option, str(datetime.fromtimestamp(at / 1_000, UTC).replace(tzinfo=None)))
        for option, at in (("--since", asked.since), ("--until", asked.until))
        if at is not None
    ]
    words = [*asked.sources, *(word for limit in limits for word in limit)]
    named = " ".join(quote(word) for word in words)
    if asked.anonymise:  # Whoever reads it has none of the sources, and is not to know their names.
        named = "SOURCE… --anonymise"
    commands = []
    if not asked.what_ifs and again.reenactment is not None:
        commands += [
            f"upgrader replay {named} --what-if {change}" for change in _worth_asking(causes, again)
        ]
    commands.append(f"upgrader replay {named} {AS_FILES}")
    return Next(commands=tuple(commands))


def _worth_asking(causes: Sequence[Cause], again: Reenacted) -> tuple[str, ...]:
    """The change that would have saved the night, if one is known; else today's checks."""
    likeliest = next((cause for cause in causes if cause.likelihood in SURE), None)
    change = None if likeliest is None else CURES.get(likeliest.name)
    if change is not None:
        return (change,)
    return ("checks=today",) if again.todays_checks.stops else ()


def _with_divergence(told: Postmortem, asked: Asked, place: Home) -> Postmortem:
    """Of the runs among the sources, whether today's code would decide otherwise."""
    for name in asked.sources:
        folder = _run(name, place)
        if folder is None:
            continue
        report = nights.replay(folder, strict=asked.strict)
        divergence = None if report.story is None else report.story.divergence
        if divergence is not None:
            return replace(
                told,
                outcome=report.outcome,
                exit_code=report.exit_code,
                divergence=divergence,
            )
    return told
