from . cimport changes, expiry, holders, lookups, referring
from .referring cimport Referring

# found as they are, and not among the names of the module
cdef object ATTR_WAS_SET
cdef object MISSING
cdef object NO_VALUE
cdef object PASSIVE_NO_RESULT
cdef object SQL_OK

# Fields instead of slots: what Cython makes of the State of state.py.  The objects come
# first, as referring.pyx counts on; no cdef method, for the table of those is set elsewhere.
cdef class State(Referring):
    cdef public object class_
    cdef public object manager
    cdef public object key
    cdef public object session_id
    cdef public object runid
    cdef public object _deleted
    cdef public object _strong_obj
    cdef public object _instance_dict
    cdef public dict _committed
    cdef public object _expired_keys
    cdef public dict _callables
    cdef public object _parents
    cdef public dict _pending
    cdef public dict _empty
    cdef public dict _tracked_values
    cdef public dict _loading
    cdef public object identity_token
    cdef public object _load_options
    cdef public object _load_path
    cdef public bint modified
    cdef public bint expired
