"""A rebuilt night with one thing changed: what if, and what takes a cause away."""
