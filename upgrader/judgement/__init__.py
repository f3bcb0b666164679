"""PURE: from what was seen to what is so, and what is to be done. No clock, no I/O."""
