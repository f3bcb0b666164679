"""A night as a scenario that can be run again, changed, and held against the night."""
