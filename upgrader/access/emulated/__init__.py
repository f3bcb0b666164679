"""The emulated pair behind the ports, kept on disk, and served over SSH."""
