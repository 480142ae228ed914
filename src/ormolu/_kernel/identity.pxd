from .families cimport Families

cdef class WeakIdentityMap:
    cdef object __weakref__
    cdef dict __dict__
    cdef public Families _dict
    cdef public set _modified
    cdef public object _wr
    cdef public bint _killed
