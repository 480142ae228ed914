"""Lists, dictionaries and sets that tell who holds them when they change.

They are what ``@tracked(notify=True)`` puts in the place of plain ones, and
:mod:`ormolu.ext.mutable` in the columns of SQLAlchemy.  To everyone else they are plain:
they compare, print and dump as such, and copies and pickles of them *are* plain.  Plain
lists, dictionaries and sets that are put into one are exchanged for ones that tell, at any
depth; anything else in it stays what it is, and tells nothing.
"""

from .dicts import TrackedDict
from .lists import TrackedList
from .sets import TrackedSet

__all__ = ["TrackedDict", "TrackedList", "TrackedSet"]
