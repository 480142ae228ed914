"""Many objects at once: workspaces, and what changed in them as a value."""
