"""The objects that a workspace holds: who they are, what they were, and the way back."""
