"""Whether something was saved before a night or after it, as its name says."""

import re
from typing import Literal

_WORD = re.compile(r"[a-z]+")
_BEFORE = frozenset({"before", "pre", "prior", "baseline", "vorher", "prechange", "preupgrade"})
_AFTER = frozenset({"after", "post", "nachher", "postchange", "postupgrade"})


def moment_in(name: str) -> Literal["", "before", "after"]:
    """What a path says of the moment; its file first, then the nearest folder; empty: nothing."""
    for part in reversed(name.lower().split("/")):
        words = set(_WORD.findall(part))
        is_before, is_after = bool(words & _BEFORE), bool(words & _AFTER)
        if is_before is not is_after:
            return "before" if is_before else "after"
    return ""
