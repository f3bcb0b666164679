"""THE LANGUAGE: the lines that we type, and what the device's text means."""
