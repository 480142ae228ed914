"""Values that change in place: what they were like, what is different, and back."""
