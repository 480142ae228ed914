from .state cimport State

cdef object bare_instance(object class_)
cdef State new_state(object class_, object instance, object manager)
cdef bint keep_inline(object class_, tuple keys) except -1
