"""Pair files: which pair, in which world, and where its files come from."""
