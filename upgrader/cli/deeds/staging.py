"""What `stage` does, and what it leaves behind for later plans."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from upgrader.cli.deeds.published import keeper, manifest_of
from upgrader.cli.pairfile.pair import PairFile
from upgrader.cli.pairfile.stage import StageHints, typed_url
from upgrader.cli.runs.claims import claimed, refusal
from upgrader.cli.runs.home import Home
from upgrader.cli.worlds.arming import only_looking
from upgrader.cli.worlds.carrying import armed, password_of, stock_in
from upgrader.conduct.porter import Porter
from upgrader.conduct.staging import Stop, Wanted, prepare
from upgrader.judgement.plan import PairName
from upgrader.judgement.staging.report import report_of_staging
from upgrader.model.outcome import ExitCode, Next, Outcome
from upgrader.model.plan import Target
from upgrader.model.report import Report
from upgrader.model.staging import Manifest
from upgrader.model.watch import StagingWatcher
from upgrader.ports import Stock, World


@dataclass(frozen=True, slots=True)
class Sources:
    """Where files come from, read and believed."""

    stock: Stock | None
    manifest: Manifest
    url: Callable[[str], str] | None


def sources_of(hints: StageHints) -> Sources:
    """Read repository and manifests.

    Raises:
        UsageFault: one of them cannot be read.
        NotBelieved: a signed list is not signed by whom it must be.
    """
    stock = None if hints.repository is None else stock_in(hints.repository)
    return Sources(stock, manifest_of(hints), typed_url(hints, lambda: _password(hints)))


def _password(hints: StageHints) -> str:
    assert hints.password is not None  # else nobody asks for one
    assert hints.url is not None  # likewise
    return password_of(hints.password, hints.user, hints.url)


def stage(
    pair: PairFile,
    target: Target,
    sources: Sources,
    name: PairName,
    world: World,
    place: Home,
    watcher: StagingWatcher,
    should_stop: Callable[[], str | None],
    consent: Callable[[int], None],
    again: str,
) -> Report:
    """Look, ask, and bring. `consent` is told how many files are to be brought, and may raise.

    `again` is the command that goes on from wherever this one ends.
    """
    wanted = Wanted(target, sources.stock, sources.manifest, sources.url)

    def check() -> None:
        asked = should_stop()
        if asked is not None:
            raise Stop(asked)

    try:
        prepared = prepare(wanted, only_looking(world), watcher, check)
    except Stop as asked:
        return Report(
            command="stage",
            outcome=Outcome.STOPPED,
            exit_code=ExitCode.STOPPED,
            pair=pair.name,
            verdict=f"nothing was changed: {asked}",
            next=Next(commands=(again,)),
            files=(),
        )
    drawn, ended = prepared.agenda, None
    if drawn.errands and not drawn.objections:
        serials = (prepared.seen.primary.serial, prepared.seen.secondary.serial)
        assert serials[0] is not None, "both units answered"
        assert serials[1] is not None, "both units answered"
        both = (serials[0], serials[1])
        held = claimed(place, pair, both)
        if held is not None:
            return replace(refusal("stage", pair.name, held), files=())
        consent(len(drawn.errands))
        guarded, hands = armed(world, pair, place.worlds, both, prepared.paths)
        keep = keeper(pair, place)
        ended = Porter(wanted, prepared, guarded, hands, watcher, should_stop, keep).carry_out()
    report = report_of_staging(name, prepared.seen, drawn, ended, again)
    seconds = round((world.clock.now() - prepared.began) / 1_000, 3)
    return replace(report, device_seconds=seconds)
