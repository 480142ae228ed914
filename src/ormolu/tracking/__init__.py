"""Change tracking of ordinary classes."""
