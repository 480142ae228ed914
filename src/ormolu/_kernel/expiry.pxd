cimport cython

from . cimport peeking, referring
from .hearing cimport Hearing
from .state cimport State

# found as they are, and not among the names of the module
cdef object NO_VALUE

cdef class Expirable:
    cdef public tuple keys
    cdef public frozenset key_set
    cdef public object state_attr
    cdef public tuple collections
    cdef public object reloaded
    cdef public Hearing hearing
    cdef public tuple usual

@cython.locals(expirable=Expirable)
cpdef expire(State state, object dict_, object modified_set)
cdef _forget_all(State state, object dict_, object modified_set, Expirable expirable)
@cython.locals(callables=dict, values=dict)
cdef _forget_more(State state, object dict_, object reloaded)
cdef bint _only_values(dict dict_, Expirable expirable) except -1
@cython.locals(values=list)
cdef _forget_values(dict dict_, Expirable expirable)
