"""A night, told from its records: roles, comings and goings, and each session's life."""
