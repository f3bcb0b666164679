"""Files of the night on this machine: a repository, and what lists say of them."""
