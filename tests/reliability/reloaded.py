"""A module with a tracked class, that a test loads again."""

from ormolu import events
from ormolu.attributes import register_attribute
from ormolu.instrumentation import register_class


class Point:
    """Has one value."""


register_class(Point)
register_attribute(Point, "x")
events.listen(Point.x, "set", lambda point, new, old, token: None)
kept = Point()
kept.x = 1
