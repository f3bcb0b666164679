"""A postmortem shown: as JSON, as text, as a page with a picture that zooms, as Markdown."""
