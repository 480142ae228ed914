"""Fields of tracked classes: how they are read and written, and how that is noticed."""
