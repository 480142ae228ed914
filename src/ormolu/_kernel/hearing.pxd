cimport cython
from cpython.object cimport PyObject
from . cimport peeking, slots
from .places cimport Places

cdef extern from *:
    """
    #ifndef ORMOLU_HEARING
    #define ORMOLU_HEARING
    static inline int
    ormolu_is_empty(PyObject *sequence)
    {
        PySequenceMethods *methods = Py_TYPE(sequence)->tp_as_sequence;
        return sequence == Py_None
            || (methods != NULL && methods->sq_length != NULL && methods->sq_length(sequence) == 0);
    }
    #endif
    """
    bint ormolu_is_empty(object sequence)

cdef class Known:
    pass

cdef class Bystander(Known):
    cdef public object fn

cdef class Hearing:
    cdef public Places places
    cdef public object dispatch
    cdef public object event
    cdef public dict heard
    cdef public object listeners
    cdef public object own
    cdef public object own_list
    cdef public object source
    cdef public Py_ssize_t kinds
    cdef public Py_ssize_t in_slot
    cdef public Py_ssize_t place
    cdef public tuple functions
    cdef public tuple told
    cdef public bint is_quiet

    cpdef bint is_silent(self) except -1
    cpdef bint wants_old(self) except -1
    cpdef tuple to_tell(self)
    cdef object _present(self)
    @cython.locals(functions=tuple, count=Py_ssize_t, more=Py_ssize_t)
    cdef bint _is_as_before(self) except -1
    cdef tuple _learn(self)
    cdef bint _ask(self) except -1

cdef inline bint silent(Hearing hearing) except -1:
    """Return what ``is_silent`` does, at once where nothing has changed."""
    cdef PyObject *present
    if hearing.kinds == len(hearing.heard):
        if hearing.in_slot:
            present = slots.ormolu_slot(hearing.dispatch, hearing.in_slot)
        elif hearing.kinds == 0:
            # with no entry at all there is nobody
            return True
        else:
            present = peeking.ormolu_peek(hearing.heard, hearing.event, hearing.place)
        if (
            present is <PyObject *>hearing.listeners
            and ormolu_is_empty(hearing.source)
            and hearing.own_list is None
        ):
            return True
    return hearing.is_silent()
