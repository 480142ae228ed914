"""Tracked instances: which state each has, and what is done to one as a whole."""
