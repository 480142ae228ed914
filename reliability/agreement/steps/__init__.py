"""What a program may do to instances of the layer alone, one function to an operation."""

from ..repertoire import Repertoire
from ..world import World
from . import attributes, below, classes, dictionaries, instances, lists, sets
from .peculiar import Peculiar

__all__ = ["STEPS", "WORLD", "Peculiar"]

WORLD = World
STEPS = Repertoire("raise_soon")

# the seeds of programs go by this order
for part in (instances, attributes, below, lists, sets, dictionaries, classes):
    STEPS.include(part.STEPS)
