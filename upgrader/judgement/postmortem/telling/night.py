"""The night, told from its evidence: one clock, each thing once, and what became of people."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from upgrader.judgement.postmortem.clocks.laying import Laid, lay
from upgrader.judgement.postmortem.clocks.placing import Said, place
from upgrader.judgement.postmortem.clocks.spelling import NO_RECORD
from upgrader.judgement.postmortem.clocks.voices import (
    PEOPLE,
    Sender,
    Stream,
    by_stream,
    stream_of,
    writers,
)
from upgrader.judgement.postmortem.telling.absences import absences_of
from upgrader.judgement.postmortem.telling.bands import Reign, bands_of, claims_of
from upgrader.judgement.postmortem.telling.hearing import MINUTE_MS, Ears, silences_of
from upgrader.judgement.postmortem.telling.leavings import leaves_of, voice_of
from upgrader.judgement.postmortem.telling.lives import ALIKE
from upgrader.judgement.postmortem.telling.merging import Happened, merge
from upgrader.judgement.postmortem.telling.moves import switchovers_of
from upgrader.judgement.postmortem.telling.pauses import pauses_told
from upgrader.judgement.postmortem.telling.people import lives_of
from upgrader.judgement.postmortem.telling.reach import hosts_of, on_one_clock, standby_logs
from upgrader.judgement.postmortem.telling.releases import releases_of
from upgrader.judgement.postmortem.telling.units import in_place, owned, units_of, zones_of
from upgrader.model.evidence import Evidence, Screen, Stamped, What
from upgrader.model.failover import Role
from upgrader.model.night import Life, Night
from upgrader.model.words import many

_ONE_SECOND_MS = 1_000


def tell(evidence: Evidence) -> Night:
    """All that the evidence tells of a night.

    What is not known stays unknown: see `model.night`. Evidence without a record makes a night
    without events that begins at 0.
    """
    records = evidence.records
    streams = by_stream(records)
    wrote, senders = writers(records, evidence.coverage, streams)
    screens = owned(evidence.screens)
    laid = lay(records, wrote, evidence.clocks, zones_of(screens, records))
    order, notes = place(records, wrote, laid)
    stands_by = standby_logs(records)
    _attribute(order, senders, None, stands_by)
    told = [said for said in order if said.record.what not in PEOPLE]
    leaves = [leave for role in Role for leave in leaves_of(told, role)]
    claims = claims_of(told, leaves)
    bands = bands_of(claims, order, leaves, quiet_standby=stands_by is not True)
    reign = Reign(bands)
    _attribute(order, senders, reign, stands_by)
    happened = merge(order)
    span = _span(order, screens)
    placed = in_place(screens, laid, order, span)
    releases = releases_of(happened, placed, leaves)
    voices = {role: voice_of(told, role, logged=True) for role in Role}
    moves = switchovers_of(happened, bands, claims, leaves, voices)
    coverage = on_one_clock(evidence.coverage, laid, records, streams)
    hosts = hosts_of([said.record for said in order], [said.unit for said in order])
    away = [(x.unit, x.left, x.back) for x in leaves if not x.link]
    silences = silences_of(coverage, hosts, reign, away, span, _minutes(order))
    ears = Ears(
        coverage,
        hosts,
        reign,
        stands_by,
        _gaps(happened) + [(s.unit, s.began, s.ended) for s in silences],
    )
    units = units_of(order, placed, releases)
    notes = (*notes, *pauses_told(order))
    # All lines are merged now, and what is told of people takes as much room again.
    evidence = replace(evidence, records=())
    del records, wrote, streams, order, told
    lives = lives_of(happened, placed, moves, ears, span)
    root = _root(laid, evidence.clocks)
    return Night(
        began=span[0],
        ended=span[1],
        has_date=root is not None and root.has_date,
        zone=_zone(root),
        units=units,
        events=tuple(h.event for h in happened),
        bands=bands,
        switchovers=moves,
        absences=absences_of(leaves, happened, bands, releases),
        lives=lives,
        silences=silences,
        clocks=tuple(line for line in laid.lines if line.how != NO_RECORD),
        screens=tuple(screen for _, screen in placed),
        coverage=coverage,
        sources=evidence.sources,
        unread=evidence.unread,
        notes=(*evidence.notes, *notes, *_alike(lives)),
        standby_logs=stands_by,
    )


def _attribute(
    order: Sequence[Said],
    senders: Mapping[Stream, Sender],
    reign: Reign | None,
    stands_by: bool | None,
) -> None:
    """Say of each line that names no unit whose it is: the sender's, or whoever was active.

    `reign` None: who was active is not told yet, and the sender's neighbouring lines must do.
    """
    own = {stream for stream, sender in senders.items() if sender is Sender.CHASSIS}
    for said in order:
        record = said.record
        if record.unit is not None or (record.what is What.LOG_LOST and record.number is None):
            continue  # What a collector lost may have been of both.
        unit = writer = said.writer
        if reign is not None and record.number is not None and not stands_by:
            is_sure = writer is not None and bool(own) and stream_of(record) in own
            unit = writer if is_sure else _served(said, reign) or writer
        said.unit = unit
        said.inferred = unit is not None


def _served(said: Said, reign: Reign) -> Role | None:
    """Who served when the line was written; the second of a switchover has two."""
    if said.record.what is What.COMMAND:
        # What moves the roles is typed on the unit that is active before.
        before = reign.at(said.placed - _ONE_SECOND_MS)
        if before is not None and before is said.writer:
            return before
    return reign.at(said.placed)


def _span(order: Sequence[Said], screens: Sequence[Screen]) -> tuple[int, int]:
    if order:
        return order[0].placed, order[-1].placed
    stamps = sorted(screen.at for screen in screens if screen.at is not None)
    return (stamps[0], stamps[-1]) if stamps else (0, 0)


def _gaps(happened: Sequence[Happened]) -> list[tuple[Role | None, int, int]]:
    return [
        (None, h.placed - MINUTE_MS, h.placed + MINUTE_MS)
        for h in happened
        if h.event.what is What.LOG_LOST
    ]


def _alike(lives: Sequence[Life]) -> Iterator[str]:
    count = sum(life.reason == ALIKE for life in lives)
    if count:
        yield (
            f"Of {many(count, 'session')} it is not known whether it was closed: another of the "
            "same name and address was, and lines of one second that are the same count as copies."
        )


def _minutes(order: Sequence[Said]) -> set[int]:
    return {said.placed // MINUTE_MS for said in order if said.record.number is None}


def _root(laid: Laid, clocks: Sequence[Stamped]) -> Stamped | None:
    if laid.root is None:
        return None
    return next((clock for clock in clocks if clock.name == laid.root.clock), None)


def _zone(root: Stamped | None) -> str:
    if root is None:
        return "unknown"
    return "UTC" if root.has_zone else f"as {root.host or root.name} printed it"
