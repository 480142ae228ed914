cdef extern from *:
    """
    #ifndef ORMOLU_TUPLES
    #define ORMOLU_TUPLES
    /* A tuple of a class of tuples, to be filled before anybody sees it. */
    static inline PyObject *
    ormolu_bare_tuple(PyObject *class_, Py_ssize_t length)
    {
        PyTypeObject *type = (PyTypeObject *)class_;
        PyObject *made = type->tp_alloc(type, length);
    #if PY_VERSION_HEX >= 0x030E0000
        if (made != NULL) {
            ((PyTupleObject *)made)->ob_hash = -1;  /* not known yet */
        }
    #endif
        return made;
    }

    static inline PyObject *
    ormolu_pair(PyObject *class_, PyObject *first, PyObject *second)
    {
        PyObject *made = ormolu_bare_tuple(class_, 2);
        if (made != NULL) {
            PyTuple_SET_ITEM(made, 0, Py_NewRef(first));
            PyTuple_SET_ITEM(made, 1, Py_NewRef(second));
        }
        return made;
    }

    static inline PyObject *
    ormolu_triple(PyObject *class_, PyObject *first, PyObject *second, PyObject *third)
    {
        PyObject *made = ormolu_bare_tuple(class_, 3);
        if (made != NULL) {
            PyTuple_SET_ITEM(made, 0, Py_NewRef(first));
            PyTuple_SET_ITEM(made, 1, Py_NewRef(second));
            PyTuple_SET_ITEM(made, 2, Py_NewRef(third));
        }
        return made;
    }
    #endif
    """
    object ormolu_pair(object class_, object first, object second)
    object ormolu_triple(object class_, object first, object second, object third)

cdef inline object pair(object cls, object first, object second):
    return ormolu_pair(cls, first, second)

cdef inline object triple(object cls, object first, object second, object third):
    return ormolu_triple(cls, first, second, third)
