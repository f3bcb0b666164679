"""Events in an operator's words: `its mate is gone`, and not what the message says of callbacks.

The unit stands beside a line, so that a phrase leaves it out: `its mate` is the other one. The
message itself is kept wherever there is room for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from upgrader.model.evidence import What
from upgrader.model.night import Event

_LONGEST = 60
"""Letters of a device's reason: `Signal 11 caught in process/fiber(rtcli async executor…`."""


@dataclass(frozen=True, slots=True)
class _Phrase:
    """What is said of a kind of event."""

    text: str
    field: str = ""
    """What is added to it, where the event has it."""
    joined: str = ": "
    """What stands before the addition."""


_OF_UNITS = {
    What.TO_ACTIVE: _Phrase("becomes active", "reason"),
    What.TO_STANDBY: _Phrase("becomes standby", "reason"),
    What.TO_FAILED: _Phrase("is marked as failed", "reason"),
    What.TO_OK: _Phrase("is well again"),
    What.STATE: _Phrase("is", "state", " "),
    What.PEER_STATE: _Phrase("its mate is", "state", " "),
    What.CLIENT_TO_ACTIVE: _Phrase("its VPN part becomes active"),
    What.CLIENT_TO_STANDBY: _Phrase("its VPN part becomes standby"),
    What.FLAPPING: _Phrase("the roles change again and again"),
    What.PEER_ABSENT: _Phrase("its mate is gone"),
    What.PEER_PRESENT: _Phrase("its mate is there"),
    What.NO_RESPONSE: _Phrase("hears its mate no more"),
    What.REPORTED_FAILED: _Phrase("its mate reports a failure", "reason"),
    What.PEER_UP: _Phrase("its mate has booted"),
    What.LINK_DOWN: _Phrase("the failover link is down"),
    What.LINK_UP: _Phrase("the failover link is up"),
    What.CONTROL_DOWN: _Phrase("the failover link is down for VPN"),
    What.CONTROL_UP: _Phrase("the failover link is up for VPN"),
    What.DATA_DOWN: _Phrase("the state link is down"),
    What.DATA_UP: _Phrase("the state link is up"),
    What.HELLOS_LOST: _Phrase("hears no hellos", "interface", " on "),
    What.TESTING: _Phrase("tests an interface", "interface"),
    What.TESTED: _Phrase("has tested an interface", "outcome"),
    What.INTERFACE_DOWN: _Phrase("an interface is down", "interface"),
    What.INTERFACE_UP: _Phrase("an interface is up", "interface"),
    What.MONITOR_WAITING: _Phrase("waits for hellos", "interface", " on "),
    What.MONITOR_NORMAL: _Phrase("hears hellos", "interface", " on "),
    What.ADDRESS_COLLISION: _Phrase("another box answers for an address", "address"),
    What.FAILOVER_OFF: _Phrase("failover is switched off"),
    What.FAILOVER_ON: _Phrase("failover is switched on"),
    What.VERSIONS_DIFFER: _Phrase("its mate runs another release", "theirs"),
    What.VERSIONS_INCOMPATIBLE: _Phrase("its mate runs a release it cannot pair with", "theirs"),
    What.MATE_UNLIKE: _Phrase("its mate is not set up alike", "reason"),
    What.RUNS: _Phrase("runs", "version", " "),
    What.SYNC_SENDING: _Phrase("sends its configuration"),
    What.SYNC_SENT: _Phrase("configuration sent"),
    What.SYNC_RECEIVING: _Phrase("receives the configuration"),
    What.SYNC_RECEIVED: _Phrase("configuration received"),
    What.SYNC_SKIPPED: _Phrase("the configuration is alike, nothing is sent"),
    What.SYNC_FAILED: _Phrase("the configuration sync failed", "reason"),
    What.NOT_REPLICATED: _Phrase("a line was not replicated", "command"),
    What.BULK_STARTED: _Phrase("VPN bulk sync begins"),
    What.BULK_ENDED: _Phrase("VPN bulk sync completed"),
    What.BULK_RECEIVING: _Phrase("VPN bulk sync begins to arrive"),
    What.BULK_RECEIVED: _Phrase("VPN bulk sync has arrived"),
    What.REPLICATION_OFF: _Phrase("VPN replication is off, for want of a failover key"),
    What.REPLICATION_ON: _Phrase("VPN replication is on"),
    What.REPLICATION_TROUBLE: _Phrase("VPN replication has trouble"),
    What.RELOADED_BY: _Phrase("was reloaded", "source", " by "),
    What.STARTUP_BEGIN: _Phrase("boots"),
    What.STARTUP_END: _Phrase("has booted"),
    What.CRASHED: _Phrase("crashes", "reason"),
    What.SHUTTING_DOWN: _Phrase("shuts down"),
    What.COMMAND: _Phrase("a line is typed", "command"),
    What.REFUSED_COMMAND: _Phrase("refuses", "command"),
    What.SAVED: _Phrase("configuration saved"),
    What.LOG_LOST: _Phrase("lines of the log are lost"),
    What.CLOCK_SET: _Phrase("its clock is set"),
}

_OF_PEOPLE = {
    What.WEB_SESSION_COPIED: _Phrase("session copied to the standby"),
    What.WEB_SESSION_REFUSED: _Phrase("session not taken by the standby"),
    What.WEB_SESSION_DELETED: _Phrase("session taken from the standby"),
    What.WEB_SESSION_NOT_DELETED: _Phrase("session not taken from the standby"),
    What.ADMIN_IN: _Phrase("administrator logged in"),
    What.ADMIN_OUT: _Phrase("administrator logged out"),
    What.ADMIN_REFUSED: _Phrase("administrator refused"),
    What.LOGGED_IN: _Phrase("login"),
    What.ADDRESS_GIVEN: _Phrase("address given", "address"),
    What.FIRST_TUNNEL: _Phrase("first tunnel"),
    What.TUNNEL_UP: _Phrase("tunnel up"),
    What.TUNNEL_DOWN: _Phrase("tunnel closed"),
    What.TUNNEL_AGAIN: _Phrase("tunnel back"),
    What.TUNNEL_REPLACED: _Phrase("tunnel replaced"),
    What.STALE_CLOSED: _Phrase("old tunnel closed"),
    What.CLOSING: _Phrase("closing", "reason"),
    What.SUSPENDED: _Phrase("waits to resume"),
    What.RESUMED: _Phrase("session resumed"),
    What.ENDED: _Phrase("session ended", "reason"),
    What.EVICTED: _Phrase("evicted at the licence limit"),
    What.IMAGE_REFUSED: _Phrase("refused: no usable AnyConnect package"),
    What.LIMIT_REFUSED: _Phrase("refused: the session limit is reached"),
    What.RELOAD_REFUSED: _Phrase("refused: a reboot is pending"),
    What.TOO_MANY_LOGINS: _Phrase("refused: too many logins"),
    What.NO_ADDRESS: _Phrase("no address to give"),
    What.CLIENT_REFUSED: _Phrase("client refused", "reason"),
    What.AAA_ACCEPTED: _Phrase("login accepted"),
    What.AAA_REJECTED: _Phrase("login rejected"),
    What.AAA_DOWN: _Phrase("authentication server down", "server"),
    What.TLS_REFUSED: _Phrase("TLS handshake failed", "reason"),
    What.CLIENTLESS_REFUSED: _Phrase("clientless session refused"),
    What.NO_CONNECTION: _Phrase("packet of a connection that is not known", "port", ", port "),
    What.ASSIGNED: _Phrase("address assigned", "address"),
    What.FREED: _Phrase("address freed", "address"),
    What.NOT_FREED: _Phrase("address not freed", "address"),
    What.POOL_EMPTY: _Phrase("no address left in the pool", "pool"),
    What.IN_USE_ALREADY: _Phrase("address in use already", "address"),
    What.QUARANTINED: _Phrase("address put aside", "address"),
    What.COPIED_TO_STANDBY: _Phrase("address told to the standby", "address"),
    What.STANDBY_UNREACHED: _Phrase("address not told to the standby", "address"),
    What.STANDBY_HAS_IT: _Phrase("the standby has the address already", "address"),
    What.TAKEN_FROM_STANDBY: _Phrase("address taken from the standby", "address"),
    What.STANDBY_LACKS_IT: _Phrase("the standby lacks the address", "address"),
}

_PHRASES: Mapping[What, _Phrase] = {**_OF_UNITS, **_OF_PEOPLE}

_REASONS = {
    "mate want me active": "its mate hands over",
    "other unit wants me active": "its mate hands over",
    "mate want me standby": "its mate takes over",
    "other unit wants me standby": "its mate takes over",
    "set by the config command": "by command",
    "hello not heard from mate": "its mate is not heard",
    "no active unit found": "no active unit is found",
    "detected an active mate": "its mate is active",
    "other unit has failed": "its mate has failed",
}
"""Reasons that devices give, by their own words in small letters."""


def said_of(event: Event) -> str:
    """One event in plain words; of a message that nobody put in words, the message."""
    phrase = _PHRASES.get(event.what)
    if phrase is None:
        return event.text
    if event.what is What.COMMAND:
        return event.fields.get("command", "") or event.text
    addition = event.fields.get(phrase.field, "") if phrase.field else ""
    told = f"{phrase.text}{phrase.joined}{reason_told(addition)}" if addition else phrase.text
    user = event.fields.get("user", "") if event.what in _OF_PEOPLE else ""
    return f"{user}: {told}" if user else told


def words_for(what: What) -> str:
    """A kind of event, in a few words; what befell many is told by it."""
    phrase = _PHRASES.get(what)
    return what.value.replace("-", " ") if phrase is None else phrase.text


def reason_told(reason: str) -> str:
    """A device's reason in plain words; another one as it stands there, if it is short."""
    plain = _REASONS.get(reason.strip(" .").casefold())
    if plain is not None:
        return plain
    return reason if len(reason) <= _LONGEST else f"{reason[: _LONGEST - 1]}…"
