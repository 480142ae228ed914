cimport cython

from .state cimport State

@cython.locals(committed=dict)
cdef _original(State state, object key)
cdef _unchanged(object cls, object current)
cdef _changed(object cls, object current, object original, bint keep_none)
