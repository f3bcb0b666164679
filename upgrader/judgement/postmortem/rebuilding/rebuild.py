"""A night, rebuilt as one that can be run again: a pair as it must have been, and a script.

What the records do not say is taken from the likeliest cause, or from what a pair usually is;
each such thing is told. Nothing is believed on this page's word: the rebuilt night is run, its
own log is read as the first one was, and the two are compared.
"""

from collections.abc import Sequence
from dataclasses import replace

from upgrader.dialect.versions import read_version
from upgrader.judgement.postmortem.facts.tables import Tables
from upgrader.judgement.postmortem.facts.told import Told
from upgrader.judgement.postmortem.rebuilding.befell import befell
from upgrader.judgement.postmortem.rebuilding.by_cause import (
    KEEPS_OUT,
    aaa_acts,
    handshakes,
    incident,
    lacking,
    names_of,
    packages,
)
from upgrader.judgement.postmortem.rebuilding.cables import were_cut
from upgrader.judgement.postmortem.rebuilding.crowd import Crowd, crowd_of
from upgrader.judgement.postmortem.rebuilding.gone import SHUTDOWN_MS, boot_ms, true_absences
from upgrader.judgement.postmortem.rebuilding.hardware import hardware_for
from upgrader.judgement.postmortem.rebuilding.pace import timings_of
from upgrader.judgement.postmortem.rebuilding.releases_seen import (
    Files,
    names_releases,
    versions_of,
)
from upgrader.judgement.postmortem.rebuilding.setting import (
    Logging,
    NotRebuilt,
    Rebuilt,
    Setting,
    Unit,
)
from upgrader.judgement.postmortem.rebuilding.typed_again import (
    Line,
    lines_again,
    named,
    seated,
    typed,
)
from upgrader.model.cause import Cause, CauseName, Likelihood
from upgrader.model.evidence import What
from upgrader.model.failover import Role
from upgrader.model.night import ACTIVE, Kind, Leaving, Night
from upgrader.model.script import Act, Script

LEAD_MS = 120_000
"""How long the pair has stood there before the first record; what is noticed late came before."""
_AFTER_MS = 90_000
"""How long the script goes on after the last record, so that what is under way is seen."""
_UNSTAMPED_MS = 1_000
LONGEST_MS = 7 * 86_400_000
"""Of what is run again: a night and the days around it, and no collection of lines of years."""
_READY_MARGIN_MS = 60_000
_EPOCH_MS = 946_684_800_000
"""2000: no ASA is older."""
_SOME_NIGHT_S = 1_773_525_600
"""14 Mar 2026, 22:00:00 UTC."""
_ANYTHING = (
    "a role that moved, a unit that went away, a line that was typed, or a session: level-5 and "
    "level-6 lines of the active unit, or a terminal's log"
)


def rebuild(night: Night, causes: Sequence[Cause]) -> Rebuilt | NotRebuilt:
    """Rebuild a night by its likeliest causes; or say what the records would have to tell."""
    missing = _missing(night)
    if missing:
        return NotRebuilt(missing)
    believed = believed_causes(causes)
    found, left_out = lines_again(night.events)
    lines = named(seated(found, night.switchovers), night.lives, _rows(night))
    notes = [f"not typed again: `{line}`" for line in left_out]
    logoffs = [line.at for line in lines if line.logs_off and line.at is not None]
    crowd = crowd_of(night, believed, logoffs)
    setting, target, more = _setting(night, believed, lines, crowd)
    script, told = _script(night, lines, crowd, believed)
    notes += [*more, *crowd.assumed, *told, *_doubted(believed)]
    began = night.began - LEAD_MS
    return Rebuilt(
        setting,
        script,
        tuple(dict.fromkeys(notes)),
        target,
        began,
        names_releases(night),
    )


def believed_causes(causes: Sequence[Cause]) -> tuple[Cause, ...]:
    """The causes that the rebuild takes for true: what is likely, else the first possible one."""
    likely = tuple(
        cause for cause in causes if cause.likelihood in (Likelihood.CERTAIN, Likelihood.LIKELY)
    )
    if likely:
        return likely
    return tuple(cause for cause in causes if cause.likelihood is Likelihood.POSSIBLE)[:1]


def _rows(night: Night) -> dict[int, str]:
    """Whose row each index was by the tables of the night: the last one's that had it."""
    return {row.index: row.user for one in Tables(Told(night)).listings for row in one.rows}


def _missing(night: Night) -> tuple[str, ...]:
    """What a rebuild cannot do without."""
    if not night.events and not night.lives:
        return ("any event that concerns the pair",)
    moved = night.switchovers or night.absences
    typed_lines = any(event.what is What.COMMAND for event in night.events)
    linked = any(event.kind in (Kind.LINK, Kind.INTERFACE) for event in night.events)
    if not (moved or typed_lines or linked or night.lives):
        return (_ANYTHING,)
    if night.ended - night.began > LONGEST_MS:
        return ("one night: these go on for more than a week (`--since`, `--until` choose)",)
    return ()


def _doubted(causes: Sequence[Cause]) -> tuple[str, ...]:
    """What rests on a cause, and not on the records."""
    return tuple(
        f"the cause was {cause.name.value}, which is {cause.likelihood.value} and not certain"
        for cause in causes
        if cause.likelihood is not Likelihood.CERTAIN
    )


# ── the pair ───────────────────────────────────────────────────────────────────────────


def _setting(
    night: Night, causes: Sequence[Cause], lines: Sequence[Line], crowd: Crowd
) -> tuple[Setting, str | None, list[str]]:
    notes: list[str] = []
    names = names_of(causes)
    active = _active(night, notes)
    before, after = versions_of(night, notes)
    both = sorted((read_version(before), read_version(after or before)))
    model = next((known.model for known in night.units if known.model), None)
    hardware, why = hardware_for(model, both[0], both[1], crowd.most + len(crowd.seated))
    if why is not None:
        notes.append(why)
    files = Files(hardware, before, after, lines)
    boots = files.boots(typed_again=any("boot system" in line.text for line in lines))
    if after is not None and not any("boot system" in line.text for line in lines):
        notes.append("`boot system` named the new image before the records begin")
    lacks = lacking(night, causes, after)
    if lacks:
        notes.append(f"the new image is missing on the {lacks[0].value.lower()} unit")
    units = (
        Unit(Role.PRIMARY, _serial(night, Role.PRIMARY), before, files.old),
        Unit(Role.SECONDARY, _serial(night, Role.SECONDARY), before, files.old),
    )
    hostname = next((known.hostname for known in night.units if known.hostname), None)
    key = CauseName.NO_FAILOVER_KEY not in names and not _seen(night, What.REPLICATION_OFF)
    cut_later = _seen(night, What.DATA_DOWN)
    if key and (cut_later or CauseName.STATE_LINK_DOWN not in names) and _never_synced(night):
        key = False
        notes.append("there was no failover key: no mate that came back was sent VPN state")
    its_own = _of_the_pair(night)
    cut = were_cut(its_own, true_absences(its_own))
    state_link = CauseName.STATE_LINK_DOWN not in names or cut_later
    state_link &= "state" not in cut
    if not state_link:
        notes.append("the state link was down before the records begin")
    if "failover" in cut:
        notes.append("the failover link was down before the records begin")
    setting = Setting(
        name="rebuilt-night",
        model=hardware.model,
        hostname=_host_word(hostname),
        units=units,
        images=files.images(lacks),
        boots=boots,
        active=active,
        starts_at_s=_starts_at_s(night),
        packages=packages(causes, active),
        pool=crowd.pool,
        interfaces=_interfaces(night),
        failover_key=key,
        http_replication=CauseName.NO_HTTP_REPLICATION not in names,
        failover_link="failover" not in cut,
        state_link=state_link,
        idle_min=crowd.idle_min,
        returns=bool(names & KEEPS_OUT),
        seated=crowd.seated,
        logging=_logging(night),
        timings=timings_of(night, lines),
        incident=incident(night, causes),
        handshakes=handshakes(night, causes, after),
        certificates_differ=CauseName.CERTIFICATE_DIFFERS in names,
    )
    return setting, after, notes


def _starts_at_s(night: Night) -> int:
    """The devices' clock at the start; a night without a date is given one of the fixtures."""
    if night.has_date and night.began >= _EPOCH_MS:
        return (night.began - LEAD_MS) // 1_000
    return _SOME_NIGHT_S


def _active(night: Night, notes: list[str]) -> Role:
    # The first record may be of the very instant at which the roles moved.
    for instant in (night.began - 1, night.began):
        at_start = night.active_at(instant)
        if at_start is not None:
            return at_start
    for band in night.bands:
        if band.state == ACTIVE and (band.began is None or band.began <= night.began):
            return band.unit
    firsts: list[tuple[int, Role]] = [(move.at, move.to.other) for move in night.switchovers]
    firsts += [
        (one.left, one.unit if one.was_active else one.unit.other)
        for one in night.absences
        if one.was_active is not None
    ]
    if firsts:
        return min(firsts, key=lambda first: first[0])[1]
    notes.append("the primary unit was active at the beginning")
    return Role.PRIMARY


def _interfaces(night: Night) -> tuple[str, ...]:
    """The names of data interfaces that the records mention, and the fixtures' own."""
    seen = dict.fromkeys(
        name
        for event in night.events
        if event.kind is Kind.INTERFACE
        and _is_word(name := event.fields.get("interface", ""))
        and name != "management"
    )
    names = [*(name for name in ("outside", "inside") if name not in seen)]
    return tuple(dict.fromkeys([*seen, *names]))[:5]


def _logging(night: Night) -> Logging:
    told = [minute for one in night.coverage for minute in one.minutes.values()]
    informational = not told or any(minute.informational for minute in told)
    return Logging(
        trap="informational" if informational else "notifications",
        standby=night.standby_logs is True,
    )


def _serial(night: Night, role: Role) -> str:
    return night.unit(role).serial or ("JAD2026000P" if role is Role.PRIMARY else "JAD2026000S")


def _host_word(name: str | None) -> str:
    return name if name is not None and _is_word(name) else "firewall"


def _is_word(text: str) -> bool:
    return text.isascii() and 0 < len(text) <= 48 and text.replace("-", "").isalnum()


def _never_synced(night: Night) -> bool:
    """Whether a mate was back and the log, which has level 6, has no bulk sync at any time."""
    told = [event.what for event in night.events]
    came = What.PEER_PRESENT in told and What.SYNC_SENT in told
    return came and not any(
        what in told for what in (What.BULK_STARTED, What.BULK_ENDED, What.BULK_RECEIVED)
    )


def _seen(night: Night, what: What) -> bool:
    return any(event.what is what for event in night.events)


# ── the script ─────────────────────────────────────────────────────────────────────────


def _script(
    night: Night, lines: Sequence[Line], crowd: Crowd, causes: Sequence[Cause]
) -> tuple[Script, list[str]]:
    notes: list[str] = []
    placed = _placed(night, lines, notes)
    more, told = befell(_of_the_pair(night), placed, causes)
    notes += told
    acts: list[Act] = [act for line in placed for act in typed(line, line.at or night.began)]
    acts += [*more, *aaa_acts(night), *crowd.acts]
    began = night.began - LEAD_MS
    moved = [replace(act, at_ms=max(0, act.at_ms - began)) for act in acts]
    in_order = sorted(moved, key=lambda act: act.at_ms)
    end = max([night.ended - began, *(act.at_ms for act in in_order)])
    return Script("a night, rebuilt from its records", end + _AFTER_MS, tuple(in_order)), notes


def _of_the_pair(night: Night) -> Night:
    """The night without what is about people, which is most of a long one."""
    events = (one for one in night.events if one.kind not in (Kind.SESSION, Kind.ADDRESS))
    return replace(night, events=tuple(events))


def _placed(night: Night, lines: Sequence[Line], notes: list[str]) -> tuple[Line, ...]:
    """The lines with an instant each.

    One without a stamp that sent a unit away, or moved the roles, was typed just before that was
    seen; any other one comes when the pair was ready for it.
    """
    if all(line.at is not None for line in lines):
        return tuple(lines)
    notes.append("lines without a time are typed when what came of them was seen")
    boot = boot_ms(night, lines) or 300_000
    left = sorted(one.left for one in night.absences if one.why is Leaving.ORDERED)
    moved = sorted(one.at for one in night.switchovers)
    at = night.began
    placed: list[Line] = []
    for line in lines:
        seen = left if line.reloads else moved if line.moves else []
        anchor = next((turn for turn in seen if turn > at), None)
        if line.at is not None:
            at = max(at, line.at)
        elif anchor is not None:
            at = max(at, anchor - (SHUTDOWN_MS if line.reloads else _UNSTAMPED_MS))
        placed.append(replace(line, at=at if line.at is None else line.at))
        at += _UNSTAMPED_MS
        if anchor is None and (line.reloads or line.moves):
            at += _READY_MARGIN_MS + (boot + _READY_MARGIN_MS if line.reloads else 0)
    return tuple(placed)
