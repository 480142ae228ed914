from cpython.object cimport PyObject

from .attributes cimport AttributeImpl
from .hearing cimport silent
from .state cimport State

cdef class Field:
    cdef public object key
    cdef public AttributeImpl impl
    cdef public bint is_plain
    cdef public object member

cdef class Gate:
    cdef readonly object manager
    cdef readonly object class_
    cdef readonly object state_class
    cdef readonly frozenset atoms
    cdef public object tell
    cdef public bint in_order
    cdef public object news
    cdef public tuple fields
    cdef public tuple storages
    cdef public object marks
    cdef public bint in_dictionary

cdef inline bint is_recorded(State state, Field field) except -1:
    """Return whether another write of a field changes nothing of what is recorded."""
    return (
        state.modified
        and state._committed is not None
        and field.key in state._committed
        and silent(field.impl._set_hearing)
    )

cdef bint is_making(object instance) noexcept
cdef PyObject *entry_of(object instance) except? NULL
cdef State begin_state(Gate gate, object instance)
cdef object value_of(object instance, object key)
cdef bint is_atom(Gate gate, object value) except -1
