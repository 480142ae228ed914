"""Genuine pickles with some of their bytes changed.

They are loaded by an unpickler that finds nothing but what genuine ones need, as
``SECURITY.md`` recommends, so that nothing dangerous can be found by chance.
"""

from __future__ import annotations

import io
import pickle
import random
from typing import Any

from .states import use
from .victims import Calls, Member, Owner, graph, unharmed

__all__ = ["Narrow", "attack", "changed", "narrowly"]

_CLASSES = {(one.__module__, one.__name__): one for one in (Owner, Member, Calls)}
_FROM_ORMOLU = {
    *(("ormolu.core.state", name) for name in ("_blank_state", "InstanceState")),
    *(("ormolu.core.pickling", "SerializedManager"), ("ormolu.core.layer", "symbol_named")),
    *(("ormolu._kernel.adapter", "CollectionAdapter"),),
    *(("ormolu._kernel.pending", name) for name in ("PendingCollection", "MemberSet")),
    *(("ormolu.core.preparation", f"Instrumented{kind}") for kind in ("List", "Set", "Dict")),
    *(("ormolu.core.keyed_dicts", name) for name in ("_restored_dict", "_AttributeKey")),
}
# protocols below 4 make objects and sets with these
_PYTHON = {
    *(("copyreg", "_reconstructor"), ("copy_reg", "_reconstructor")),
    *(
        (module, name)
        for module in ("builtins", "__builtin__")
        for name in ("object", "set", "list", "dict")
    ),
}


class Narrow(pickle.Unpickler):
    """Finds what pickles of the victims need, and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        """Return what a pickle names, if that is allowed."""
        if (module, name) in _CLASSES:
            return _CLASSES[module, name]
        if (module, name) in _FROM_ORMOLU | _PYTHON:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is not allowed")


def narrowly(data: bytes) -> Any:
    """Unpickle what names nothing else."""
    return Narrow(io.BytesIO(data)).load()


def attack(seed: int) -> bool:
    """Load one changed pickle, and use what comes out; return whether it was refused.

    Raises:
        AssertionError: it did harm.
    """
    chance = random.Random(seed)
    data = changed(chance, pickle.dumps(graph(chance), chance.randrange(6)))
    with unharmed():
        try:
            loaded = narrowly(data)
        except Exception:
            # mostly it is no pickle any more, and pickle says so in many ways
            return True
        use(chance, loaded)
    return False


def changed(chance: random.Random, data: bytes) -> bytes:
    """Return a pickle with some bytes changed, moved, repeated or left out."""
    made = bytearray(data)
    for _ in range(chance.randrange(1, 5)):
        place, length = chance.randrange(len(made)), chance.randrange(1, 12)
        kind = chance.randrange(5)
        if kind == 0:
            made[place] = chance.randrange(256)
        elif kind == 1:
            made[place] ^= 1 << chance.randrange(8)
        elif kind == 2:
            made[place] = chance.choice(data)
        elif kind == 3 and len(made) > length:
            del made[place : place + length]
        else:
            start = chance.randrange(len(data))
            made[place:place] = data[start : start + length]
    return bytes(made) or b"."
