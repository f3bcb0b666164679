"""A postmortem without a name of anybody."""
