"""What units write to their logs, buffers and collectors: the catalogue and its settings."""
