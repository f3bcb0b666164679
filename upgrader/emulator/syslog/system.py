"""Syslog messages of a unit and of the people who administer it."""

from upgrader.emulator.syslog.message import Message

_GUIDE = "ASA syslog guide"
_LINE = "captured line"

# Older guides name the host from which the reload was ordered. Where the new form begins is
# inferred.
_NAMES_REASON_SINCE = (9, 8)

SYSTEM = (
    Message(111_001, 5, "Begin configuration: {source} writing to {device}", _GUIDE),
    Message(111_002, 5, "Begin configuration: {source} reading from {device}", _GUIDE),
    Message(111_003, 5, "{source} Erase configuration", _GUIDE),
    Message(
        111_004,
        5,
        "{source} end configuration: {outcome}",
        _GUIDE,
        choices={"outcome": ("OK", "FAILED")},
    ),
    Message(111_005, 5, "{source} end configuration: OK", _GUIDE),
    Message(111_007, 5, "Begin configuration: {source} reading from {device}", _GUIDE),
    Message(111_008, 5, "User '{user}' executed the '{command}' command.", _LINE),
    Message(111_009, 7, "User '{user}' executed cmd: {command}", _GUIDE),
    Message(
        111_010,
        5,
        "User '{user}', running 'CLI' from IP {source}, executed '{command}'",
        _LINE,
    ),
    Message(
        199_001,
        5,
        "Reloaded at {time} by {user}. Reload reason: {reason}",
        _GUIDE,
        older=((_NAMES_REASON_SINCE, "Reload command executed from {user}."),),
    ),
    Message(
        199_002,
        6,
        "Startup completed. Beginning operation.",
        _GUIDE,
        can_be_disabled=False,
    ),
    Message(199_005, 6, "Startup begin", _GUIDE),
    Message(
        199_010,
        1,
        "Signal {signal} caught in process/fiber(rtcli async executor process)/"
        "(rtcli async executor) at address {at}, corrective action at {to}",
        _GUIDE,
    ),
    Message(
        308_001,
        6,
        "console enable password incorrect for {tries} tries (from {source})",
        _GUIDE,
    ),
    Message(
        315_011,
        6,
        'SSH session from {source} on interface {interface} for user "{user}" terminated normally.',
        _LINE,
    ),
    Message(502_103, 5, "User priv level changed: Uname: {user} From: {before} To: {after}", _LINE),
    Message(
        605_004,
        6,
        'Login denied from {source}/{port} to {interface}:{address}/ssh for user "{user}"',
        _GUIDE,
    ),
    Message(
        605_005,
        6,
        'Login permitted from {source}/{port} to {interface}:{address}/ssh for user "{user}"',
        _LINE,
    ),
    Message(
        611_101,
        6,
        "User authentication succeeded: IP address: {source}, Uname: {user}",
        _LINE,
    ),
    Message(611_102, 6, "User authentication failed: IP address: {source}, Uname: {user}", _GUIDE),
    Message(611_103, 5, "User logged out: Uname: {user}", _LINE),
)
"""In the order of their ids."""
