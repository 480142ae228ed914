"""Many threads at once, on the same classes."""
