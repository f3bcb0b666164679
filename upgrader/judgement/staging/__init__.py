"""Bringing files before the night: what is to be brought, and what came of it."""
