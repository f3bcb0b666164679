"""A WORLD: an emulated Active/Standby pair, sans-I/O and pure data.

Time is an argument, never a call. It imports nothing of ours, its own enums included: what is
known in here reaches the tool only as text. What it does is emulated after documents and
captures, and not measured on hardware.
"""
