"""People's own doings: laptops that sleep, a pool that is full, who logs off, who may log in."""

from upgrader.dialect.commands import LOGOFF
from upgrader.judgement.postmortem.causes.weighing import Scale, at_most
from upgrader.judgement.postmortem.facts.tables import Listing, Tables
from upgrader.judgement.postmortem.facts.told import (
    MINUTE,
    RESET_BY_ADMINISTRATOR,
    RETURN_WAVE_MS,
    SECOND,
    Told,
    spoken,
)
from upgrader.model.cause import Cause, CauseName, Likelihood
from upgrader.model.evidence import What
from upgrader.model.night import Ending, Event, Life
from upgrader.model.words import many

_WAVE = 3  # So many refusals are a wave, and not somebody who mistyped; our guess.
_SIDE_BY_SIDE = 4  # So many screens lie between the tables of both units, at most; our guess.
_BACKGROUND = 3.0  # A wave is so many times denser than refusals at other times; our guess.


# ── 5: sleeping clients ────────────────────────────────────────────────────────────────


def sleeping_clients(tables: Tables) -> Cause:
    """Judge cause 5."""
    told = tables.told
    scale = Scale(CauseName.SLEEPING_CLIENTS)
    sleepers = [life for life in told.night.lives if _sleeps(life)]
    timed_out = [life for life in sleepers if life.reason.casefold() == "idle timeout"]
    woke = [life for life in sleepers if life.resumed and max(life.resumed) > min(life.suspended)]
    if sleepers:
        scale.speaks_for(
            f"{many(len(sleepers), 'session was', 'sessions were')} heard to fall asleep, "
            f"{'by itself' if len(sleepers) == 1 else 'each by itself'} (716058)",
            sleepers,
        )
        scale.harmed(sleepers, min(life.suspended[0] for life in sleepers))
    if woke:
        scale.speaks_for(f"{len(woke)} of them resumed later (716059)", woke)
    if timed_out:
        scale.speaks_for(
            f"{len(timed_out)} ended by their idle time, and their addresses were freed", timed_out
        )
    both = _on_both(tables, scale)
    _against_sleep(tables, scale)
    if not (sleepers or both):
        silent = any(known.rows and not _all_tunnelled(known) for known in tables.listings)
        return scale.closed(_nothing(told, shown=bool(tables.listings) and not silent))
    # Whom somebody logged off is no riddle, and no sleeper's.
    others = tuple(x for x in told.losses if x.life.reason.casefold() not in RESET_BY_ADMINISTRATOR)
    if others or tables.orphans or told.of(What.IMAGE_REFUSED, What.NO_ADDRESS):
        if others:
            scale.speaks_against("sessions were lost that nobody heard fall asleep", others)
        return scale.closed(Likelihood.POSSIBLE)
    if both:
        return scale.closed(Likelihood.CERTAIN)
    return scale.closed(Likelihood.LIKELY if timed_out else Likelihood.POSSIBLE)


def _sleeps(life: Life) -> bool:
    if not life.suspended:
        return False
    reason = life.reason.casefold()
    return bool(life.resumed) or reason == "idle timeout" or life.ending is Ending.OPEN


def _on_both(tables: Tables, scale: Scale) -> bool:
    """Rows without a tunnel that stand on both units, each with its own silence."""
    serving = [known for known in tables.listings if known.serves]
    for active in serving:
        mates = [k for k in tables.standby_listings if k.unit is not active.unit]
        near = [k for k in mates if 0 < k.number - active.number <= _SIDE_BY_SIDE]
        silent = [row for row in active.rows if not row.has_tunnel]
        if not near or not silent or len(tables.together(silent)) > 2:
            continue
        held = {row.login for row in near[0].rows}
        # Those who woke are no riddle: only rows that stay silent, or go, make people ask.
        woke = {
            r.login for k in serving if k.number > active.number for r in k.rows if r.has_tunnel
        }
        shared = [row for row in silent if row.login in held and row.login not in woke]
        if not shared or any(row.login not in held for row in silent):
            continue
        scale.speaks_for(
            f"{len(shared)} rows without a tunnel stand on both units, each silent since its own"
            " time, and none had a tunnel again",
            active.screen,
            near[0].screen,
        )
        scale.harmed(row.user for row in shared)
        return True
    return False


def _all_tunnelled(known: Listing) -> bool:
    return all(row.has_tunnel for row in known.rows)


def _against_sleep(tables: Tables, scale: Scale) -> None:
    if tables.orphans:
        scale.speaks_against(
            "rows that nobody vouches for: they went silent together, or their person has a newer"
            " one",
            tuple(orphan.screen for orphan in tables.orphans),
        )
    bursts = [burst for burst in tables.told.bursts if len(burst) > 1]
    if bursts:
        scale.speaks_against("people were cut together, in one burst", bursts)


# ── 6: a full pool ─────────────────────────────────────────────────────────────────────


def pool_full(tables: Tables) -> Cause:
    """Judge cause 6."""
    told = tables.told
    scale = Scale(CauseName.POOL_FULL)
    refused = told.of(What.POOL_EMPTY, What.NO_ADDRESS)
    full = [(s, u, p) for s, u, p in tables.pools if p.free == 0 and p.size > 0 and p.in_use]
    held = _held_by_the_living(tables, scale)
    if refused:
        scale.speaks_for(f"{len(refused)} times there was no address left", refused)
        users = [event.fields.get("user", "") for event in refused]
        scale.harmed(users, next((e.at for e in refused if e.at is not None), None))
    if full:
        scale.speaks_for("a pool without a free address", tuple(s for s, _, _ in full))
    if not (refused or full):
        shown = bool(tables.pools)
        return scale.closed(_nothing(told, shown=shown))
    grade = Likelihood.LIKELY if refused else Likelihood.POSSIBLE
    if tables.unheld:
        scale.speaks_against(
            f"{len(tables.unheld)} addresses are in use that no row has",
            tuple(screen for screen, _, _, _ in tables.unheld),
        )
        grade = at_most(grade, Likelihood.POSSIBLE)
    if tables.orphans:
        scale.speaks_against(
            "rows that nobody vouches for hold addresses",
            tuple(orphan.screen for orphan in tables.orphans),
        )
        grade = at_most(grade, Likelihood.POSSIBLE)
    first = scale.harm_at
    cut = [b for b in told.bursts if len(b) > 1 and (first is None or (b[0].cut_at or 0) <= first)]
    if cut:
        scale.speaks_against("people were cut in a burst before, and left their addresses", cut)
        grade = at_most(grade, Likelihood.POSSIBLE)
    if grade is Likelihood.LIKELY and full and held:
        grade = Likelihood.CERTAIN
    elif full and held and not (told.has_log or cut or tables.unheld or tables.orphans):
        grade = Likelihood.LIKELY
    return scale.closed(grade)


def _held_by_the_living(tables: Tables, scale: Scale) -> bool:
    """Whether all addresses of a full pool are held by rows of that unit."""
    for screen, unit, pool in reversed(tables.pools):
        listing = tables.last_listing(unit)
        if pool.free or not pool.in_use or listing is None:
            continue
        held = {row.address for row in listing.rows}
        if set(pool.in_use) <= held:
            scale.speaks_for(
                f"all {len(pool.in_use)} addresses in use are held by rows", screen, listing.screen
            )
            return True
    return False


# ── 13: logged off ─────────────────────────────────────────────────────────────────────


def logged_off(tables: Tables) -> Cause:
    """Judge cause 13."""
    told = tables.told
    scale = Scale(CauseName.LOGGED_OFF)
    typed = told.typed(LOGOFF, "clear vpn-sessiondb")
    reset = [
        life
        for life in told.night.lives
        if life.ending is Ending.CLEAN
        and life.reason.casefold() in RESET_BY_ADMINISTRATOR
        and not _was_cut_long_before(life)
    ]
    if typed:
        scale.speaks_for(f"somebody typed {spoken(typed[0])!r}", typed)
    if reset:
        scale.speaks_for(f"{len(reset)} sessions ended by an administrator's reset, cleanly", reset)
        scale.harmed(reset, min(life.ended or 0 for life in reset))
    swept = _missing_after(tables, scale, typed)
    cleaned = [life for life in told.night.lives if _was_cut_long_before(life)]
    if cleaned:
        scale.speaks_against("sessions that had been cut long before were cleaned up", cleaned)
    if typed and (reset or swept):
        return scale.closed(Likelihood.CERTAIN)
    if reset:
        return scale.closed(Likelihood.LIKELY)
    if typed:
        return scale.closed(_only_typed(told, cleaned=bool(cleaned)))
    return scale.closed(_nothing(told, shown=False))


def _only_typed(told: Told, *, cleaned: bool) -> Likelihood:
    if cleaned or told.informs_at_all:
        return Likelihood.POSSIBLE
    return Likelihood.LIKELY if not told.has_log else Likelihood.POSSIBLE


def _was_cut_long_before(life: Life) -> bool:
    reset = life.reason.casefold() in RESET_BY_ADMINISTRATOR
    at = life.cut_at
    return reset and at is not None and life.ended is not None and life.ended - at > MINUTE


def _missing_after(tables: Tables, scale: Scale, typed: tuple[Event, ...]) -> bool:
    """Whether rows with a tunnel are gone from one table of a unit to its next."""
    if not typed:
        return False
    for before in tables.listings:
        later = [k for k in tables.listings if k.unit is before.unit and k.number > before.number]
        if not later or not before.serves or not _between(before, later[0], typed):
            continue
        left = {row.login for row in later[0].rows}
        gone = [row for row in before.rows if row.has_tunnel and row.login not in left]
        if gone:
            scale.speaks_for(
                f"{len(gone)} rows with a tunnel are gone from one table to the next",
                before.screen,
                later[0].screen,
            )
            scale.harmed((row.user for row in gone), typed[0].at)
            return True
    return False


def _between(before: Listing, after: Listing, typed: tuple[Event, ...]) -> bool:
    """Whether one of the lines was typed between two tables, by clock or by place."""
    for event in typed:
        one, other = before.screen.at, after.screen.at
        if event.at is not None and one is not None and other is not None:
            if one <= event.at <= other:
                return True
            continue
        for place in event.places:
            first, last = before.screen.place, after.screen.place
            if place.file == first.file == last.file and first.line < place.line < last.line:
                return True
            if place.file != first.file:
                return True
    return False


# ── 14: authentication ─────────────────────────────────────────────────────────────────


def aaa_down(tables: Tables) -> Cause:
    """Judge cause 14."""
    told = tables.told
    scale = Scale(CauseName.AAA_DOWN)
    down = told.of(What.AAA_DOWN)
    rejected = told.of(What.AAA_REJECTED)
    loss = _loss_before(told)
    if loss is None:
        return scale.closed(_aaa_alone(told, scale, down, rejected))
    until = loss + RETURN_WAVE_MS
    wave_down = told.during(loss - SECOND, until, What.AAA_DOWN) or tuple(
        event for event in down if event.at is None
    )
    wave = told.during(loss - SECOND, until, What.AAA_REJECTED)
    users = {event.fields.get("user", "") for event in (*wave_down, *wave)} - {""}
    if wave_down:
        scale.speaks_for("an authentication server was down while people came back", wave_down)
    if wave:
        scale.speaks_for(f"{len(wave)} logins were refused while people came back", wave)
    scale.harmed(users, min((e.at or loss for e in (*wave_down, *wave)), default=None))
    accepted = told.during(loss - SECOND, until, What.AAA_ACCEPTED, What.LOGGED_IN)
    if accepted and len(accepted) > len(wave) + len(wave_down):
        scale.speaks_against("more logins succeeded meanwhile than failed", accepted)
    if wave_down:
        return scale.closed(Likelihood.LIKELY)
    if len(wave) >= _WAVE and _denser(told, wave, loss):
        fewer = len(accepted) <= len(wave)
        return scale.closed(Likelihood.LIKELY if fewer else Likelihood.POSSIBLE)
    if wave or down or rejected:
        return scale.closed(Likelihood.POSSIBLE if wave else Likelihood.UNLIKELY)
    return scale.closed(_nothing(told, shown=False))


def _aaa_alone(
    told: Told, scale: Scale, down: tuple[Event, ...], rejected: tuple[Event, ...]
) -> Likelihood:
    """Nobody is seen to have lost a session: at most they could not begin one."""
    if down:
        scale.speaks_for("an authentication server was down", down)
    if rejected:
        scale.speaks_for(f"{len(rejected)} logins were refused", rejected)
    if down or rejected:
        scale.harmed(
            {event.fields.get("user", "") for event in (*down, *rejected)},
            next((e.at for e in (*down, *rejected) if e.at is not None), None),
        )
        scale.speaks_against("nobody is seen to have lost a session before")
        return Likelihood.LIKELY if down and len(rejected) >= _WAVE else Likelihood.POSSIBLE
    return _nothing(told, shown=False)


def _loss_before(told: Told) -> int | None:
    """When people had to log in anew: the loss, or switchover, that most refusals follow."""
    begun = sorted({loss.at for loss in told.losses} | {s.at for s in told.switchovers})
    refused = [e.at for e in told.of(What.AAA_DOWN, What.AAA_REJECTED) if e.at is not None]
    return max(
        begun,
        key=lambda at: (sum(at - SECOND <= e <= at + RETURN_WAVE_MS for e in refused), -at),
        default=None,
    )


def _denser(told: Told, wave: tuple[Event, ...], loss: int) -> bool:
    """Whether logins are refused much more often than before that."""
    before = [e for e in told.of(What.AAA_REJECTED) if e.at is not None and e.at < loss - SECOND]
    spell = max(loss - told.night.began, MINUTE)
    return len(wave) / RETURN_WAVE_MS > _BACKGROUND * len(before) / spell


def _nothing(told: Told, *, shown: bool) -> Likelihood:
    """What to say where no mark is seen: it would be written, or shown, or is not known."""
    return Likelihood.UNLIKELY if told.informs_at_all or shown else Likelihood.UNKNOWN
