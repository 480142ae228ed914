cdef class Places:
    cdef public object state_attr
    cdef public bint plain
