cdef extern from *:
    ctypedef class weakref.ReferenceType [object PyWeakReference, check_size ignore]:
        pass

# Its one object comes first, for referring.pyx makes blank states.
cdef class Referring(ReferenceType):
    cdef object __weakref__
    cdef object stand_in

cpdef instance_of(Referring state)
cdef Referring refer(object state_class, object instance, object callback)
