cimport cython

from . cimport running

@cython.freelist(8)
cdef class Journal:
    cdef list steps
    cdef public object failure
    cdef public unsigned long published
    cdef set made

    cpdef publish(self)
    cpdef close(self)
    cpdef note_step(self, tuple step)
    cpdef Py_ssize_t mark(self) except -1
    cpdef note_made(self, object state)
    cpdef bint covers(self, object state) except -1
    cpdef forget(self, Py_ssize_t step)
