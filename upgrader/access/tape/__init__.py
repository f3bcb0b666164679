"""What was asked and answered: recorded with its secrets hidden, and played back."""
