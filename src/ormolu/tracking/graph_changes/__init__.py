"""What changed in the objects of a graph: names of objects, and changes as values."""
