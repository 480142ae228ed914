from . cimport changes, expiry, holders, lookups, referring
from .belonging cimport Belonging

# found as they are, and not among the names of the module
cdef object ATTR_WAS_SET
cdef object MISSING
cdef object NO_VALUE
cdef object PASSIVE_NO_RESULT
cdef object SQL_OK

# Fields instead of slots: what Cython makes of the State of state.py.  The objects come
# first, as referring.pyx counts on; no cdef method, for the table of those is set elsewhere.
cdef class State(Belonging):
    cdef public object _strong_obj
    cdef public dict _committed
    cdef public object _expired_keys
    cdef public object _parents
    cdef public dict _tracked_values
    cdef public bint modified
    cdef public bint expired
