cimport cython

from . cimport belonging, holders, lookups, referring
from .hearing cimport Hearing
from .journal cimport Journal
from .places cimport Places
from .state cimport State

# found as they are, and not among the names of the module
cdef object ATTR_EMPTY
cdef object ATTR_WAS_SET
cdef object CALLABLES_OK
cdef object INIT_OK
cdef object MISSING
cdef object NO_VALUE
cdef object OP_MODIFIED
cdef object PASSIVE_NO_FETCH
cdef object PASSIVE_NO_INITIALIZE
cdef object PASSIVE_NO_RESULT
cdef object PASSIVE_OFF
cdef object SQL_OK

cdef class AttributeImpl:
    cdef public object class_
    cdef public object key
    cdef public object callable_
    cdef public object dispatch
    cdef public object parent_token
    cdef public object is_equal
    cdef public object _modified_token
    cdef public bint trackparent
    cdef public bint send_modified_events
    cdef public bint accepts_scalar_loader
    cdef public bint load_on_unexpire
    cdef public bint _deferred_history
    cdef public Places _places
    cdef public Hearing _set_hearing
    cdef public Hearing _remove_hearing
    cdef public bint _reads_directly
    cdef public bint _writes_directly
    cdef public bint _puts_directly
    cdef public bint _inquires_directly
    cdef public object _plain_equality
    # where the value was last time, and what is recorded of it
    cdef Py_ssize_t _place
    cdef Py_ssize_t _inline_place
    cdef Py_ssize_t _committed_place
    cdef public object _own_append_token
    cdef public object _own_bulk_token
    cdef public object _parent_id
    cdef public object _idle_loader

    cdef hold(self, Journal journal, State state, State parent_state)
    cdef let_go(self, Journal journal, State state, State parent_state)
    cdef loader_of(self, State state)
    cdef inquire(self, State state, object dict_, object passive)
    @cython.locals(answer=object)
    cdef bint same(self, object current, object original) except -1
    cdef put(self, Journal journal, State state, object dict_, object value, object initiator)

cpdef bint is_object(object value)
