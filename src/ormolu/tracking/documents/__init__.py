"""Change sets as text: JSON of their own, and patches as others read and write them."""
