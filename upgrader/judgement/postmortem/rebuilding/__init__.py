"""A night as a scenario that can be run again: its pair, its people, and what befell them."""
