"""Counting in words."""


def many(count: int, one: str, more: str | None = None) -> str:
    """`1 session`, `3 sessions`."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"
