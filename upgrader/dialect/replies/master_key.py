"""`show password encryption`: whether stored passwords are encrypted, and under which key."""

import re

from upgrader.dialect.commands import SHOW_MASTER_KEY
from upgrader.dialect.replies.screen import lines_of
from upgrader.model.wide import MasterKey
from upgrader.ports import Unparsed

_ENABLED = re.compile(r"Password Encryption: *(Enabled|Disabled)", re.IGNORECASE)
_HASH = re.compile(
    r"Master key hash: *(?P<hash>Not set|0x[0-9a-f]+(?: 0x[0-9a-f]+)*) *(?:\((?:not )?saved\))?",
    re.IGNORECASE,
)


def read_master_key(text: str) -> MasterKey:
    """Read `show password encryption`. The hash is no secret: it tells two keys apart.

    Raises:
        Unparsed: one of its two lines is missing.

    Source: a real ASAv session (`Not set(saved)`, five words and `(not saved)`).
    """
    lines = lines_of(SHOW_MASTER_KEY, text)
    enabled = next((found for found in map(_ENABLED.fullmatch, lines) if found), None)
    told = next((found for found in map(_HASH.fullmatch, lines) if found), None)
    if enabled is None or told is None:
        raise Unparsed(SHOW_MASTER_KEY, text, "whether passwords are encrypted is not told")
    is_set = told["hash"].lower() != "not set"
    return MasterKey(enabled[1].lower() == "enabled", told["hash"].lower() if is_set else None)
