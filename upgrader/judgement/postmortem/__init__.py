"""A bad night, told from its records and judged: pure."""
