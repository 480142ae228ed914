"""ormolu with no ORM, beside other ways to have attributes that are watched, by pyperf.

usage: alone.py [pyperf's options]

Each has a class with one attribute that has been changed once, so that the old value is
kept by those that keep one.
"""

from __future__ import annotations

import pyperf

SETUPS = {
    "plain class": """
class Point:
    def __init__(self): self.x = 1
point = Point()
""",
    "ormolu": """
from ormolu.attributes import register_attribute
from ormolu.instrumentation import register_class
class Point: pass
register_class(Point)
register_attribute(Point, "x")
point = Point()
""",
    "atom": """
from atom.api import Atom, Value
class Point(Atom):
    x = Value()
    old = Value()
    def _observe_x(self, change): self.old = change.get("oldvalue")
point = Point()
""",
    "traits": """
from traits.api import Any, HasTraits, observe
class Point(HasTraits):
    x = Any()
    old = Any()
    @observe("x")
    def _keep(self, event): self.old = event.old
point = Point()
""",
    "persistent": """
from persistent import Persistent
class Point(Persistent): pass
point = Point()
""",
    "Pydantic": """
from pydantic import BaseModel, ConfigDict
class Point(BaseModel):
    model_config = ConfigDict(validate_assignment=True)
    x: int = 1
point = Point()
""",
}
"""What makes ``point``, which has ``x``, by the name that is shown."""

KEEPS_OLD = ("ormolu", "atom", "traits")
"""Those that know the old value after a change."""


def main() -> None:
    """Time reads and writes of each."""
    runner = pyperf.Runner(processes=4, values=3, warmups=1)
    for name, setup in SETUPS.items():
        ready = setup + "point.x = 1\npoint.x = 2\n"
        runner.timeit(f"read: {name}", "point.x", ready, duplicate=50)
        # another value each time, for some look whether it is another
        runner.timeit(
            f"write: {name}", "point.x = 3; point.x = 4", ready, duplicate=25, inner_loops=2
        )


if __name__ == "__main__":
    main()
