"""Undo and redo across a graph."""
