cimport cython

from . cimport ownership, peeking, referring
from .hearing cimport Hearing
from .places cimport Places
from .state cimport State

# found as they are, and not among the names of the module
cdef object NO_VALUE

cdef class Expirable:
    cdef public tuple keys
    cdef public frozenset key_set
    cdef public Places layer
    cdef public object state_attr
    cdef public tuple collections
    cdef public object reloaded
    cdef public Hearing hearing
    cdef public tuple usual
    cdef public bint is_plain

@cython.locals(expirable=Expirable)
cpdef expire(State state, object dict_, object modified_set)
@cython.locals(expirable=Expirable)
cdef bint _expire_bare(State state, object modified_set) except -1
@cython.locals(state=State)
cpdef expire_all(object states, object modified_set)
cdef object _forget_changes(State state, object modified_set, Expirable expirable)
cdef _forget_all(State state, object dict_, object modified_set, Expirable expirable)
@cython.locals(callables=dict, values=dict)
cdef _forget_more(State state, object dict_, object reloaded)
cdef bint _only_values(dict dict_, Expirable expirable) except -1
@cython.locals(values=list)
cdef _forget_values(dict dict_, Expirable expirable)
