# cython: language_level=3, auto_pickle=False
"""The native form of ``answers.py``."""

from cpython.object cimport PyObject

from decimal import Decimal
from functools import update_wrapper

from . cimport beside, referring, slots, tuples
from . import turns
from .beside cimport Field, Gate
from .instances cimport bare_instance
from .state cimport State

__all__ = ["answered_at_once", "changes_at_once", "is_equal", "plain_changes"]

cdef extern from "Python.h":
    PyObject *PyDict_GetItemWithError(object, object) except? NULL

cdef extern from *:
    """
    /* What is found on the class of an object, as Python looks for it; NULL for nothing. */
    static inline PyObject *
    ormolu_on_class(PyObject *object, PyObject *name)
    {
    #ifdef Py_GIL_DISABLED
        return NULL;  /* another thread may take it away at this moment */
    #else
        return _PyType_Lookup(Py_TYPE(object), name);
    #endif
    }
    """
    PyObject *ormolu_on_class(object, object)

cdef dict _NO_CHANGES = {}
cdef tuple _WITH_NAN = (float, complex, Decimal)


def plain_changes(Gate gate, State state, instance, change, /):
    """Return the changes of an instance, where no more is known than old values that are atoms."""
    return changes_by_key(gate, state, instance, change)


cdef dict changes_by_key(Gate gate, State state, object instance, object change):
    cdef PyObject *entry
    cdef dict found = {}
    if state._committed is None:
        return found
    for key, old in (<dict>state._committed).items():
        entry = PyDict_GetItemWithError(gate.manager, key)
        if entry is NULL or not isinstance(<object>entry, Field) or not (<Field>entry).is_plain:
            return None
        new = beside.value_of(instance, key)
        if not beside.is_atom(gate, old) or not beside.is_atom(gate, new):
            return None
        if old is not new and not is_equal(old, new):
            found[key] = tuples.pair(change, old, new)
    return found if len(found) < 2 else {key: found[key] for key in gate.manager if key in found}


cpdef bint is_equal(object old, object new) except -1:
    """Return whether two numbers, texts and the like are equal; a nan is to another one."""
    try:
        if (old == new) is True:
            return True
    except Exception:  # that of a signalling nan, and of whatever is no number
        pass
    return is_same_nan(old, new)


cdef bint is_same_nan(object old, object new) except -1:
    cdef type class_ = type(old)
    if class_ is not type(new) or class_ is str or class_ is int or class_ not in _WITH_NAN:
        return False
    if not old.is_nan() if class_ is Decimal else old == old:
        return False
    # a Decimal may carry a number, a complex one be half a nan
    return repr(old) == repr(new)


cdef Gate gate_of(object instance, object manager_attr):
    """Return the gate of the class of an instance, or ``None`` where more has to be looked at."""
    cdef PyObject *manager = ormolu_on_class(instance, manager_attr)
    if manager is NULL:
        return None
    gate = getattr(<object>manager, "gate", None)
    if not isinstance(gate, Gate):
        return None
    return <Gate>gate if (<Gate>gate).in_order and (<Gate>gate).class_ is type(instance) else None


cdef State plain_state(Gate gate, object instance, PyObject *entry):
    """Return a state of which nothing but old values counts, or ``None``."""
    cdef State state
    cdef PyObject *more
    if not isinstance(<object>entry, State):
        return None
    state = <State>entry
    more = referring.ormolu_dictionary(state)
    if state.manager is not gate.manager:
        return None
    if more is NULL or not <dict>more or is_as_it_was(gate, instance, state, <dict>more):
        return state
    return None


cdef bint is_as_it_was(Gate gate, object instance, State state, dict more) except -1:
    """Return whether no more is known than what values were like, and they still are."""
    cdef PyObject *found = PyDict_GetItemWithError(more, "snapshots")
    if found is NULL or len(more) != 1 or type(<object>found) is not dict:
        return False
    snapshots = <object>found
    for key, snapshot in (<dict>snapshots).items():
        if state._committed is not None and key in state._committed:
            return False
        found = PyDict_GetItemWithError(gate.manager, key)
        if found is NULL or not isinstance(<object>found, Field):
            return False
        if not snapshot.matches((<object>found).present(instance)):
            return False
    return True


cdef dict known_at_once(object instance, object manager_attr, object change):
    """Return the changes of an instance, or ``None`` where more has to be looked at."""
    cdef Gate gate = gate_of(instance, manager_attr)
    cdef PyObject *entry
    cdef State state
    if gate is None:
        return None
    entry = beside.entry_of(instance)
    if entry is NULL:
        return _NO_CHANGES
    state = plain_state(gate, instance, entry)
    return None if state is None else changes_by_key(gate, state, instance, change)


def changes_at_once(manager_attr, change):
    """Return what returns the changes of an object, where they are known at once."""

    def at_once(obj):
        return known_at_once(obj, manager_attr, change)

    return turns.guarded(at_once)


def answered_at_once(manager_attr, change, changes_class, nothing):
    """Return a decorator of what returns the changes of an object."""
    cdef Py_ssize_t place = slots.place_of(changes_class, "_changes")

    def decorate(ask):
        def changes(obj):
            cdef dict found = known_at_once(obj, manager_attr, change) if place else None
            if found is None:
                return ask(obj)
            if not found:
                return nothing
            made = bare_instance(changes_class)
            slots.fill(made, place, found)
            return made

        return turns.guarded(update_wrapper(changes, ask))

    return decorate
