"""`show crypto ca server`: the unit's own certificate authority, which failover does not copy."""

import re

from upgrader.dialect.commands import SHOW_LOCAL_CA
from upgrader.dialect.replies.screen import lines_of
from upgrader.model.wide import LocalCa
from upgrader.ports import Unparsed

_STATUS = re.compile(r"Status: *(\S.*)")


def read_local_ca(text: str) -> LocalCa:
    """Read `show crypto ca server`: its status.

    Raises:
        Unparsed: no status.

    Source: ASA configuration guide on digital certificates; no capture was found.
    """
    found = [row[1] for row in map(_STATUS.fullmatch, lines_of(SHOW_LOCAL_CA, text)) if row]
    if not found:
        raise Unparsed(SHOW_LOCAL_CA, text, "no status of the certificate server")
    return LocalCa(found[0].strip().lower() == "enabled")
