cimport cython

from .referring cimport Referring


cdef extern from *:
    """
    #ifdef Py_GIL_DISABLED
    #define ORMOLU_ONE_AT_A_TIME 0
    #else
    #define ORMOLU_ONE_AT_A_TIME 1
    #endif
    """
    # whether what is remembered without a lock is whole, as the GIL sees to
    bint ORMOLU_ONE_AT_A_TIME


cdef class Circumstances:
    cdef object identity_class, key_token, identity_token
    cdef object identity_map, runid, load_options, load_path
    # neither of these two keeps the other
    cdef void *derived
    cdef void *origin
    # but what was filled in keeps what it was filled into
    cdef Circumstances blanker
    cdef int derived_by

    cdef int drop_derived(self) except -1


# The objects come first, and the circumstances before all, as referring.pyx counts on.
cdef class Belonging(Referring):
    cdef Circumstances _circumstances
    cdef public object manager
    cdef object _identity
    cdef public object session_id


cdef Circumstances NOWHERE


cdef inline Circumstances circumstances_of(Belonging state):
    """Return the circumstances of a state, also of one that the collector has emptied."""
    cdef Circumstances found = state._circumstances
    return NOWHERE if found is None else found


cdef inline object identity_map_of(Belonging state):
    """Return the reference to the identity map that a state is in, or ``None``."""
    return circumstances_of(state).identity_map


cdef inline bint has_identity(Belonging state) noexcept:
    """Return whether a state has an identity key."""
    return state._identity is not None


cdef tuple parts_of(object key)
cdef object key_from(object identity_class, object part, object token)
cdef Circumstances circumstances_at(
    object identity_class,
    object identity_token,
    object identity_map,
    object runid,
    object load_options,
    object load_path,
)
