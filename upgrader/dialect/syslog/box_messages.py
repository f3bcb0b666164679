"""Messages of a unit about itself: reloads, what was typed, who administers it, the log, the clock.

Numbers and meanings: ASA syslog guide, chapters 101001 to 199021, 201002 to 219002, 302003 to
319004, 400000 to 467005 and 602101 to 634001.
"""

from upgrader.dialect.syslog.wording import Message, message
from upgrader.model.evidence import What

_CAPTURED = "captured line"

_RELOADS = (
    message(199_001, What.RELOADED_BY,
            "Reloaded at {time} by {source}. Reload reason: {reason}",
            "Orderly reload started at {time} by {source}. Reload reason: {reason}",
            "[PIX ](R|r)eload command executed from {source}"),
    message(199_006, What.RELOADED_BY,
            "Orderly reload started at {time} by {source}. Reload reason: {reason}",
            source="ASA syslog guide; older releases"),
    message(199_002, What.STARTUP_END,
            "[PIX |ASA |FTD ][S|s]tartup completed. Beginning operation"),
    message(199_005, What.STARTUP_BEGIN, "[PIX |ASA |FTD ][S|s]tartup begin"),
    *(message(number, What.CRASHED, "{reason}")
      for number in (199_010, 199_011, 199_012, 199_020, 199_021)),
)  # fmt: skip

_TYPED = (
    message(111_001, What.SAVED, "Begin configuration: {source} writing to {device}"),
    message(111_003, What.COMMAND, "{source} Erase configuration", repeats=True),
    message(111_004, What.SAVED, "{source} end configuration: {outcome}"),
    message(111_005, What.SAVED, "{source} end configuration: {outcome}"),
    message(111_008, What.COMMAND,
            (What.CLOCK_SET,
             "User ['][`]{user}['] executed (the|cmd:) ['][`](clock set) {to}['] [command]"),
            "User ['][`]{user}['] executed (the |cmd: |)['][`]{command}['][ command]",
            source=_CAPTURED, every=True, repeats=True),
    message(111_009, What.COMMAND, "User ['][`]{user}['] executed cmd: {command}",
            repeats=True),
    message(111_010, What.COMMAND,
            "User ['][`]{user}['], running ['][`]{application}['] from IP {source}, executed "
            "['][`]{command}[']",
            "User ['][`]{user}['] executed ['][`]{command}[']",
            source=_CAPTURED, repeats=True),
)  # fmt: skip

_ADMINISTRATORS = (
    message(605_005, What.ADMIN_IN,
            'Login permitted from {source}/{port} to {interface}:{address}/{service} for user '
            '["]{user}["]',
            'Login permitted from {source} to console for user ["]{user}["]',
            source=_CAPTURED, repeats=True),
    message(611_101, What.ADMIN_IN,
            "User authentication succeeded: [IP( address:|,) {source}[ ](,|:) ]Uname: {user}",
            source=_CAPTURED, repeats=True),
    message(315_011, What.ADMIN_OUT,
            'SSH session from [{source} ]on interface {interface} for user ["]{user}["] '
            "(disconnected by SSH server, reason: |terminated ){reason}",
            source=_CAPTURED, repeats=True),
    message(611_103, What.ADMIN_OUT, "User logged out: Uname: {user}", repeats=True),
    message(605_004, What.ADMIN_REFUSED,
            'Login denied from {source}/{port} to {interface}:{address}/{service} for user '
            '["]{user}["]',
            repeats=True),
    message(611_102, What.ADMIN_REFUSED,
            "User authentication failed: [IP( address:|,) {source}[ ](,|:) ]Uname: {user}",
            repeats=True),
    message(308_001, What.ADMIN_REFUSED,
            "[{way} ]console enable password incorrect for {tries} tries \\(from {source}\\)",
            repeats=True),
)  # fmt: skip

_LOG = (
    message(106_015, What.NO_CONNECTION,
            "Deny TCP \\(no connection\\) from {source}/{source_port} to {target}/{port} "
            "flags {flags} on interface {interface}", source=_CAPTURED, repeats=True),
    message(201_008, What.LOG_LOST, "{reason}", source="practitioners' text", repeats=True),
    *(message(number, What.LOG_LOST, "{reason}", repeats=True)
      for number in (414_001, 414_002, 414_003, 414_006, 414_008)),
    # The collector is there again: the gap ends here, and may have been longer than one line says.
    *(message(number, What.LOG_LOST, "{reason}", repeats=True)
      for number in (414_004, 414_005, 414_007)),
    message(771_002, What.CLOCK_SET,
            "CLOCK: System clock set, source: {source}, IP: {address}, before: {before}, "
            "after: {to}",
            "CLOCK: System clock set, {reason}"),
)  # fmt: skip

BOX_MESSAGES: tuple[Message, ...] = (*_RELOADS, *_TYPED, *_ADMINISTRATORS, *_LOG)
