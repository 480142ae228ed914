cdef extern from *:
    ctypedef class weakref.ReferenceType [object PyWeakReference, check_size ignore]:
        pass

# referring.pyx counts on these coming first, and makes blank states.
cdef class Referring(ReferenceType):
    cdef dict __dict__
    cdef object __weakref__

cpdef instance_of(Referring state)
cdef Referring refer(object state_class, object instance, object callback)
cdef object more(Referring state, object name)
cdef void begin_with(object beginning) noexcept
