# cython: language_level=3, auto_pickle=False
"""The native form of ``watching.py``."""

from cpython.object cimport PyObject

from . cimport beside, outer_values, referring
from .beside import BEING_MADE
from .sentinels import MISSING
from .state cimport State

__all__ = ["Watching"]

cdef extern from "Python.h":
    PyObject *PyDict_GetItemWithError(object, object) except? NULL
    int PyDict_SetItem(object, object, object) except -1
    object PyObject_GenericGetDict(object, void *)

cdef object _BEING_MADE = BEING_MADE
cdef object _MISSING = MISSING


cdef class Watching:
    """The part of a descriptor that every read and write of a field goes through."""

    cdef readonly object key
    cdef readonly object storage
    cdef readonly object look
    cdef readonly frozenset atoms
    cdef readonly bint in_dictionary
    cdef readonly object default
    cdef Py_ssize_t place

    def __init__(self, key, storage, look, frozenset atoms, bint in_dictionary, default):
        self.key = key
        self.storage = storage
        self.look = look
        self.atoms = atoms
        self.in_dictionary = in_dictionary
        self.default = default

    def __get__(self, instance, owner):
        if instance is None:
            return self.of_class(owner)
        cdef object value = self.value_of(instance)
        if value is _MISSING:
            raise self.missing(instance)
        if (
            self.look is not None
            # most are lists
            and (type(value) is list or type(value) not in self.atoms)
            and not is_seen(instance, self.key)
        ):
            self.look(instance, value)
        return value

    def __set__(self, instance, value):
        if not self.in_dictionary or value is _MISSING:
            self.storage.put(instance, value)
        elif not _peeks or not outer_values.replace(instance, self.key, value, &self.place):
            PyDict_SetItem(PyObject_GenericGetDict(instance, NULL), self.key, value)

    def __delete__(self, instance):
        if self.value_of(instance) is _MISSING:
            raise self.missing(instance)
        self.storage.put(instance, _MISSING)

    cdef object value_of(self, object instance):
        cdef PyObject *found
        if not self.in_dictionary:
            return self.storage.get(instance)
        if _peeks:
            found = outer_values.find(instance, self.key, &self.place)
            if found is not NULL:
                return <object>found
        cdef object values = PyObject_GenericGetDict(instance, NULL)
        found = PyDict_GetItemWithError(values, self.key)
        return self.default if found is NULL else <object>found

    def of_class(self, owner):
        """Return what the class gives for the name, as if nothing stood here."""
        raise NotImplementedError

    def missing(self, instance):
        """Return what is raised where there is no value."""
        raise NotImplementedError


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


class Probe:
    """Its instances keep their values as those of most classes do."""


cdef bint peeks() except -1:
    """Return whether instances of this very Python keep their values as it is believed here."""
    cdef Py_ssize_t place = 0
    cdef PyObject *found
    one, other = Probe(), Probe()
    one.a, one.b = 1, 2
    other.b = 3
    found = outer_values.find(other, "b", &place)
    if found is NULL or <object>found is not other.b:
        return False
    found = outer_values.find(other, "a", &place)
    if found is not NULL or not outer_values.replace(other, "a", "first", &place):
        return False
    if not outer_values.replace(other, "b", "second", &place):
        return False
    return other.a == "first" and list(vars(other).items()) == [("b", "second"), ("a", "first")]


cdef bint _peeks = peeks()
del Probe
