"""Chance that can be repeated: each draw is a function of the seed, a purpose and a count.

No generator is kept, so that a fork or a reload of a saved pair draws what the original would
have. The mixing is SplitMix64's (public domain, Sebastiano Vigna).
"""

from functools import lru_cache
from hashlib import blake2b
from math import log

from upgrader.emulator.tables import Pair

_MASK = (1 << 64) - 1
_GAMMA = 0x9E3779B97F4A7C15
_SHARES = (1 << 64) + 1


class _Streams(dict[str, int]):
    """What the first draw for each purpose is mixed from, as far as somebody has asked."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def __missing__(self, purpose: str) -> int:
        digest = blake2b(f"{self._seed}/{purpose}".encode(), digest_size=8).digest()
        stream = self[purpose] = int.from_bytes(digest, "big") + _GAMMA
        return stream


_streams = lru_cache(maxsize=16)(_Streams)
"""By seed."""


def mixed(seed: int, purpose: str, n: int) -> int:
    """The n-th 64-bit draw for that purpose."""
    z = (_streams(seed)[purpose] + n * _GAMMA) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return z ^ (z >> 31)


def number(pair: Pair, purpose: str) -> int:
    """The next 64-bit draw; counted, so that no two are the same."""
    pair.draws = n = pair.draws + 1
    return mixed(pair.scenario.seed, purpose, n)


def between(pair: Pair, purpose: str, bounds: tuple[int, int]) -> int:
    """A whole number from the first to the last of the bounds, both included."""
    first, last = bounds
    return first + number(pair, purpose) % (max(last, first) - first + 1)


def gap_ms(pair: Pair, purpose: str, per_hour: float) -> int:
    """How long until the next of events that happen so often, independently of each other."""
    share = (number(pair, purpose) + 1) / _SHARES
    return round(-log(share) * 3_600_000 / per_hour) or 1
