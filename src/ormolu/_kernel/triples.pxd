cdef extern from *:
    """
    #ifndef ORMOLU_TRIPLES
    #define ORMOLU_TRIPLES
    static PyObject *
    ormolu_triple(PyObject *class_, PyObject *first, PyObject *second, PyObject *third)
    {
        PyTypeObject *type = (PyTypeObject *)class_;
        PyObject *made = type->tp_alloc(type, 3);
        if (made != NULL) {
            PyTuple_SET_ITEM(made, 0, Py_NewRef(first));
            PyTuple_SET_ITEM(made, 1, Py_NewRef(second));
            PyTuple_SET_ITEM(made, 2, Py_NewRef(third));
        }
        return made;
    }
    #endif
    """
    object ormolu_triple(object class_, object first, object second, object third)

cdef inline object triple(object cls, object first, object second, object third):
    return ormolu_triple(cls, first, second, third)
