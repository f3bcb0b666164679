"""What the commands do, once their words are read: each comes back as a report."""
