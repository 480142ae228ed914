cdef extern from *:
    """
    #ifndef ORMOLU_ROOMS
    #define ORMOLU_ROOMS
    static inline int
    ormolu_make_room(PyObject *members)
    {
    #if !defined(Py_GIL_DISABLED) && !defined(PYPY_VERSION)
        PyListObject *list = (PyListObject *)members;
        Py_ssize_t size = Py_SIZE(list);
        if (list->allocated <= size) {
            if (PyList_Append(members, Py_None) < 0) {
                return -1;
            }
            /* past the list, which would give the room back */
            Py_SET_SIZE(list, size);
            Py_DECREF(Py_None);
        }
    #endif
        return 0;
    }
    #endif
    """
    int ormolu_make_room(object members) except -1

cdef inline int make_room(object members) except -1:
    return ormolu_make_room(members)
