"""Reports for people at a terminal: 80 columns, no colour where none is wanted."""
