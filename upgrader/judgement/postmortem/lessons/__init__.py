"""What a night comes to: deviations, impact, what is left, what to change."""
