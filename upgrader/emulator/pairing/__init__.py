"""How two units make a pair: the link, states, roles, health, and what replicates."""
