from cpython.object cimport PyObject
from libc.stdint cimport int32_t

from .belonging cimport Belonging

# No cdef method: tables.pyx sets what the collector calls.
cdef class Table:
    # the states, in the order of their arrival, with a NULL for each that has left
    cdef PyObject **states
    cdef Py_ssize_t room, used, count
    # where a state is among them, by the hash of its primary key; a power of two places
    cdef int32_t *places
    cdef Py_ssize_t mask
    # changes whenever a place does
    cdef size_t version
    # by primary key, what the states themselves cannot be asked for
    cdef dict others


cdef object member(Table table, object part)
cdef int put_member(Table table, object part, object state, bint is_own) except -1
cdef int drop_member(Table table, object part) except -1
cdef int put_aside(Table table, Belonging state) except -1
cdef bint is_key_of(Belonging state, object identity_class, object token, object part) noexcept
cdef Py_ssize_t size_of(Table table) noexcept
cdef list members(Table table)
cdef list pairs(Table table)
