from .belonging cimport Belonging
from .tables cimport Table


cdef class Families:
    cdef dict families
    # the family that was asked for last
    cdef object last_class, last_token
    cdef Table last

    cdef Table family(self, object identity_class, object token)
    cdef Table remember(self, object identity_class, object token, Table family)
    cdef object find(self, object identity_class, object token, object part)
    cdef int enter(self, object identity_class, object token, object part, object state) except -1
    cdef int leave(self, object identity_class, object token, object part) except -1
    cpdef object namesake(self, Belonging state)
    cpdef int admit(self, Belonging state) except -1
    cpdef bint dismiss(self, Belonging state) except -1
    cpdef object get(self, object key, object default=*)
    cpdef int rename(self, Belonging state) except -1
