cimport cython

from .attributes cimport AttributeImpl

cdef class AttributeEventToken:
    cdef public object impl
    cdef public object op
    cdef public object parent_token

@cython.locals(token=AttributeEventToken)
cpdef parent_token_of(object initiator)
cpdef bint is_told(AttributeImpl impl, object initiator) except -1
cpdef bulk_token_of(object impl)
