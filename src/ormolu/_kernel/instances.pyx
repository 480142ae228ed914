# cython: language_level=3
"""Making instances and states natively."""

from cpython.object cimport PyObject
from cpython.weakref cimport PyWeakref_NewRef

from .state cimport State
from .state import no_identity_map

cdef extern from *:
    """
    /* The fields of a State that are objects: right behind the head and the list of
       weak references, as state.pxd has them. */
    #define ORMOLU_STATE_FIELDS 20
    #define ORMOLU_STATE_FIRST (sizeof(PyObject) + sizeof(PyObject *))

    static PyObject *
    ormolu_blank_state(PyTypeObject *type, Py_ssize_t items)
    {
        PyObject *made = PyType_GenericAlloc(type, items);
        if (made != NULL) {
            PyObject **fields = (PyObject **)((char *)made + ORMOLU_STATE_FIRST);
            for (int i = 0; i < ORMOLU_STATE_FIELDS; i++) {
                fields[i] = Py_NewRef(Py_None);
            }
        }
        return made;
    }

    static int
    ormolu_allow_blank(PyObject *class_, Py_ssize_t size)
    {
        Py_ssize_t fields = ORMOLU_STATE_FIRST + ORMOLU_STATE_FIELDS * sizeof(PyObject *);
        if (size != fields + 2 * (Py_ssize_t)sizeof(int)) {
            PyErr_SetString(PyExc_SystemError,
                            "the fields of State are not those that instances.pyx counts");
            return -1;
        }
        ((PyTypeObject *)class_)->tp_alloc = ormolu_blank_state;
        ((PyTypeObject *)class_)->tp_new = PyBaseObject_Type.tp_new;
        PyType_Modified((PyTypeObject *)class_);
        return 0;
    }

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
    int ormolu_allow_blank(object class_, Py_ssize_t size) except -1


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
    cdef State state = State.__new__(class_)
    state.class_ = type(instance)
    state.manager = manager
    state.obj = PyWeakref_NewRef(instance, state._cleanup)
    state._instance_dict = no_identity_map
    return state


def allow_blank(state_class):
    """Have ``object.__new__`` make a state of this class in which every field is ``None``.

    Pickles of protocols 0 and 1 make their objects so, and ``object`` refuses to
    make one of a native class that makes its instances itself.

    Args:
        state_class: a class derived from ``State``.
    """
    ormolu_allow_blank(State, State.__basicsize__)
    ormolu_allow_blank(state_class, State.__basicsize__)
