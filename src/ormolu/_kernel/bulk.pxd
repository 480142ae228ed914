from . cimport changes, ownership, referring
from .journal cimport Journal
from .state cimport State

cpdef swap(
    object impl,
    Journal journal,
    State state,
    object dict_,
    object old,
    object adapter,
    object collection,
    list members,
)
