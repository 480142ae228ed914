"""Without a GIL, every way into the native core is guarded."""

import pytest

from ormolu._kernel.turns import unguarded
from ormolu.attributes import instance_state, register_attribute
from ormolu.state import IdentityMap


@pytest.mark.parametrize("way", ["attribute", "reference", "collection", "state", "map"])
def test_classes_that_derive_from_those_of_the_core_are_guarded(point, way):
    found = {
        "attribute": lambda: point.x,
        "reference": lambda: register_attribute(point, "r", useobject=True).impl,
        "collection": lambda: register_attribute(point, "c", uselist=True, useobject=True).impl,
        "state": lambda: instance_state(point()),
        "map": IdentityMap,
    }[way]()
    derived = type(found)
    classes = [class_ for class_ in derived.__mro__ if class_.__module__.startswith("ormolu")]
    # what an implementation is made by calls that of the class it derives from
    past = {class_.__name__: set(unguarded(class_)) - {"tp_init"} for class_ in classes}
    assert past == {key: set() for key in past}
