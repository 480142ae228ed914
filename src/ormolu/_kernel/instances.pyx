# cython: language_level=3, auto_pickle=False
"""Making instances and states natively."""

from cpython.object cimport PyObject

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


cdef object bare_instance(object class_):
    """Return what ``class_.__new__(class_)`` does."""
    cdef PyObject *made = ormolu_bare_instance(class_)
    if made is NULL:
        return class_.__new__(class_)
    instance = <object>made
    Py_DECREF(made)
    return instance


cdef State new_state(object class_, object instance, object manager):
    """Return what ``class_(instance, manager)`` does, for a class with no ``__init__``."""
    cdef State state = <State>refer(class_, instance)
    state.class_ = type(instance)
    state.manager = manager
    return state
