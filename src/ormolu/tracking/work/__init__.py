"""The unit of work: many tracked objects at once, and what changed in them as a value."""
