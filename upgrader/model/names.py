"""The names that cannot be mistaken for one another."""

from typing import NewType

Serial = NewType("Serial", str)
"""Names a chassis; survives failover. The only identity that we believe."""

Seat = NewType("Seat", str)
"""A management address. Whoever holds the state answers there, so it is never an identity."""

Digest = NewType("Digest", str)
"""`sha512:…` of a file or `sha256:…` of anything of ours; lowercase hex."""

Instant = NewType("Instant", int)
"""Whole milliseconds on one clock's axis; integers, so that a replay cannot drift."""

RuleName = NewType("RuleName", str)
"""`anyconnect-images-match`: stable, documented, greppable."""
