"""A live pair over SSH: blocking consoles in front, an event loop behind one module."""
