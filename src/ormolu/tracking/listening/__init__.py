"""Telling application code of what has changed, when it has."""
