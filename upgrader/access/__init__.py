"""ADAPTERS: what stands behind the ports, and what stands before them."""
