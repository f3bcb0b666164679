"""Connections through the pair, as counts and as rows."""
