"""What may be asked of a night that is told."""
