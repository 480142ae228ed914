"""The symbols and flags that every part of the layer compares by identity."""

from __future__ import annotations

from enum import Enum
from typing import Final

__all__ = [
    "ATTR_EMPTY",
    "ATTR_WAS_SET",
    "CALLABLES_OK",
    "DEFERRED_HISTORY_LOAD",
    "DONT_SET",
    "INCLUDE_PENDING_MUTATIONS",
    "INIT_OK",
    "LOAD_AGAINST_COMMITTED",
    "MISSING",
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
    "Absent",
    "EventConstants",
    "LoaderCallableStatus",
    "Operation",
]


class LoaderCallableStatus(Enum):
    """What a loader, or a read with restrictive flags, answers in place of a value.

    The numbers are part of the pickle format.
    """

    PASSIVE_NO_RESULT = 0
    """The flags given did not allow the value to be found."""
    PASSIVE_CLASS_MISMATCH = 1
    """An object of that identity is at hand, but it is of another class."""
    ATTR_WAS_SET = 2
    """The loader has put the value, or several, in place itself."""
    ATTR_EMPTY = 3
    """There is no loader for the attribute."""
    NO_VALUE = 4
    """Nothing is known of the value: not loaded, and loading was not asked for."""
    NEVER_SET = NO_VALUE
    """Another name of :attr:`NO_VALUE`."""
    DONT_SET = 5
    """Given as a value to assign: leave the attribute alone."""


PASSIVE_NO_RESULT: Final = LoaderCallableStatus.PASSIVE_NO_RESULT
PASSIVE_CLASS_MISMATCH: Final = LoaderCallableStatus.PASSIVE_CLASS_MISMATCH
ATTR_WAS_SET: Final = LoaderCallableStatus.ATTR_WAS_SET
ATTR_EMPTY: Final = LoaderCallableStatus.ATTR_EMPTY
NO_VALUE: Final = LoaderCallableStatus.NO_VALUE
NEVER_SET: Final = LoaderCallableStatus.NO_VALUE
DONT_SET: Final = LoaderCallableStatus.DONT_SET


class EventConstants(Enum):
    """Symbols handed to listeners."""

    NO_KEY = 4
    """The collection event happened at no particular index or key."""


NO_KEY: Final = EventConstants.NO_KEY


class Absent(Enum):
    """The type of :data:`MISSING`."""

    MISSING = 0
    """No entry, where ``None`` and ``NO_VALUE`` are both values."""


MISSING: Final = Absent.MISSING


class Operation(Enum):
    """What kind of change an event token stands for."""

    REMOVE = "remove"
    APPEND = "append"
    REPLACE = "replace"
    BULK_REPLACE = "bulk_replace"
    MODIFIED = "modified"


OP_REMOVE: Final = Operation.REMOVE
OP_APPEND: Final = Operation.APPEND
OP_REPLACE: Final = Operation.REPLACE
OP_BULK_REPLACE: Final = Operation.BULK_REPLACE
OP_MODIFIED: Final = Operation.MODIFIED

# Flags that tell a read, or a loader, how far it may go.  Plain integers: they
# are tested on every read, and an IntFlag costs a Python call per test.
NO_CHANGE: Final = 0
CALLABLES_OK: Final = 1  # loaders may be called
SQL_OK: Final = 2  # ... and may go to the store
RELATED_OBJECT_OK: Final = 4  # ... for related objects too
INIT_OK: Final = 8  # an empty value may be made where there is none
NON_PERSISTENT_OK: Final = 16  # ... even if the owner is not persistent
LOAD_AGAINST_COMMITTED: Final = 32  # use committed values as keys of the load
NO_AUTOFLUSH: Final = 64  # the loader may not write pending changes first
NO_RAISE: Final = 128  # a missing value is no error
DEFERRED_HISTORY_LOAD: Final = 256  # the load is for the previous value
INCLUDE_PENDING_MUTATIONS: Final = 512  # history counts what waits for a load

PASSIVE_OFF: Final = RELATED_OBJECT_OK | NON_PERSISTENT_OK | INIT_OK | CALLABLES_OK | SQL_OK
PASSIVE_RETURN_NO_VALUE: Final = PASSIVE_OFF ^ INIT_OK
PASSIVE_NO_INITIALIZE: Final = PASSIVE_RETURN_NO_VALUE ^ CALLABLES_OK
PASSIVE_NO_FETCH: Final = PASSIVE_OFF ^ SQL_OK
PASSIVE_NO_FETCH_RELATED: Final = PASSIVE_OFF ^ RELATED_OBJECT_OK
PASSIVE_ONLY_PERSISTENT: Final = PASSIVE_OFF ^ NON_PERSISTENT_OK
PASSIVE_MERGE: Final = PASSIVE_OFF | NO_RAISE
