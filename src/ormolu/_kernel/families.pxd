from cpython.object cimport PyObject
from libc.stdint cimport int32_t

from .belonging cimport Belonging

# No cdef method: families.pyx sets what the collector calls.
cdef class Family:
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


cdef class Families:
    cdef dict families
    # the family that was asked for last
    cdef object last_class, last_token
    cdef Family last

    cdef Family family(self, object identity_class, object token)
    cdef Family remember(self, object identity_class, object token, Family family)
    cdef object find(self, object identity_class, object token, object part)
    cdef int enter(self, object identity_class, object token, object part, object state) except -1
    cdef int leave(self, object identity_class, object token, object part) except -1
    cpdef object namesake(self, Belonging state)
    cpdef int admit(self, Belonging state) except -1
    cpdef bint dismiss(self, Belonging state) except -1
    cpdef object get(self, object key, object default=*)
    cpdef int rename(self, Belonging state) except -1
