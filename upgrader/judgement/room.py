"""How much room a flash must have for what a night writes to it."""

RESERVE_BYTES = 4_000_000
"""For the backup of the configuration. Our guess: two copies of the largest that we know of."""
MARGIN_PERCENT = 10
"""Practice: a tenth more than what is copied."""


def room_wanted(new_bytes: int, margin_percent: int = MARGIN_PERCENT) -> int:
    """Bytes that must be free before that many are copied, the backup's room included."""
    return RESERVE_BYTES + new_bytes * (100 + margin_percent) // 100
