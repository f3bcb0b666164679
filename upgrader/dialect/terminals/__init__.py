"""A terminal's log: what was typed, what was answered, and what the unit said by itself."""
