cimport cython

from . cimport lookups
from .attributes cimport AttributeImpl
from .places cimport Places
from .state cimport State

cdef class Inquiry:
    cdef public Places layer

    @cython.locals(layer=Places, state=State, impl=AttributeImpl)
    cpdef get_history(self, object obj, object key, object passive=*)
