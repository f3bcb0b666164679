"""A text of a device on its own: what the tool understands of it, and which lines it does not."""
