cimport cython

from .backrefs cimport Follower
from .hearing cimport Bystander
from .journal cimport Journal
from .state cimport State

# found as it is, and not among the names of the module
cdef object MISSING

@cython.locals(follower=Follower)
cdef tell(tuple told, Journal journal, State state, object value, State member, object old, object token, object key)
