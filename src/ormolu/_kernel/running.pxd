cdef Py_ssize_t published

cpdef current()
cpdef publish(object journal)
cpdef withdraw(object journal)
