"""Nothing of the layer's outlives the instance, or the class, that it was made for."""

import importlib
import sys
import weakref

import pytest
from families import KINDS, Family, parts
from lives import LIVES
from raising import CALL_OUTS, EVENTS, refuse
from remains import census, survivors

from ormolu.attributes import NO_VALUE, instance_state
from ormolu.instrumentation import manager_of_class

pytestmark = pytest.mark.skipif(
    "free-threading" in sys.version and sys.version_info < (3, 14),
    reason="a free-threaded 3.13 keeps all classes that are made after a thread was started",
)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", LIVES)
def test_nothing_outlives_the_instance(name, kind):
    family = Family(KINDS[kind])
    LIVES[name](family)
    before = census()
    gone = LIVES[name](family)
    assert len(gone) > 2
    assert survivors(gone) == []
    assert census() - before == {}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", LIVES)
def test_nothing_outlives_the_class(name, kind):
    LIVES[name](Family(KINDS[kind]))
    before = census()
    family = Family(KINDS[kind])
    gone = [*LIVES[name](family), *family.end()]
    del family
    assert survivors(gone) == []
    assert census() - before == {}


@pytest.mark.parametrize("event", EVENTS)
def test_nothing_outlives_an_instance_whose_listener_raised(event):
    family = Family(list)
    refuse(family, event)
    before = census()
    gone = refuse(family, event)
    assert len(gone) > 2
    assert survivors(gone) == []
    assert census() - before == {}


@pytest.mark.parametrize("call_out", CALL_OUTS)
def test_nothing_outlives_an_instance_whose_call_out_raised(call_out):
    CALL_OUTS[call_out]()
    before = census()
    gone = CALL_OUTS[call_out]()
    assert len(gone) > 1
    assert survivors(gone) == []
    assert census() - before == {}


def test_nothing_outlives_a_module_that_is_loaded_again():
    module = importlib.import_module("reloaded")
    importlib.reload(module)
    before = census()
    gone = [weakref.ref(part) for part in (module.Point, manager_of_class(module.Point))]
    gone += parts(point := module.Point())
    importlib.reload(module)
    point.x = 3  # those that are there go on
    assert instance_state(point).committed_state == {"x": NO_VALUE}
    del point
    assert survivors(gone) == []
    assert census() - before == {}


def test_what_survives_is_found():
    family = Family(list)
    before = census()
    kept = family.tied()
    grown = census() - before
    assert grown["families.Owner"] == 1
    assert grown["ormolu.core.state.InstanceState"] == 4
    assert kept is not None
