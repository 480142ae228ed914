# cython: language_level=3, auto_pickle=False
"""The native form of ``beside.py``."""

from cpython.object cimport PyObject, PyObject_GenericGetAttr, PyObject_GenericSetAttr

from functools import partial

from . cimport changes, running, slots
from . import turns
from .attributes cimport AttributeImpl
from .hearing cimport silent
from .sentinels import DONT_SET, MISSING
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
    "writer",
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

cdef object _DONT_SET = DONT_SET
cdef object _MISSING = MISSING
cdef dict _NO_VALUES = {}

# The instance whose making began last; only to be compared with, for it may be gone.
cdef PyObject *_making = NULL

cdef object _set_plainly = object.__setattr__


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


cdef PyObject *entry_of(object instance) except? NULL:
    """Return what is known of an instance, or ``NULL``."""
    cdef PyObject *state = ormolu_state_in_table(instance, _state_class, _place_slot, _NOWHERE)
    return PyDict_GetItemWithError(_held, place_of(instance)) if state is NULL else state


cdef bint is_known(PyObject *entry, Field field) except -1:
    """Return whether a write of a field changes nothing of what is recorded."""
    cdef State state
    if entry is NULL:
        return False
    if entry is <PyObject *>_BEING_MADE:
        return True
    if not isinstance(<object>entry, State):
        return False
    state = <State>entry
    return (
        state.modified
        and state._committed is not None
        and field.key in state._committed
        and not running.published
        and silent(field.impl._set_hearing)
    )


cdef bint write_first(
    Gate gate, PyObject *entry, object instance, Field field, object value
) except -1:
    """Assign a field for the first time since the last commit, if that is all there is to it."""
    cdef object place
    cdef State state = None
    if entry is NULL:
        if gate.news or not gate.in_order:
            return False
    elif not isinstance(<object>entry, State) or (<object>entry).making is not None:
        return False
    else:
        state = <State>entry
    if value is _DONT_SET or running.published or not silent(field.impl._set_hearing):
        return False
    cdef object old = value_of(instance, field.key)
    if not is_atom(gate, old):
        return False
    if state is None:
        place = place_of(instance)
        state = gate.state_class(instance, gate.manager)
        state.place = place
        if PyDict_SetDefault(_held, place, state) is not <PyObject *>state:
            return False  # another thread was first
    elif state._committed is not None and field.key in state._committed:
        return False
    cdef bint modified = state.modified
    try:
        changes.record(state, _NO_VALUES, field.impl, old)
        PyObject_GenericSetAttr(instance, field.key, value)
    except BaseException:
        changes.restore(state, {}, field.key, _MISSING, _MISSING, modified, None)
        raise
    return True


cdef bint is_atom(Gate gate, object value) except -1:
    # most are texts
    return type(value) is str or type(value) in gate.atoms


cdef object value_of(object instance, object key):
    try:
        return PyObject_GenericGetAttr(instance, key)
    except AttributeError:
        return _MISSING


def writer(Gate gate, original, assign, observe, manager_of):
    """Return the ``__setattr__`` of a class, which records."""
    cdef bint own = original is not _set_plainly
    cdef object class_ = gate.class_

    def __setattr__(self, name, value, /):
        if not own and ormolu_is_making(&_making, <PyObject *>self):
            PyObject_GenericSetAttr(self, name, value)
            return
        cdef Gate current = gate if type(self) is class_ else manager_of(self).gate
        cdef PyObject *entry = PyDict_GetItemWithError(current.manager, name)
        cdef PyObject *known
        cdef Field field
        if own or (entry is NULL and name == "__dict__"):
            observe(current.manager, self, partial(original, self, name, value))
        elif entry is NULL or not isinstance(<object>entry, Field):
            PyObject_GenericSetAttr(self, name, value)
        else:
            field = <Field>entry
            known = entry_of(self)
            if current.tell is not None:
                assign(current.manager, field, self, value)
            elif is_known(known, field):
                PyObject_GenericSetAttr(self, name, value)
            elif not field.is_plain or not write_first(current, known, self, field, value):
                assign(current.manager, field, self, value)

    return turns.guarded(__setattr__)
