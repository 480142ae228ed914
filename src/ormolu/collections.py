"""Collections whose changes are recorded, and how to make a class into one."""

from .core.collections import (
    CollectionAdapter,
    InstrumentedDict,
    InstrumentedList,
    InstrumentedSet,
    KeyFuncDict,
    attribute_keyed_dict,
    bulk_replace,
    collection,
    collection_adapter,
    keyfunc_mapping,
    mapping_keyed_dict,
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
