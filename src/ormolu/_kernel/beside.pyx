# cython: language_level=3, auto_pickle=False
"""The native form of ``beside.py``."""

from cpython.object cimport PyObject, PyObject_GenericGetAttr

from . cimport slots
from .sentinels import MISSING
from .state cimport State

__all__ = [
    "BEING_MADE",
    "NOWHERE",
    "BeingMade",
    "Field",
    "Gate",
    "Making",
    "awaiting",
    "held",
]

cdef extern from "Python.h":
    PyObject *PyDict_GetItemWithError(object, object) except? NULL
    PyObject *PyDict_SetDefault(object, object, object) except NULL
    object PyLong_FromVoidPtr(void *)

cdef extern from *:
    """
    /* The state of an instance, if the table has it: it is among the first of the weak
       references to the instance.  NULL says that the table is to be asked. */
    static inline PyObject *
    ormolu_state_in_table(
        PyObject *instance, PyObject *state_class, Py_ssize_t place, PyObject *nowhere)
    {
    #ifndef Py_GIL_DISABLED
        Py_ssize_t offset = Py_TYPE(instance)->tp_weaklistoffset;
        if (place != 0 && offset != 0 && !PyType_Check(instance)) {
            PyWeakReference *found = *(PyWeakReference **)((char *)instance + offset);
            for (int i = 0; i < 4 && found != NULL; i++) {
                if ((PyObject *)Py_TYPE(found) == state_class) {
                    PyObject *known = *(PyObject **)((char *)found + place);
                    return known == NULL || known == nowhere ? NULL : (PyObject *)found;
                }
                found = found->wr_next;
            }
        }
    #endif
        return NULL;
    }

    #ifdef Py_GIL_DISABLED
    /* Not known there: one thread would have to write what others read. */
    #define ormolu_note_making(made, instance) ((void)0)
    #define ormolu_is_making(made, instance) 0
    #else
    #define ormolu_note_making(made, instance) (*(made) = (instance))
    #define ormolu_is_making(made, instance) (*(made) == (instance))
    #endif

    """
    PyObject *ormolu_state_in_table(object, object, Py_ssize_t, object)
    void ormolu_note_making(PyObject **made, PyObject *instance)
    bint ormolu_is_making(PyObject **made, PyObject *instance)

cdef object _MISSING = MISSING

# The instance whose making began last; only to be compared with, for it may be gone.
cdef PyObject *_making = NULL


class BeingMade:
    """Stands in the place of a state while an instance is made: what is assigned is no change."""

    __slots__ = ()

    def is_over(self):
        """Return whether the instance is made by now, and nobody has said so."""
        return False


BEING_MADE = BeingMade()
NOWHERE = 0
held = {}
awaiting = {}

# the class of the states, as gates name it, and where their instances have their place
cdef object _state_class = None
cdef Py_ssize_t _place_slot = 0

cdef object _BEING_MADE = BEING_MADE
cdef object _NOWHERE = NOWHERE
cdef dict _held = held
cdef dict _awaiting = awaiting


cdef class Field:
    """The part of an attribute that every write looks at."""


cdef class Gate:
    """What a write asks first of the class of an instance."""

    def __init__(self, manager, class_, state_class, frozenset atoms):
        self.manager = manager
        self.class_ = class_
        self.state_class = state_class
        self.atoms = atoms
        self.news = frozenset()
        learn(state_class)


cdef int learn(object state_class) except -1:
    """Look for states of a class among the references to an instance, which is quicker."""
    global _state_class, _place_slot
    if _state_class is None:
        _place_slot = slots.place_of(state_class, "place")
        _state_class = state_class
    elif state_class is not _state_class:
        _place_slot = 0  # of two classes, the table only can tell
    return 0


cdef inline object place_of(object instance):
    return PyLong_FromVoidPtr(<void *>instance)


cdef class Making:
    """What a generated ``__init__`` tells before and after that of the class itself."""

    cdef readonly object finish
    cdef readonly bint always

    def __init__(self, finish, bint always=False):
        self.finish = finish
        self.always = always

    def begin(self, instance, /):
        """Note that an instance is being made; return whether that was news."""
        place = place_of(instance)
        if place in _held:
            return False
        if PyDict_SetDefault(_held, place, _BEING_MADE) is not <PyObject *>_BEING_MADE:
            return False
        ormolu_note_making(&_making, <PyObject *>instance)
        return True

    def end(self, instance, /):
        """Note that it is made; to be called if, and only if, ``begin`` was the first."""
        if ormolu_is_making(&_making, <PyObject *>instance):
            ormolu_note_making(&_making, NULL)
        place = place_of(instance)
        cdef PyObject *entry = PyDict_GetItemWithError(_held, place)
        if not self.always and not _awaiting and entry is <PyObject *>_BEING_MADE:
            del _held[place]
        else:
            self.finish(instance)


cdef bint is_making(object instance) noexcept:
    """Return whether the instance is the one whose making began last."""
    return ormolu_is_making(&_making, <PyObject *>instance)


cdef PyObject *entry_of(object instance) except? NULL:
    """Return what is known of an instance, or ``NULL``."""
    cdef PyObject *state = ormolu_state_in_table(instance, _state_class, _place_slot, _NOWHERE)
    return PyDict_GetItemWithError(_held, place_of(instance)) if state is NULL else state


cdef State begin_state(Gate gate, object instance):
    """Return a state for an instance that has none; ``None`` if another thread was first."""
    cdef State state = gate.state_class(instance, gate.manager)
    place = place_of(instance)
    state.place = place
    return state if PyDict_SetDefault(_held, place, state) is <PyObject *>state else None


cdef bint is_atom(Gate gate, object value) except -1:
    # most are texts
    return type(value) is str or type(value) in gate.atoms


cdef object value_of(object instance, object key):
    try:
        return PyObject_GenericGetAttr(instance, key)
    except AttributeError:
        return _MISSING
