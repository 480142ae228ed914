from .belonging cimport Belonging

cdef class Families:
    cdef dict families
    # the family that was asked for last
    cdef object last_class, last_token
    cdef dict last

    cdef dict family(self, object identity_class, object token)
    cdef dict remember(self, object identity_class, object token, dict family)
    cdef object find(self, object identity_class, object token, object part)
    cdef int enter(self, object identity_class, object token, object part, object state) except -1
    cdef int leave(self, object identity_class, object token, object part) except -1
    cpdef object namesake(self, Belonging state)
    cpdef int admit(self, Belonging state) except -1
    cpdef bint dismiss(self, Belonging state) except -1
    cpdef object get(self, object key, object default=*)
