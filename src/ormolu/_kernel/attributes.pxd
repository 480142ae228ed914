from .hearing cimport Hearing
from .places cimport Places

cdef class AttributeEventToken:
    cdef public object impl
    cdef public object op
    cdef public object parent_token

cdef class AttributeImpl:
    cdef public object class_
    cdef public object key
    cdef public object callable_
    cdef public object dispatch
    cdef public object parent_token
    cdef public object is_equal
    cdef public object _modified_token
    cdef public bint trackparent
    cdef public bint send_modified_events
    cdef public bint accepts_scalar_loader
    cdef public bint load_on_unexpire
    cdef public bint _deferred_history
    cdef public Places _places
    cdef public Hearing _set_hearing
    cdef public Hearing _remove_hearing
    cdef public bint _reads_directly
    cdef public bint _writes_directly
