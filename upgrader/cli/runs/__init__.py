"""Runs on disk: their folders, who holds which pair, and where each run stands."""
