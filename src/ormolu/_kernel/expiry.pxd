cimport cython

from .hearing cimport Hearing
from .state cimport State

cdef class Expirable:
    cdef public tuple keys
    cdef public tuple collections
    cdef public object reloaded
    cdef public Hearing hearing

@cython.locals(expirable=Expirable)
cpdef expire(State state, object dict_, object modified_set)
@cython.locals(callables=dict, values=dict)
cdef _forget_all(State state, object dict_, object modified_set, Expirable expirable)
