"""How much room a flash must have for what a night writes to it."""

RESERVE_BYTES = 4_000_000
"""For the backup of the configuration. Our guess: two copies of the largest that we know of."""
_FACTOR = 1.1  # Practice: a tenth more than what is copied.


def room_wanted(new_bytes: int) -> int:
    """Bytes that must be free before that many are copied, the backup's room included."""
    return RESERVE_BYTES + int(new_bytes * _FACTOR)
