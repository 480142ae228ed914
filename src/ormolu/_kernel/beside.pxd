from cpython.object cimport PyObject

from .attributes cimport AttributeImpl

cdef class Field:
    cdef public object key
    cdef public AttributeImpl impl
    cdef public bint is_plain

cdef class Gate:
    cdef readonly object manager
    cdef readonly object class_
    cdef readonly object state_class
    cdef readonly frozenset atoms
    cdef public object tell
    cdef public bint in_order
    cdef public object news

cdef PyObject *entry_of(object instance) except? NULL
cdef object value_of(object instance, object key)
cdef bint is_atom(Gate gate, object value) except -1
