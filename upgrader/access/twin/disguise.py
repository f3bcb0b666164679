"""Secrets of configurations, replaced: equal ones by equal words, and none of them is kept.

So that both units still have the same failover key, and a key that differs still differs. Where
the device itself masks one (`*****`), the failover key gets a word that works, for it is known
only that there is one.
"""

from collections.abc import Iterator

from upgrader.dialect.secrets import secret_spans

_KEY = "failover key"
_IPSEC = "failover ipsec pre-shared-key"
_HEX = f"{_KEY} hex"
_MASK = "*****"
UNSEEN = "<secret-0>"
"""What stands for a failover key that the device masks, on both units."""


class Disguise:
    """Replaces secrets; one for all texts of a pair."""

    def __init__(self) -> None:
        self._words: dict[str, int] = {}
        self.guessed_key = False
        """Whether a masked failover key was given a word."""

    @property
    def count(self) -> int:
        """How many different secrets were replaced."""
        return len(self._words)

    def over(self, text: str) -> str:
        """The text without a secret."""
        replaced = "".join(self._pieces(text))
        return "\n".join(map(self._working, replaced.split("\n")))

    def _pieces(self, text: str) -> Iterator[str]:
        done = 0
        for start, end in secret_spans(text):
            yield text[done:start]
            begins = text.rfind("\n", 0, start) + 1
            yield self._word(text[start:end], text[begins:start].strip())
            done = end
        yield text[done:]

    def _word(self, secret: str, before: str) -> str:
        number = self._words.setdefault(secret, len(self._words) + 1)
        # A hexadecimal key has exactly 32 digits (ASA command reference).
        return f"{number:032x}" if before == _HEX else f"<secret-{number}>"

    def _working(self, line: str) -> str:
        """A key that the device masks, as one that an emulated unit can use."""
        bare = line.strip()
        for start in (_HEX, _KEY, _IPSEC):
            if bare.startswith(f"{start} ") and bare.endswith(_MASK):
                self.guessed_key = True
                return f"{_KEY if start == _HEX else start} {UNSEEN}"
        return line
