# cython: language_level=3
"""Native states made by ``object.__new__``; see ``allow_blank``."""

from .state import State

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
                            "the fields of State are not those that blank.pyx counts");
            return -1;
        }
        ((PyTypeObject *)class_)->tp_alloc = ormolu_blank_state;
        ((PyTypeObject *)class_)->tp_new = PyBaseObject_Type.tp_new;
        PyType_Modified((PyTypeObject *)class_);
        return 0;
    }
    """
    int ormolu_allow_blank(object class_, Py_ssize_t size) except -1


def allow_blank(state_class):
    """Have ``object.__new__`` make a state of this class in which every field is ``None``.

    Pickles of protocols 0 and 1 make their objects so, and ``object`` refuses to
    make one of a native class that makes its instances itself.

    Args:
        state_class: a class derived from ``State``.
    """
    ormolu_allow_blank(State, State.__basicsize__)
    ormolu_allow_blank(state_class, State.__basicsize__)
