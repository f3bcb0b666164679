"""This machine's clock, for the commands."""

from upgrader.access.clock import WallClock

WALL = WallClock()
"""The time of this machine: for names, dates and how long something took, never for judging."""
