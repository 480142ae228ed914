cimport cython

from . cimport attributes, belonging, changes, history, lookups, referring, running, telling
from .journal cimport Journal
from .scalars cimport ScalarAttributeImpl
from .state cimport State

# found as they are, and not among the names of the module
cdef object CALLABLES_OK
cdef object DEFERRED_HISTORY_LOAD
cdef object DONT_SET
cdef object INIT_OK
cdef object LOAD_AGAINST_COMMITTED
cdef object MISSING
cdef object NO_AUTOFLUSH
cdef object NO_KEY
cdef object NO_RAISE
cdef object NO_VALUE
cdef object PASSIVE_NO_FETCH
cdef object PASSIVE_NO_INITIALIZE
cdef object PASSIVE_NO_RESULT
cdef object PASSIVE_OFF
cdef object PASSIVE_ONLY_PERSISTENT

cdef class ObjectAttributeImpl(ScalarAttributeImpl):
    cdef inquire(self, State state, object dict_, object passive)
    cdef put(self, Journal journal, State state, object dict_, object value, object initiator)
    @cython.locals(mark=Py_ssize_t, opened=bint, told=tuple)
    cdef _assign(self, Journal journal, State state, object dict_, object value, object present, object old, object initiator)
    cdef bint _is_simple(self, State state, object dict_, object old) except -1
    @cython.locals(member=State)
    cdef _assign_simply(self, tuple told, State state, object dict_, object value, object old, object token)
