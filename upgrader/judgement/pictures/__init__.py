"""Pictures of a pair: taken from a look, compared, and what they may differ by."""
