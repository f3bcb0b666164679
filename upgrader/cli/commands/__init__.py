"""The commands: a family of them a file; each says what it takes, does it, and tells."""
