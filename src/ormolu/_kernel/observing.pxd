from cpython.object cimport PyObject

from .beside cimport Gate

cdef class Observing:
    cdef readonly object find
    cdef readonly object reanchor
    cdef readonly object record
    cdef readonly object undo

    cdef bint act(
        self, Gate gate, PyObject *entry, object instance, object original, object name, object value
    ) except -1
