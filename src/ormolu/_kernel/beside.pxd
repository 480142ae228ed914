from cpython.object cimport PyObject

cdef PyObject *entry_of(object instance) except? NULL
