"""What tests may let happen to a pair, and what may be known of it: inputs, events, truth."""
