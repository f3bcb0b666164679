"""WHAT IS: frozen values and their invariants. No clock, no text, no I/O, nothing of ours."""
