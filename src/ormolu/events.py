"""Listening to classes, instances and attributes."""

from .core.events import contains, listen, listens_for, remove

__all__ = ["contains", "listen", "listens_for", "remove"]
