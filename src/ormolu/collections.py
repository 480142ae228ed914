"""Collections whose changes are recorded, and how to make a class into one."""

from ._kernel.adapter import CollectionAdapter
from ._kernel.bulk import bulk_replace
from .core.collections import collection, collection_adapter
from .core.keyed_dicts import (
    KeyFuncDict,
    attribute_keyed_dict,
    keyfunc_mapping,
    mapping_keyed_dict,
)
from .core.preparation import (
    InstrumentedDict,
    InstrumentedList,
    InstrumentedSet,
    prepare_instrumentation,
)

__all__ = [
    "CollectionAdapter",
    "InstrumentedDict",
    "InstrumentedList",
    "InstrumentedSet",
    "KeyFuncDict",
    "attribute_keyed_dict",
    "bulk_replace",
    "collection",
    "collection_adapter",
    "keyfunc_mapping",
    "mapping_keyed_dict",
    "prepare_instrumentation",
]
