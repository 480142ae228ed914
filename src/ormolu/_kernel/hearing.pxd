from . cimport slots
from .places cimport Places

cdef class Hearing:
    cdef public Places places
    cdef public object dispatch
    cdef public object event
    cdef public dict heard
    cdef public object listeners
    cdef public object own
    cdef public object own_list
    cdef public object source
    cdef public Py_ssize_t kinds
    cdef public Py_ssize_t in_slot

    cpdef bint is_silent(self) except -1
    cdef object _present(self)
    cdef bint _ask(self) except -1
