cdef class Storage:
    cdef object fetch(self, object instance)
    cdef int store(self, object instance, object value) except -1
