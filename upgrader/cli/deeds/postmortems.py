"""What `replay` does with records of a night: tell it, judge it, run it again."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from shlex import quote

from upgrader.cli.pairfile.examples import EXAMPLE, incident_folder, list_incidents
from upgrader.cli.runs.home import LATEST, Home
from upgrader.cli.worlds.evidence import collected_records, records_of
from upgrader.cli.worlds.testbeds import rebuilt_testbed
from upgrader.cli.worlds.wall import WALL
from upgrader.conduct.reenacting.reenact import Reenacted, reenact
from upgrader.conduct.reenacting.rerun import Build
from upgrader.judgement.postmortem.causes.judge import judge
from upgrader.judgement.postmortem.changing.cures import cure_of
from upgrader.judgement.postmortem.disguise.anonymise import disguise_of
from upgrader.judgement.postmortem.lessons.impact import impact
from upgrader.judgement.postmortem.lessons.left import left_over
from upgrader.judgement.postmortem.lessons.procedure import breaches
from upgrader.judgement.postmortem.lessons.summing import summary, to_change, verdict, went_well
from upgrader.judgement.postmortem.telling.night import tell
from upgrader.model.cause import Cause
from upgrader.model.evidence import Evidence
from upgrader.model.outcome import ExitCode, Next, Outcome
from upgrader.model.postmortem import Postmortem
from upgrader.ports import Testbed, UsageFault
from upgrader.views.postmortem.along import Along
from upgrader.views.postmortem.sourcing import SURE

AS_FILES = "-o postmortem/"
"""How it is asked for."""

_STAMPS = ("%b %d %Y %H:%M:%S", "%d %b %Y %H:%M:%S", "%d %b %Y, %H:%M:%S", "%b %d %Y %H:%M")
"""Instants as devices print them, and as we do; beside those of ISO 8601."""

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
    meant = _meant(said.strip())
    if meant is None:
        raise UsageFault(
            f"{option} {said!r}: is no day with a time; type its digits as the log has them, like "
            f"{option} '2026-03-14 22:00' or {option} 'Mar 14 2026 22:00:00'"
        )
    if meant.tzinfo is None:
        meant = meant.replace(tzinfo=UTC)
    return int(meant.timestamp() * 1_000)


def _meant(said: str) -> datetime | None:
    with suppress(ValueError):
        return datetime.fromisoformat(said)
    for shape in _STAMPS:
        with suppress(ValueError):
            return datetime.strptime(said, shape)  # noqa: DTZ007  digits as printed: no zone
    return None


def run_alone(asked: Asked, place: Home) -> Path | None:
    """The run that is the only source, where nothing is asked that only a postmortem tells.

    None: the sources are records, or more is asked.
    """
    beyond = (asked.hosts, asked.what_ifs, asked.anonymise, asked.since, asked.until)
    if len(asked.sources) != 1 or any(one not in {(), False, None} for one in beyond):
        return None
    return _run(asked.sources[0], place)


def hold(asked: Asked, place: Home, along: Along) -> Held:
    """Hold the postmortem; `along` hears what it is at.

    Raises:
        UsageFault: a source cannot be used, or a change of `--what-if` is not known.
    """
    begun = WALL.monotonic()
    sources = tuple(path for name in asked.sources for path in _paths(name))
    # Nobody holds the records once they are told: those of a long log take as much room again.
    night = tell(_read(sources, asked, place, along))
    along.doing("judging what happened")
    causes = judge(night)
    build = _heard(rebuilt_testbed, along)
    harm = impact(night, causes)
    again = reenact(night, causes, harm, build, collected_records, asked.what_ifs)
    along.doing("writing it down")
    broken = breaches(night)
    told = Postmortem(
        outcome=Outcome.REPLAYED,
        exit_code=ExitCode.DONE,
        verdict=verdict(night, causes, harm),
        summary=summary(night, causes, harm, broken),
        night=night,
        impact=harm,
        causes=causes,
        breaches=broken,
        left_over=left_over(night),
        todays_checks=again.todays_checks,
        reenactment=again.reenactment,
        what_ifs=again.what_ifs,
        went_well=went_well(night, harm, broken),
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


def _read(sources: Sequence[str], asked: Asked, place: Home, along: Along) -> Evidence:
    read = records_of(
        sources,
        asked.hosts,
        asked.since,
        asked.until,
        lambda name: _run(name, place),
        along.reading,
    )
    along.doing("laying the records on one clock")
    return read


def _heard(build: Build, along: Along) -> Build:
    """The same; each testbed that is built is for running the night once more."""

    def heard(files: Mapping[str, str], name: str) -> Testbed:
        along.doing("running the night in the emulator")
        return build(files, name)

    return heard


def folder_named(said: str | None) -> Path | None:
    """The folder that `-o` names; None: it was not given.

    Raises:
        UsageFault: it names none, or a file.
    """
    if said is None:
        return None
    if not said.strip():
        raise UsageFault("-o '': names no folder; for the one you are in type -o .")
    folder = Path(said).expanduser()
    if folder.exists() and not folder.is_dir():
        raise UsageFault(f"-o {said}: is a file; name a folder, new or not")
    return folder


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
    if not name.strip():
        raise UsageFault("'': names no source; for the folder you are in type .")
    if name.startswith(EXAMPLE):
        near = get_close_matches(name.removeprefix(EXAMPLE), list_incidents(), n=1)
        hint = f"; did you mean {EXAMPLE}{near[0]}?" if near else "."
        known = "".join(f"\n  {EXAMPLE}{night}" for night in list_incidents())
        raise UsageFault(f"{name}: there is no built-in night of that name{hint} There are:{known}")
    there = Path(name).expanduser()
    if there.exists() and not (there / "journal.jsonl").is_file() and there.name != "journal.jsonl":
        return None
    try:
        return place.find_run(name)
    except UsageFault as fault:
        if name == LATEST or any(run.name.startswith(name) for run in place.all_runs()):
            raise UsageFault(f"{name}: {fault}") from None
        raise UsageFault(
            f"{name}: there is no such file, folder or run of ours{_built_in(name)}; "
            "`upgrader status` lists the runs"
        ) from None


def _built_in(name: str) -> str:
    """Whether a built-in night is called nearly so."""
    near = get_close_matches(name, list_incidents(), n=1)
    return f" (did you mean {EXAMPLE}{near[0]}?)" if near else ""


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
    change = None if likeliest is None else cure_of(likeliest.name)
    if change is not None:
        return (change,)
    return ("checks=today",) if again.todays_checks.stops else ()


def _with_divergence(told: Postmortem, asked: Asked, place: Home) -> Postmortem:
    """Of the runs among the sources, whether today's code would decide otherwise."""
    for name in asked.sources:
        folder = _run(name, place)
        if folder is None:
            continue
        from upgrader.cli.deeds import nights  # noqa: PLC0415  heavy, and of runs only

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
