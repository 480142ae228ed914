cimport cython

from . cimport bulk, changes, history, lists, lookups, ownership, referring, running, telling
from .attributes cimport AttributeImpl
from .hearing cimport Hearing
from .journal cimport Journal
from .state cimport State

# found as they are, and not among the names of the module
cdef object DONT_SET
cdef object INCLUDE_PENDING_MUTATIONS
cdef object MISSING
cdef object NO_KEY
cdef object NO_RAISE
cdef object NO_VALUE
cdef object OP_APPEND
cdef object OP_BULK_REPLACE
cdef object OP_REMOVE
cdef object PASSIVE_NO_FETCH
cdef object PASSIVE_NO_INITIALIZE
cdef object PASSIVE_NO_RESULT
cdef object PASSIVE_OFF
cdef object PASSIVE_ONLY_PERSISTENT

cdef class CollectionAttributeImpl(AttributeImpl):
    cdef public Hearing _append_hearing
    cdef public object _append_token
    cdef public object _bulk_replace_token
    cdef public object _remove_token
    cdef public object _duck_typed_as
    cdef public object collection_factory
    cdef public object copy

    cdef inquire(self, State state, object dict_, object passive)
    cdef put(self, Journal journal, State state, object dict_, object value, object initiator)
    @cython.locals(mark=Py_ssize_t, opened=bint, recorded=bint, told=tuple)
    cdef come_in(self, Journal journal, State state, object dict_, object value, object initiator, object key)
    @cython.locals(member=State)
    cdef _come_in_simply(self, tuple told, State state, object dict_, object value, object token, object key)
