"""What goes when a value is replaced may look at the very thing that it goes from."""

import gc
import weakref

import pytest

from ormolu.attributes import (
    get_history,
    instance_state,
    register_attribute,
    set_committed_value,
)
from ormolu.instrumentation import register_class

KEYS = ("x", "items")

ACTS = {
    "commit": lambda state: state._commit_all(state.dict),
    "expire": lambda state: state._expire(state.dict, set()),
    "expire some": lambda state: state._expire_attributes(state.dict, ["x", "items"]),
    "write": lambda state: setattr(state.obj(), "x", object()),
    "load": lambda state: set_committed_value(state.obj(), "x", 1),
    "history": lambda state: [get_history(state.obj(), key) for key in KEYS],
    "replace the old values": lambda state: setattr(state, "committed_state", {}),
    "replace the loaders": lambda state: setattr(state, "callables", {}),
    "replace the parents": lambda state: setattr(state, "parents", {}),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("inner", ACTS)
@pytest.mark.parametrize("outer", ACTS)
def test_a_finalizer_does_the_same_or_something_else(outer, inner):
    class Owner:
        pass

    register_class(Owner)
    register_attribute(Owner, "x")
    register_attribute(Owner, "items", uselist=True, useobject=True)
    owner, gone = Owner(), []
    state = instance_state(owner)

    class Last:
        def __del__(self):
            gone.append(1)
            if len(gone) < 4:
                ACTS[inner](state)

    class Member:
        def __del__(self):
            Last()

    register_class(Member)
    for round_ in range(3):
        owner.x = Last()
        owner.items = [Member(), Member()]
        state._commit_all(state.dict)
        owner.x = Last()
        owner.items = []
        state.callables["x"] = Last()
        ACTS[outer](state)
        ACTS["commit"](state)
        ACTS["expire"](state)
        owner.x = round_
    assert gone
    assert owner.x == 2


def test_a_collection_in_the_middle_of_the_end_of_a_state():
    """The instance goes with it: the collector comes upon its references, and so on the state."""

    class Last:
        def __del__(self):
            instances.clear()
            gc.collect()

    class Owner:
        def __init__(self):
            self.myself = self

    register_class(Owner)
    register_attribute(Owner, "x")
    instances = [owner := Owner()]
    reference = weakref.ref(owner)
    owner.x = Last()
    state = instance_state(owner)
    state._commit_all(vars(owner))
    owner.x = None  # the old value is in the state alone
    del vars(owner)[state.layer.state_attr], owner
    assert reference() is not None
    del state
    for _ in range(2):  # the pure core's is in a circle with its reference, and goes only now
        gc.collect()
    assert reference() is None
