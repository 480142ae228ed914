from .scalars cimport ScalarAttributeImpl
from .state cimport State

cdef ScalarAttributeImpl direct_impl(object descriptor)
cdef int write(ScalarAttributeImpl impl, State state, object values, object value) except -1
