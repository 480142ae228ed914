from . cimport changes, history, lookups, running
from .attributes cimport AttributeImpl
from .journal cimport Journal
from .state cimport State

# found as they are, and not among the names of the module
cdef object ATTR_EMPTY
cdef object DONT_SET
cdef object INIT_OK
cdef object MISSING
cdef object NO_VALUE
cdef object OP_REMOVE
cdef object OP_REPLACE
cdef object PASSIVE_NO_RESULT
cdef object PASSIVE_OFF
cdef object PASSIVE_RETURN_NO_VALUE

cdef class ScalarAttributeImpl(AttributeImpl):
    cdef public object _append_token
    cdef public object _default_scalar_value
    cdef public object _remove_token
    cdef public object _replace_token

    cdef inquire(self, State state, object dict_, object passive)
