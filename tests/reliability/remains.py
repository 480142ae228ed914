"""What is left of instances and classes once everything that can go has gone."""

import gc
from collections import Counter

# the last is beneath_lives, which runs as a program
COUNTED = ("ormolu", "families", "lives", "__main__")


def collect():
    """Let everything go: a state in a map hears of its instance's end in one collection."""
    while gc.collect():
        pass


def survivors(references):
    """Return what is still there of what is referred to weakly."""
    collect()
    return [found for reference in references if (found := reference()) is not None]


def census():
    """Count what the layer and those who live have in memory, by type."""
    collect()
    kinds = (type(found) for found in gc.get_objects())
    return Counter(
        f"{kind.__module__}.{kind.__qualname__}"
        for kind in kinds
        if str(kind.__module__).startswith(COUNTED)
    )
