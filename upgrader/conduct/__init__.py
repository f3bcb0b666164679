"""THE BEAT: look, judge, act; once, and again until it is done."""
