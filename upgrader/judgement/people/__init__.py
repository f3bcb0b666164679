"""The people of a night: whose sessions they are, what became of each, and what is left of them."""
