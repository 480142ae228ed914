cimport cython
from . cimport belonging, lookups, referring, running
from .attributes cimport AttributeImpl
from .identity cimport WeakIdentityMap
from .journal cimport Journal
from .state cimport State

# found as they are, and not among the names of the module
cdef object MISSING
cdef object NO_VALUE

@cython.locals(committed=dict, values=dict)
cpdef record(State state, object dict_, AttributeImpl attr, object previous)
@cython.locals(committed=dict)
cpdef record_members(State state, object dict_, AttributeImpl attr, object previous=*)
@cython.locals(journal=Journal)
cpdef flag(State state)
cpdef flag_attribute(State state, object dict_, AttributeImpl attr, object previous)
@cython.locals(others=set)
cpdef become_modified(State state, AttributeImpl attr)
@cython.locals(committed=dict)
cpdef note_slot(State state, Journal journal, object dict_, object key)
@cython.locals(others=set)
cpdef calm(State state, bint modified, object held)
@cython.locals(journal=Journal)
cpdef note_in_operation(State state, object dict_, object key)
@cython.locals(committed=dict)
cpdef restore(State state, object dict_, object key, object value, object original, bint modified, object held)
@cython.locals(known=WeakIdentityMap)
cdef set _modified_of(State state)
@cython.locals(committed=dict)
cpdef bint is_recorded(State state, object key) except -1
@cython.locals(committed=dict)
cpdef note_value(State state, Journal journal, object dict_, object key, object value)
