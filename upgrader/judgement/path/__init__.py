"""The way from one release to another: what is known of releases, and the hops that follow."""
