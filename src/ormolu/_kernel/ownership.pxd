from . cimport slots

cpdef bint is_genuine(object adapter) except -1
cpdef set_aside(object collection, bint invalidated=*)
