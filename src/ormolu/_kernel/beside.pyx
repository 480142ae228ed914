# cython: language_level=3, auto_pickle=False
"""The native form of ``beside.py``."""

from cpython.object cimport PyObject, PyObject_GenericSetAttr

from . cimport running
from . import turns
from .attributes cimport AttributeImpl
from .hearing cimport silent
from .state cimport State

__all__ = ["BEING_MADE", "BeingMade", "Field", "Making", "awaiting", "held", "writer"]

cdef extern from "Python.h":
    PyObject *PyDict_GetItemWithError(object, object) except? NULL
    object PyLong_FromVoidPtr(void *)

cdef object _set_plainly = object.__setattr__


class BeingMade:
    """Stands in the place of a state while an instance is made: what is assigned is no change."""

    __slots__ = ()

    def is_over(self):
        """Return whether the instance is made by now, and nobody has said so."""
        return False


BEING_MADE = BeingMade()
held = {}
awaiting = {}

cdef object _BEING_MADE = BEING_MADE
cdef dict _held = held
cdef dict _awaiting = awaiting


cdef class Field:
    """The part of an attribute that every write looks at."""

    cdef public object key
    cdef public AttributeImpl impl


cdef inline object place_of(object instance):
    return PyLong_FromVoidPtr(<void *>instance)


cdef class Making:
    """The course of a generated ``__init__``."""

    cdef readonly object end
    cdef readonly object original

    def __init__(self, original, end):
        self.original = original
        self.end = end

    def _new_state_if_none(self, instance):
        """Note that an instance is being made; return this, unless that is known."""
        place = place_of(instance)
        if place in _held:
            return False
        _held[place] = _BEING_MADE
        return self

    def _initialize_instance(self, instance, /, *args, **kwargs):
        """Run the class's own ``__init__``, and note that the instance is made."""
        cdef PyObject *entry
        try:
            return self.original(instance, *args, **kwargs)
        finally:
            place = place_of(instance)
            entry = PyDict_GetItemWithError(_held, place)
            if not _awaiting and entry is <PyObject *>_BEING_MADE:
                del _held[place]
            else:
                self.end(instance)


cdef bint is_known(object instance, Field field) except -1:
    """Return whether a write of a field changes nothing of what is recorded."""
    cdef PyObject *entry = PyDict_GetItemWithError(_held, place_of(instance))
    cdef State state
    if entry is NULL:
        return False
    if entry is <PyObject *>_BEING_MADE:
        return True
    if not isinstance(<object>entry, State):
        return False
    state = <State>entry
    return (
        state.modified
        and state._committed is not None
        and field.key in state._committed
        and not running.published
        and silent(field.impl._set_hearing)
    )


def writer(manager, original, assign, observe, manager_of):
    """Return the ``__setattr__`` of a class, which records."""
    cdef bint own = original is not _set_plainly
    cdef object class_ = manager.class_

    def __setattr__(self, name, value, /):
        cdef object current = manager if type(self) is class_ else manager_of(self)
        cdef PyObject *found = PyDict_GetItemWithError(current, name)
        if own or (found is NULL and name == "__dict__"):
            observe(current, self, lambda: original(self, name, value))
        elif (
            found is NULL
            or not isinstance(<object>found, Field)
            or (current.tell is None and is_known(self, <Field>found))
        ):
            PyObject_GenericSetAttr(self, name, value)
        else:
            assign(current, <object>found, self, value)

    return turns.guarded(__setattr__)
