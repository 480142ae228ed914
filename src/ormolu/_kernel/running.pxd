cdef Py_ssize_t published

cpdef current()
cpdef unsigned long publish(object journal) except 0
cpdef withdraw(object journal)
