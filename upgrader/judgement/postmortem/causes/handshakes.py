"""Who is refused in the handshake after the roles moved: one class of users, or everybody.

Intuition: a release that drops a cipher refuses those whose clients know no other, for as long as
it serves, and all others get through. A unit that holds another certificate is distrusted by
everybody, until the other unit serves again. A bare 725006 says neither; who is refused does.
"""

from dataclasses import dataclass

from upgrader.judgement.postmortem.causes.weighing import Scale, at_most
from upgrader.judgement.postmortem.facts.tables import ROLES, Listing, Tables
from upgrader.judgement.postmortem.facts.told import SECOND, Parted, Told
from upgrader.model.cause import Cause, CauseName, Likelihood
from upgrader.model.evidence import Screen, What
from upgrader.model.night import Event, Switchover
from upgrader.model.vpn import Session
from upgrader.model.wide import Certificate

_OF_CERTIFICATES = ("certificate", "unknown ca", "bad cert", "cert verify")
_OF_CIPHERS = (
    *("no shared cipher", "unsupported protocol", "version", "cipher", "algorithm", "dh key"),
    *("no suitable", "inappropriate", "key exchange"),
)


_STRANDED_SECONDS = 120  # Whoever can resumes within a dead-peer detection and a minute; our guess.


@dataclass(frozen=True, slots=True)
class _Handshakes:
    """Who was refused while a unit served, and who got through."""

    events: tuple[Event, ...]
    refused: frozenset[str]
    through: frozenset[str]
    switchover: Switchover

    @property
    def is_class(self) -> bool:
        """Some and not others."""
        return bool(self.refused - self.through) and bool(self.through - self.refused)

    @property
    def is_everybody(self) -> bool:
        """Several, and nobody else got through."""
        return len(self.refused) > 1 and not self.through - self.refused


def _handshakes(tables: Tables) -> _Handshakes | None:
    """The stretch with most refusals; None: nobody with a session was refused after a move."""
    told = tables.told
    found: list[_Handshakes] = []
    for switchover in told.switchovers:
        began, ended = told.serving(switchover)
        events = tuple(
            e for e in told.handshakes if e.at is not None and began - SECOND <= e.at < ended
        )
        refused = frozenset(e.fields["public"] for e in events)
        known_before = frozenset(
            e.fields["public"]
            for e in told.handshakes
            if e.at is not None and e.at < told.switchovers[0].at - SECOND
        )
        if refused - known_before:
            through = told.got_through(began, ended - SECOND) | _seen_there(tables, switchover)
            found.append(_Handshakes(events, refused - known_before, through, switchover))
    return max(found, key=lambda h: (len(h.refused), -h.switchover.at), default=None)


def _seen_there(tables: Tables, switchover: Switchover) -> frozenset[str]:
    """Who has a tunnel on that unit in a table of the stretch in which it served."""
    began, ended = tables.told.serving(switchover)
    return frozenset(
        row.public
        for known in tables.listings
        if known.unit is switchover.to
        and (known.screen.at is None or began <= known.screen.at <= ended)
        for row in known.rows
        if row.has_tunnel
    )


# ── 11: a feature that is gone ─────────────────────────────────────────────────────────


def feature_removed(tables: Tables) -> Cause:
    """Judge cause 11."""
    told = tables.told
    scale = Scale(CauseName.FEATURE_REMOVED)
    since = told.switchovers[0].at if told.switchovers else None
    portal = _since(told.of(What.CLIENTLESS_REFUSED), since)
    shakes = _handshakes(tables)
    named = _since(tuple(e for e in told.of(What.TLS_REFUSED) if _names(e, _OF_CIPHERS)), since)
    ssh = _since(tuple(e for e in told.of(What.ADMIN_REFUSED) if _names(e, _OF_CIPHERS)), since)
    lines = tuple(e for e in told.of(What.SYNC_FAILED) if e.number == 709_007)
    errors = _errors(tables)
    for text, sources in (
        ("clientless users were refused after the switchover", portal),
        ("handshakes failed over a protocol version or a cipher", named),
        ("SSH logins failed over an algorithm", ssh),
        ("lines of the configuration were refused", lines),
        (
            f"a unit could not execute {errors[0][1][0]!r} at its boot" if errors else "",
            tuple(screen for screen, _ in errors),
        ),
    ):
        if sources:
            scale.speaks_for(text, sources)
    if shakes is not None:
        _class_or_everybody(told, scale, shakes)
    refused = (*portal, *named, *ssh)
    scale.harmed(
        {event.fields.get("user", "") for event in refused},
        min((e.at for e in refused if e.at is not None), default=None),
    )
    others = [parted.gone for _, parted in told.partings if parted.gone and _is_wide(parted)]
    stranded = _stranded(tables)
    if stranded is not None:
        last, rows, back = stranded
        scale.speaks_for(
            f"{len(rows)} people never had a tunnel again since the roles moved, {back} others did",
            last.screen,
        )
        scale.harmed(row.user for row in rows)
    if others:
        scale.speaks_against("people of other kinds lost their sessions, too", others)
    is_class = bool(refused) or (shakes is not None and shakes.is_class)
    if stranded is not None and not told.has_log:
        failed = told.of(What.TLS_REFUSED, What.CLIENTLESS_REFUSED)
        if failed:
            scale.speaks_for("handshakes or logins were refused on that unit", failed)
        grade = Likelihood.LIKELY if failed else Likelihood.POSSIBLE
        return scale.closed(Likelihood.CERTAIN if failed and (errors or lines) else grade)
    if not (is_class or shakes or errors or lines):
        return scale.closed(Likelihood.UNLIKELY if told.informs_at_all else Likelihood.UNKNOWN)
    grade = Likelihood.POSSIBLE
    if is_class:
        grade = Likelihood.CERTAIN if errors or lines else Likelihood.LIKELY
    elif errors and not told.has_log:
        grade = Likelihood.LIKELY
    return scale.closed(at_most(grade, Likelihood.POSSIBLE) if others else grade)


def _class_or_everybody(told: Told, scale: Scale, shakes: _Handshakes) -> None:
    scale.speaks_for(
        f"{len(shakes.refused)} clients failed in the TLS handshake since the roles moved",
        shakes.events,
    )
    if shakes.is_class:
        scale.speaks_for(f"{len(shakes.through - shakes.refused)} others got through meanwhile")
    else:
        scale.speaks_against("nobody else got through, so that it is no class of users")
    _harmed(told, scale, shakes)


def _stranded(tables: Tables) -> tuple[Listing, tuple[Session, ...], int] | None:
    """Rows that went silent together on one unit when it took over, while others came back."""
    for listing in reversed(tables.listings):
        silent = [row for row in listing.rows if not row.has_tunnel]
        back = len(listing.rows) - len(silent)
        together = tables.together(silent)
        if back and len(together) > 2 and together[0].inactivity_seconds >= _STRANDED_SECONDS:
            mate = tables.last_listing(listing.unit.other)
            held = set() if mate is None else {row.login for row in mate.rows}
            if all(row.login in held for row in together):
                return listing, together, back
    return None


def _errors(tables: Tables) -> tuple[tuple[Screen, tuple[str, ...]], ...]:
    """Lines that failed at a boot, but for those of a package's file."""
    return tuple(
        (screen, found)
        for screen, found in tables.startup_errors
        if not any("anyconnect image" in line.casefold() for line in found)
    )


def _harmed(told: Told, scale: Scale, shakes: _Handshakes) -> None:
    scale.harmed(
        (life for life in told.night.lives if life.public in shakes.refused),
        shakes.switchover.at,
    )


def _since(events: tuple[Event, ...], at: int | None) -> tuple[Event, ...]:
    """The events after that, if there are none of the kind before it."""
    if at is None:
        return ()
    if any(e.at is not None and e.at < at - 2 * SECOND for e in events):
        return ()
    return events


def _names(event: Event, words: tuple[str, ...]) -> bool:
    said = event.fields.get("reason", "").casefold()
    return any(word in said for word in words)


def _is_wide(parted: Parted) -> bool:
    """Whether people with an address, whom no feature of the portal concerns, were lost in mass."""
    owners = [life for life in parted.gone if life.address is not None]
    return len(owners) > max(1, len(parted.resumed))


# ── 17: certificates ───────────────────────────────────────────────────────────────────


def certificate_differs(tables: Tables) -> Cause:
    """Judge cause 17."""
    told = tables.told
    scale = Scale(CauseName.CERTIFICATE_DIFFERS)
    since = told.switchovers[0].at if told.switchovers else None
    named = tuple(e for e in told.of(What.TLS_REFUSED) if _names(e, _OF_CERTIFICATES))
    complaints = _since(named, since)
    shakes = _handshakes(tables)
    differ = _certificates(tables, scale)
    if complaints:
        scale.speaks_for(
            "clients ended the handshake over the certificate after the switchover", complaints
        )
        scale.harmed((), next((e.at for e in complaints if e.at is not None), None))
    if shakes is not None and shakes.is_everybody:
        scale.speaks_for(
            f"all {len(shakes.refused)} who came failed in the TLS handshake since the roles moved",
            shakes.events,
        )
        _harmed(told, scale, shakes)
    elif shakes is not None:
        scale.speaks_against("others got through the handshake with the same unit", shakes.events)
    if differ is False:
        return scale.closed(Likelihood.EXCLUDED)
    everybody = shakes is not None and shakes.is_everybody
    if complaints or everybody:
        return scale.closed(Likelihood.CERTAIN if differ else Likelihood.LIKELY)
    if differ:
        # Without a log the handshakes are not seen; the difference alone harms nobody.
        grade = Likelihood.POSSIBLE if told.has_log else Likelihood.LIKELY
        return scale.closed(grade if told.switchovers else Likelihood.POSSIBLE)
    if shakes is not None:
        return scale.closed(Likelihood.UNLIKELY)
    return scale.closed(Likelihood.UNLIKELY if told.informs_at_all else Likelihood.UNKNOWN)


def _certificates(tables: Tables, scale: Scale) -> bool | None:
    """Whether the units hold different certificates; None: not seen on both."""
    held: dict[str, tuple[Screen, dict[str, frozenset[str]]]] = {}
    for screen in tables.told.night.screens:
        value = screen.value
        if screen.unit is None or not isinstance(value, tuple) or not value:
            continue
        if not all(isinstance(one, Certificate) for one in value):
            continue
        held.setdefault(screen.unit.value, (screen, _by_trustpoint(value)))
    if not all(role.value in held for role in ROLES):
        return None
    (one, ours), (other, theirs) = (held[role.value] for role in ROLES)
    apart = sorted(t for t in {*ours, *theirs} if ours.get(t) != theirs.get(t))
    if apart:
        scale.speaks_for(
            f"the certificates of {', '.join(apart)} are not the same on both units", one, other
        )
        return True
    scale.speaks_against("both units hold the same certificates", one, other)
    return False


def _by_trustpoint(certificates: tuple[Certificate, ...]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for certificate in certificates:
        if certificate.kind != "Certificate":
            continue
        for trustpoint in certificate.trustpoints:
            found.setdefault(trustpoint, set()).add(certificate.serial)
    return {trustpoint: frozenset(serials) for trustpoint, serials in found.items()}
