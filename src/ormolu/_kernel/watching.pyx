# cython: language_level=3, auto_pickle=False
"""The native form of ``watching.py``."""

from cpython.object cimport PyObject

from . cimport beside, referring
from .beside import BEING_MADE
from .sentinels import MISSING
from .state cimport State
from .storage cimport Storage

__all__ = ["Watching"]

cdef object _BEING_MADE = BEING_MADE
cdef object _MISSING = MISSING


cdef class Watching:
    """The part of a descriptor that every read and write of a field goes through."""

    cdef readonly object key
    cdef readonly Storage storage
    cdef readonly object look
    cdef readonly frozenset atoms

    def __init__(self, key, Storage storage not None, look, frozenset atoms not None):
        self.key = key
        self.storage = storage
        self.look = look
        self.atoms = atoms

    def __get__(self, instance, owner):
        if instance is None:
            return self.of_class(owner)
        cdef object value = self.storage.fetch(instance)
        if value is _MISSING:
            raise self.missing(instance)
        if (
            self.look is not None
            and not is_plainly_atom(value)
            and not is_seen(instance, self.key)
            and type(value) not in self.atoms
        ):
            self.look(instance, value)
        return value

    def __set__(self, instance, value):
        self.storage.store(instance, value)

    def __delete__(self, instance):
        if self.storage.fetch(instance) is _MISSING:
            raise self.missing(instance)
        self.storage.store(instance, _MISSING)

    def of_class(self, owner):
        """Return what the class gives for the name, as if nothing stood here."""
        raise NotImplementedError

    def missing(self, instance):
        """Return what is raised where there is no value."""
        raise NotImplementedError


cdef inline bint is_plainly_atom(object value):
    """Return whether a value is one of those that most fields have that cannot change."""
    cdef object kind = type(value)
    return kind is str or kind is int or kind is float or kind is bool or value is None


cdef bint is_seen(object instance, object key) except -1:
    """Return whether it is known what the value of a field was before it could be changed."""
    cdef PyObject *entry = beside.entry_of(instance)
    cdef State state
    if entry is NULL:
        return False
    if entry is <PyObject *>_BEING_MADE:
        return True
    if not isinstance(<object>entry, State):
        return False
    state = <State>entry
    if state._committed is not None and key in state._committed:
        return True
    cdef object snapshots = referring.more(state, "snapshots")
    return snapshots is not None and key in snapshots
