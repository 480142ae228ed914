from cpython.object cimport PyObject, PyTypeObject

cdef extern from *:
    """
    #ifndef ORMOLU_LAYOUTS_OF_DESCRIPTORS
    #define ORMOLU_LAYOUTS_OF_DESCRIPTORS
    /* The members of a class that has slots are at places that do not change. */
    typedef struct {
        PyTypeObject *type;
        Py_ssize_t impl;
        Py_ssize_t key;
    } ormolu_descriptor_layout;

    #define ORMOLU_LAYOUTS 8
    static ormolu_descriptor_layout ormolu_layouts[ORMOLU_LAYOUTS];
    static int ormolu_layout_count = 0;

    /* A class that gets DirectAccess as a base later on makes its instances as before. */
    static void
    ormolu_leave_new_to_object(PyObject *class_)
    {
        ((PyTypeObject *)class_)->tp_new = PyBaseObject_Type.tp_new;
    }

    static int
    ormolu_learn_layout(PyObject *type, Py_ssize_t impl, Py_ssize_t key)
    {
        if (!impl || !key || ormolu_layout_count == ORMOLU_LAYOUTS) {
            return 0;
        }
        Py_INCREF(type); /* for as long as the process lives */
        ormolu_layouts[ormolu_layout_count].type = (PyTypeObject *)type;
        ormolu_layouts[ormolu_layout_count].impl = impl;
        ormolu_layouts[ormolu_layout_count].key = key;
        ormolu_layout_count++;
        return 1;
    }

    static inline ormolu_descriptor_layout *
    ormolu_layout_of(PyObject *descriptor)
    {
        PyTypeObject *type = Py_TYPE(descriptor);
        for (int i = 0; i < ormolu_layout_count; i++) {
            if (ormolu_layouts[i].type == type) {
                return &ormolu_layouts[i];
            }
        }
        return NULL;
    }

    /* Classes that are known to derive from a native one, so that to find out again is
       one comparison.  They are few, and stay for as long as the process lives. */
    #define ORMOLU_KNOWN 16
    typedef struct {
        PyTypeObject *types[ORMOLU_KNOWN];
        int count;
    } ormolu_known;

    static ormolu_known ormolu_known_impls;
    static ormolu_known ormolu_known_states;

    static inline int
    ormolu_is(PyObject *object, PyTypeObject *base, ormolu_known *known)
    {
        PyTypeObject *type = Py_TYPE(object);
        for (int i = 0; i < known->count; i++) {
            if (known->types[i] == type) {
                return 1;
            }
        }
        if (!PyType_IsSubtype(type, base)) {
            return 0;
        }
        if (known->count < ORMOLU_KNOWN) {
            known->types[known->count++] = (PyTypeObject *)Py_NewRef(type);
        }
        return 1;
    }

    /* Where CPython 3.13 keeps the dictionary of an instance, once there is one. */
    #if PY_VERSION_HEX >= 0x030D0000 && PY_VERSION_HEX < 0x030E0000 && !defined(Py_GIL_DISABLED)
    #define ORMOLU_MANAGED_DICT -3
    #endif

    /* The dictionary of an instance, borrowed, or NULL: without an exception where there
       is none yet, where it is no plain one, or where the class decides. */
    static inline PyObject *
    ormolu_present_values(PyObject *instance)
    {
        PyTypeObject *type = Py_TYPE(instance);
        PyObject *values;
        if (type->tp_getattro != PyObject_GenericGetAttr) {
            return NULL;
        }
    #ifdef ORMOLU_MANAGED_DICT
        if (type->tp_flags & Py_TPFLAGS_MANAGED_DICT) {
            values = ((PyObject **)instance)[ORMOLU_MANAGED_DICT];
        }
        else
    #endif
        {
            PyObject **place = _PyObject_GetDictPtr(instance);
            values = place == NULL ? NULL : *place;
        }
        return values != NULL && PyDict_CheckExact(values) ? values : NULL;
    }

    /* The same, made if there is none yet. */
    static inline PyObject *
    ormolu_values(PyObject *instance)
    {
        PyObject *values = ormolu_present_values(instance);
        if (values != NULL || Py_TYPE(instance)->tp_getattro != PyObject_GenericGetAttr) {
            return values;
        }
        values = PyObject_GenericGetDict(instance, NULL);
        if (values == NULL) {
            PyErr_Clear();
            return NULL;
        }
        Py_DECREF(values); /* the instance has it */
        return PyDict_CheckExact(values) ? values : NULL;
    }
    #endif
    """
    ctypedef struct ormolu_descriptor_layout:
        Py_ssize_t impl
        Py_ssize_t key
    void ormolu_leave_new_to_object(object)
    bint ormolu_learn_layout(object, Py_ssize_t, Py_ssize_t)
    ormolu_descriptor_layout *ormolu_layout_of(object)
    PyObject *ormolu_present_values(object)
    PyObject *ormolu_values(object)
    ctypedef struct ormolu_known:
        pass
    ormolu_known ormolu_known_impls
    ormolu_known ormolu_known_states
    bint ormolu_is(PyObject *, PyTypeObject *, ormolu_known *)
