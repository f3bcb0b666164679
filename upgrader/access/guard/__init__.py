"""What lets nothing pass that must not: the guard of a run, and the one of a look."""
