"""A night that was run again, held against the night: the same, or what is unlike."""
