from . cimport bulk, changes, history, lists, lookups, ownership, referring
from .collection_events cimport CollectionEvents
from .journal cimport Journal
from .state cimport State

# found as they are, and not among the names of the module
cdef object DONT_SET
cdef object INCLUDE_PENDING_MUTATIONS
cdef object MISSING
cdef object NO_KEY
cdef object NO_RAISE
cdef object NO_VALUE
cdef object OP_BULK_REPLACE
cdef object PASSIVE_NO_FETCH
cdef object PASSIVE_NO_INITIALIZE
cdef object PASSIVE_NO_RESULT
cdef object PASSIVE_OFF
cdef object PASSIVE_ONLY_PERSISTENT

cdef class CollectionAttributeImpl(CollectionEvents):
    cdef public object _bulk_replace_token
    cdef public object _duck_typed_as
    cdef public object collection_factory
    cdef public object copy

    cdef inquire(self, State state, object dict_, object passive)
    cdef put(self, Journal journal, State state, object dict_, object value, object initiator)
