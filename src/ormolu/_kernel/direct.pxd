from cpython.object cimport PyObject

from .attributes cimport AttributeImpl
from .places cimport Places
from .scalars cimport ScalarAttributeImpl
from .state cimport State

cdef object plain_dict(object instance)
cdef State plain_state(object instance, Places places)
cdef AttributeImpl impl_of(object descriptor)
cdef PyObject *writable_impl(object descriptor) noexcept
cdef ScalarAttributeImpl direct_impl(object descriptor)
cdef int write(ScalarAttributeImpl impl, State state, dict values, object value) except -1
