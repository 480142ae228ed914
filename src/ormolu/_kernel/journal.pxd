cimport cython

from . cimport running

@cython.freelist(8)
cdef class Journal:
    cdef list steps
    cdef public object failure
    cdef public unsigned long published

    cpdef publish(self)
    cpdef close(self)
    cpdef note_step(self, tuple step)
    cpdef Py_ssize_t mark(self) except -1
