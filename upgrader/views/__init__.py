"""A report, shown: text, JSON, JUnit, HTML. Whoever shows knows the model only."""
