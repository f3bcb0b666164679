"""The rules of a check: readiness, one family a file, each a value and a pure function."""
