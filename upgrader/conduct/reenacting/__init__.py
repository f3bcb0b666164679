"""A night of anybody, run on a testbed: staged, counted, and asked what would have saved it."""
