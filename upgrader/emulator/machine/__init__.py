"""A chassis: its model, power, flash, and the files on it."""
