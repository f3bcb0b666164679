"""How the clocks of a night's records are laid onto one."""
