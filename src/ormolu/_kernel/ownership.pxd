from . cimport slots

cpdef bint is_genuine(object adapter) except -1
cpdef adapter_of(object impl, object state, object collection)
cpdef adapter_of(object impl, object state, object collection)
cpdef set_aside(object collection, bint invalidated=*)
