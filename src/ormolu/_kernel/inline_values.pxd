from cpython.object cimport PyObject

from . cimport peeking

cdef extern from *:
    """
    #ifndef ORMOLU_INLINE_VALUES
    #define ORMOLU_INLINE_VALUES
    /* CPython 3.13 keeps the values of an instance in itself, and makes a dictionary of
       them when somebody asks for it.  As long as nobody has, they are read
       and stored here as the interpreter does it: at the place that the class has for the
       key.  Everywhere else nothing is ever found here, and nothing stored. */
    #if defined(ORMOLU_PEEKS) && PY_VERSION_HEX >= 0x030D0000
    /* Where instances of a class have a key, kept for the next time; -1 if nowhere. */
    static inline Py_ssize_t
    ormolu_inline_place(PyTypeObject *type, PyObject *key, Py_ssize_t *place)
    {
        ormolu_keys *keys = (ormolu_keys *)((PyHeapTypeObject *)type)->ht_cached_keys;
        if (keys == NULL || !keys->kind) {
            return -1;
        }
        ormolu_entry *entries = ormolu_entries(keys);
        if ((size_t)*place < (size_t)keys->count && entries[*place].key == key) {
            return *place;
        }
        for (Py_ssize_t i = 0; i < keys->count && i < ORMOLU_MOST_PLACES; i++) {
            if (entries[i].key == key) {
                *place = i;
                return i;
            }
        }
        return -1;
    }

    /* Borrowed; NULL if it is not there. */
    static inline PyObject *
    ormolu_find_inline(PyObject *instance, PyObject *key, Py_ssize_t *place)
    {
        ormolu_inline *values = ormolu_inline_of(instance);
        if (values == NULL) {
            return NULL;
        }
        Py_ssize_t found = ormolu_inline_place(Py_TYPE(instance), key, place);
        return found < 0 || found >= values->capacity ? NULL : values->values[found];
    }

    /* Whether the value has been stored, where there was none. */
    static inline int
    ormolu_store_inline(PyObject *instance, PyObject *key, PyObject *value, Py_ssize_t *place)
    {
        ormolu_inline *values = ormolu_inline_of(instance);
        if (values == NULL || values->size >= values->capacity) {
            return 0;
        }
        Py_ssize_t found = ormolu_inline_place(Py_TYPE(instance), key, place);
        if (found < 0 || found >= values->capacity || values->values[found] != NULL) {
            return 0;
        }
        uint8_t *order = (uint8_t *)&values->values[values->capacity];
        order[values->size++] = (uint8_t)found;
        values->values[found] = Py_NewRef(value);
        return 1;
    }

    /* Whether the value has been stored, in the place of another one or where there was
       none.  What was there may be somebody's last. */
    static inline int
    ormolu_replace_inline(PyObject *instance, PyObject *key, PyObject *value, Py_ssize_t *place)
    {
        ormolu_inline *values = ormolu_inline_of(instance);
        if (values == NULL) {
            return 0;
        }
        Py_ssize_t found = ormolu_inline_place(Py_TYPE(instance), key, place);
        if (found < 0 || found >= values->capacity || values->values[found] == NULL) {
            return ormolu_store_inline(instance, key, value, place);
        }
        PyObject *old = values->values[found];
        values->values[found] = Py_NewRef(value);
        Py_DECREF(old);
        return 1;
    }

    /* Whether there was a value, which is dropped.  It may be somebody's last. */
    static inline int
    ormolu_drop_inline(PyObject *instance, PyObject *key, Py_ssize_t *place)
    {
        ormolu_inline *values = ormolu_inline_of(instance);
        if (values == NULL) {
            return 0;
        }
        Py_ssize_t found = ormolu_inline_place(Py_TYPE(instance), key, place);
        if (found < 0 || found >= values->capacity || values->values[found] == NULL) {
            return 0;
        }
        uint8_t *order = (uint8_t *)&values->values[values->capacity];
        int left = 0;
        for (int i = 0; i < values->size; i++) {
            if (order[i] != found) {
                order[left++] = order[i];
            }
        }
        values->size = (uint8_t)left;
        PyObject *old = values->values[found];
        values->values[found] = NULL;
        Py_DECREF(old);
        return 1;
    }

    /* Whether instances of a class keep their values so, and go without a call. */
    static inline int
    ormolu_keeps_inline(PyObject *class_)
    {
        PyTypeObject *type = (PyTypeObject *)class_;
        return (type->tp_flags & Py_TPFLAGS_INLINE_VALUES)
            && type->tp_basicsize == sizeof(PyObject)
            && type->tp_getattro == PyObject_GenericGetAttr
            && type->tp_finalize == NULL && type->tp_del == NULL
            && ((PyHeapTypeObject *)type)->ht_cached_keys != NULL;
    }
    #else
    #define ormolu_find_inline(instance, key, place) NULL
    #define ormolu_store_inline(instance, key, value, place) 0
    #define ormolu_replace_inline(instance, key, value, place) 0
    #define ormolu_drop_inline(instance, key, place) 0
    #define ormolu_keeps_inline(class_) 0
    #endif
    #endif
    """
    PyObject *ormolu_find_inline(object instance, object key, Py_ssize_t *place)
    bint ormolu_store_inline(object instance, object key, object value, Py_ssize_t *place)
    bint ormolu_replace_inline(object instance, object key, object value, Py_ssize_t *place)
    bint ormolu_drop_inline(object instance, object key, Py_ssize_t *place)
    bint ormolu_keeps_inline(object class_)
