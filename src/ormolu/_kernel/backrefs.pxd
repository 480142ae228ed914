cimport cython

from . cimport attributes, lookups, referring, running, tokens
from .attributes cimport AttributeImpl
from .hearing cimport Known
from .journal cimport Journal
from .state cimport State

cdef class Follower(Known):
    cdef object __weakref__
    cdef public AttributeImpl impl
    cdef public object far_key

    cdef follow(self, Journal journal, State state, object value, State member, object old, object initiator)
    cdef follow_as_listener(self, object state, object value, object old, object initiator)
    @cython.locals(near=AttributeImpl, far_state=State, far_impl=AttributeImpl)
    cdef put_in(self, Journal journal, State state, object far, State member, object initiator)
    @cython.locals(far_state=State, far_impl=AttributeImpl, times=int)
    cdef take_out(self, Journal journal, State state, object far, object initiator, object told, object also_told, int left)
    @cython.locals(far_state=State)
    cdef AttributeImpl _far_impl_of(self, object far)

cdef class AppendFollower(Follower):
    cdef follow(self, Journal journal, State state, object value, State member, object old, object initiator)

cdef class RemoveFollower(Follower):
    @cython.locals(near=AttributeImpl, far_impl=AttributeImpl, left=int)
    cdef follow(self, Journal journal, State state, object value, State member, object old, object initiator)

cdef class SetFollower(Follower):
    cdef follow(self, Journal journal, State state, object value, State member, object old, object initiator)
    @cython.locals(near=AttributeImpl, old_impl=AttributeImpl)
    cdef _leave(self, Journal journal, State state, object value, object old, object initiator)
