cdef bint is_linked_to(object value, object instance, object key) except -1
