"""A report as one HTML file: sections, tables that sort, the night as a picture. No network."""
