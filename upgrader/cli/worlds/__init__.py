"""The only place where worlds are built, and armed: nothing else of `cli` knows an adapter."""
