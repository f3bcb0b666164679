"""What to do this beat: each module answers for one part of the way, with a Move."""
