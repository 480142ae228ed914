"""Attributes: registration, reading and writing from outside, history, flags."""

from ._kernel.history import History
from ._kernel.sentinels import (
    ATTR_EMPTY,
    ATTR_WAS_SET,
    CALLABLES_OK,
    DEFERRED_HISTORY_LOAD,
    DONT_SET,
    INCLUDE_PENDING_MUTATIONS,
    INIT_OK,
    LOAD_AGAINST_COMMITTED,
    NEVER_SET,
    NO_AUTOFLUSH,
    NO_CHANGE,
    NO_KEY,
    NO_RAISE,
    NO_VALUE,
    NON_PERSISTENT_OK,
    OP_APPEND,
    OP_BULK_REPLACE,
    OP_MODIFIED,
    OP_REMOVE,
    OP_REPLACE,
    PASSIVE_CLASS_MISMATCH,
    PASSIVE_MERGE,
    PASSIVE_NO_FETCH,
    PASSIVE_NO_FETCH_RELATED,
    PASSIVE_NO_INITIALIZE,
    PASSIVE_NO_RESULT,
    PASSIVE_OFF,
    PASSIVE_ONLY_PERSISTENT,
    PASSIVE_RETURN_NO_VALUE,
    RELATED_OBJECT_OK,
    SQL_OK,
    LoaderCallableStatus,
)
from ._kernel.tokens import AttributeEventToken
from .core.attributes import (
    AttributeFunctions,
    InstrumentedAttribute,
    register_attribute,
    unregister_attribute,
)
from .core.batches import for_many
from .core.layer import CORE

__all__ = [
    "ATTR_EMPTY",
    "ATTR_WAS_SET",
    "CALLABLES_OK",
    "DEFERRED_HISTORY_LOAD",
    "DONT_SET",
    "INCLUDE_PENDING_MUTATIONS",
    "INIT_OK",
    "LOAD_AGAINST_COMMITTED",
    "NEVER_SET",
    "NON_PERSISTENT_OK",
    "NO_AUTOFLUSH",
    "NO_CHANGE",
    "NO_KEY",
    "NO_RAISE",
    "NO_VALUE",
    "OP_APPEND",
    "OP_BULK_REPLACE",
    "OP_MODIFIED",
    "OP_REMOVE",
    "OP_REPLACE",
    "PASSIVE_CLASS_MISMATCH",
    "PASSIVE_MERGE",
    "PASSIVE_NO_FETCH",
    "PASSIVE_NO_FETCH_RELATED",
    "PASSIVE_NO_INITIALIZE",
    "PASSIVE_NO_RESULT",
    "PASSIVE_OFF",
    "PASSIVE_ONLY_PERSISTENT",
    "PASSIVE_RETURN_NO_VALUE",
    "RELATED_OBJECT_OK",
    "SQL_OK",
    "AttributeEventToken",
    "History",
    "InstrumentedAttribute",
    "LoaderCallableStatus",
    "del_attribute",
    "flag_dirty",
    "flag_modified",
    "for_many",
    "get_attribute",
    "get_history",
    "get_state_history",
    "has_parent",
    "init_collection",
    "instance_dict",
    "instance_state",
    "register_attribute",
    "set_attribute",
    "set_committed_value",
    "unregister_attribute",
]

_functions = AttributeFunctions(CORE)

instance_state = _functions.instance_state
instance_dict = _functions.instance_dict
get_attribute = _functions.get_attribute
set_attribute = _functions.set_attribute
del_attribute = _functions.del_attribute
get_history = _functions.get_history
get_state_history = _functions.get_state_history
has_parent = _functions.has_parent
set_committed_value = _functions.set_committed_value
init_collection = _functions.init_collection
flag_modified = _functions.flag_modified
flag_dirty = _functions.flag_dirty
