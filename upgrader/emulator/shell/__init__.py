"""A unit's command line: typed lines in, what the device prints out."""
