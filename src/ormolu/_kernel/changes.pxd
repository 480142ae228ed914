cimport cython
from . cimport referring
from .attributes cimport AttributeImpl
from .state cimport State

@cython.locals(committed=dict, values=dict)
cpdef record(State state, object dict_, AttributeImpl attr, object previous)
@cython.locals(committed=dict)
cpdef record_members(State state, object dict_, AttributeImpl attr, object previous=*)
cpdef flag(State state)
cpdef flag_attribute(State state, object dict_, AttributeImpl attr, object previous)
cpdef become_modified(State state, AttributeImpl attr)
@cython.locals(committed=dict)
cpdef note_slot(State state, object journal, object dict_, object key)
@cython.locals(committed=dict)
cpdef restore(State state, object dict_, object key, object value, object original, bint modified, object held)
cdef _identity_map_of(State state)
