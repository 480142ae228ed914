# Fields instead of slots: what Cython makes of the State of state.py.
cdef class State:
    cdef object __weakref__
    cdef public object class_
    cdef public object manager
    cdef public object obj
    cdef public object key
    cdef public object session_id
    cdef public object runid
    cdef public object modified
    cdef public object expired
    cdef public object _deleted
    cdef public object _strong_obj
    cdef public object _instance_dict
    cdef public object _committed
    cdef public object _expired_keys
    cdef public object _callables
    cdef public object _parents
    cdef public object _pending
    cdef public object _empty
    cdef public object _tracked_values
    cdef public object _loading
