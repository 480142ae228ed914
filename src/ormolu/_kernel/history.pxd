from . cimport lookups, ownership, tuples
from .attributes cimport AttributeImpl
from .state cimport State

# found as they are, and not among the names of the module
cdef object MISSING
cdef object NO_VALUE
cdef object PASSIVE_NO_RESULT
cdef tuple _NOTHING

cpdef of_scalar(object cls, AttributeImpl attribute, State state, object current)
cpdef of_object(object cls, AttributeImpl attribute, State state, object current, object original)
cpdef of_collection(object cls, AttributeImpl attribute, State state, object current)
cdef _unchanged(object cls, object current)
cdef _changed(object cls, object current, object original, bint keep_none)
