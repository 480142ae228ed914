from . cimport changes
from .attributes cimport AttributeImpl
from .state cimport State

cdef class ScalarAttributeImpl(AttributeImpl):
    cdef public object _append_token
    cdef public object _default_scalar_value
    cdef public object _remove_token
    cdef public object _replace_token

cdef class ObjectAttributeImpl(ScalarAttributeImpl):
    pass
