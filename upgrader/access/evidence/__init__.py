"""What a bad night left behind, opened and read: logs, transcripts, screens and runs."""
