# cython: language_level=3, auto_pickle=False
"""Making instances and states natively."""

from cpython.object cimport PyObject

from . cimport inline_values
from .belonging cimport Circumstances, circumstances_of
from .referring cimport refer
from .state cimport State

__all__ = []

cdef extern from *:
    """
    /* An instance of a class that leaves it to object to make one, or NULL. */
    static inline PyObject *
    ormolu_bare_instance(PyObject *class_)
    {
        PyTypeObject *type = (PyTypeObject *)class_;
        if (type->tp_new != PyBaseObject_Type.tp_new
            || (type->tp_flags & Py_TPFLAGS_IS_ABSTRACT)) {
            return NULL;
        }
        return type->tp_alloc(type, 0);
    }
    """
    PyObject *ormolu_bare_instance(object) except? NULL
    void Py_DECREF(PyObject *)
    object PyObject_GenericGetDict(object, void *)


cdef object bare_instance(object class_):
    """Return what ``class_.__new__(class_)`` does."""
    cdef PyObject *made = ormolu_bare_instance(class_)
    if made is NULL:
        return class_.__new__(class_)
    instance = <object>made
    Py_DECREF(made)
    return instance


def gone(State state):
    """Hear that the instance of a state is gone."""
    cdef Circumstances circumstances = circumstances_of(state)
    # most were in no session, and have nothing to leave
    if (
        state._strong_obj is not None
        or circumstances.identity_map is not None
        or state.session_id is not None
    ):
        state._cleanup(state)


cdef object _gone = gone


cdef bint keep_inline(object class_, tuple keys) except -1:
    """Have instances of a class keep these keys in themselves; return whether they can.

    A class learns its keys from the first instance that has them.
    """
    if not inline_values.ormolu_keeps_inline(class_):
        return False
    cdef dict values = PyObject_GenericGetDict(bare_instance(class_), NULL)
    for key in keys:
        values[key] = None
    return True


cdef State new_state(object class_, object instance, object manager):
    """Return what ``class_(instance, manager)`` does, for a class with no ``__init__``."""
    cdef State state = <State>refer(class_, instance, _gone)
    state.manager = manager
    return state
