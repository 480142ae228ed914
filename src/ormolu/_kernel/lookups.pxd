from .attributes cimport AttributeImpl
from .places cimport Places
from .state cimport State

cdef State state_of(Places layer, object instance)
cdef State state_of_instance(Places layer, object instance)
cdef State state_of_member(AttributeImpl impl, object member)
cdef object value_in(object values, object key)
cdef object present_value(AttributeImpl impl, object values)
cdef object original_value(AttributeImpl impl, State state)
cdef object values_of(Places layer, object instance)
cdef AttributeImpl impl_at(State state, object key)
cdef bint inquires_directly(AttributeImpl impl) noexcept
