from cpython.object cimport PyObject

cdef extern from *:
    """
    #ifndef ORMOLU_CALLING
    #define ORMOLU_CALLING
    /* The arguments of a vectorcall in a new tuple, or NULL; those given by name in a new
       dictionary, or NULL where there are none. */
    static PyObject *
    ormolu_gather(PyObject *const *args, Py_ssize_t count, PyObject *names, PyObject **keywords)
    {
        PyObject *positional = PyTuple_New(count);
        *keywords = NULL;
        if (positional == NULL) {
            return NULL;
        }
        for (Py_ssize_t i = 0; i < count; i++) {
            PyTuple_SET_ITEM(positional, i, Py_NewRef(args[i]));
        }
        if (names == NULL || PyTuple_GET_SIZE(names) == 0) {
            return positional;
        }
        *keywords = PyDict_New();
        for (Py_ssize_t i = 0; *keywords != NULL && i < PyTuple_GET_SIZE(names); i++) {
            if (PyDict_SetItem(*keywords, PyTuple_GET_ITEM(names, i), args[count + i]) < 0) {
                Py_CLEAR(*keywords);
            }
        }
        if (*keywords == NULL) {
            Py_CLEAR(positional);
        }
        return positional;
    }
    #endif
    """
    PyObject *ormolu_gather(PyObject **args, Py_ssize_t count, PyObject *names, PyObject **keywords)
