from .journal cimport Journal
from .state cimport State

# found as it is, and not among the names of the module
cdef object MISSING

cpdef dict holders(State state)
cpdef holder_of(State state, object token, object default)
cpdef set_holder(State state, Journal journal, object token, object holder)
