cimport cython

from . cimport changes, lookups, running, telling
from .attributes cimport AttributeImpl
from .hearing cimport Hearing
from .journal cimport Journal
from .state cimport State

# found as they are, and not among the names of the module
cdef object MISSING
cdef object OP_APPEND
cdef object OP_REMOVE

cdef class CollectionEvents(AttributeImpl):
    cdef public Hearing _append_hearing
    cdef public object _append_token
    cdef public object _remove_token

    @cython.locals(mark=Py_ssize_t, opened=bint, recorded=bint, told=tuple)
    cdef come_in(self, Journal journal, State state, object dict_, object value, object initiator, object key)
    @cython.locals(member=State)
    cdef _come_in_simply(self, tuple told, State state, object dict_, object value, object token, object key)
