cimport cython

from . cimport lookups, referring, slots
from .collection_attributes cimport CollectionAttributeImpl
from .journal cimport Journal
from .state cimport State

@cython.locals(attr=CollectionAttributeImpl, state=State)
cpdef come_in(object adapter, Journal journal, object item, object initiator, object key)
cdef bint _is_set_aside(object adapter) except -1

cdef Py_ssize_t _ATTR
cdef Py_ssize_t _OWNER_STATE
cdef Py_ssize_t _INVALIDATED
cdef Py_ssize_t _EMPTY
