"""A run of ours on its recorded answers: by today's code, or as its release conducted it."""
