cimport cython

from . cimport adapter, rooms, running
from .journal cimport Journal

# found as they are, and not among the names of the module
cdef object NO_KEY

cdef put(Journal journal, object owner, object collection, object item, object initiator)
@cython.locals(journal=Journal)
cpdef append(object self, object item, object _sa_initiator=*)
