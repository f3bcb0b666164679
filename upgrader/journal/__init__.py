"""THE MEMORY: what was seen, meant and done, in a form that shows whether it was touched."""
