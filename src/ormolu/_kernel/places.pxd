cdef class Places:
    cdef public object state_attr
    cdef public bint plain
    # where the state was among the values last time
    cdef Py_ssize_t state_place
    cdef Py_ssize_t inline_place
