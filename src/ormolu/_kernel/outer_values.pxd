from cpython.object cimport PyObject

from . cimport inline_values, peeking

cdef extern from *:
    """
    #ifndef ORMOLU_OUTER_VALUES
    #define ORMOLU_OUTER_VALUES
    /* CPython 3.11 and 3.12 keep the values of an instance in an array, to which a pointer in
       front of the instance leads, until somebody asks for its dictionary.  From then on each
       read of each attribute is slower.  Nothing is ever found here in another version. */
    #if defined(ORMOLU_PEEKS) && PY_VERSION_HEX < 0x030D0000
    /* NULL where there is a dictionary, or where values are kept in another way. */
    static inline PyObject **
    ormolu_outer_of(PyObject *instance)
    {
        if (!(Py_TYPE(instance)->tp_flags & Py_TPFLAGS_MANAGED_DICT)) {
            return NULL;
        }
    #if PY_VERSION_HEX < 0x030C0000
        return ((PyObject ***)instance)[-4];
    #else
        /* the lowest bit tells the array from a dictionary */
        char *tagged = ((char **)instance)[-3];
        return (uintptr_t)tagged & 1 ? (PyObject **)(tagged + 1) : NULL;
    #endif
    }

    /* Where instances of a class have a key, kept for the next time; -1 if nowhere. */
    static inline Py_ssize_t
    ormolu_outer_place(PyTypeObject *type, PyObject *key, Py_ssize_t *place)
    {
        ormolu_keys *keys = (ormolu_keys *)((PyHeapTypeObject *)type)->ht_cached_keys;
        if (keys == NULL || !keys->kind) {
            return -1;
        }
        ormolu_entry *entries = ormolu_entries(keys);
        if ((size_t)*place < (size_t)keys->count && entries[*place].key == key) {
            return *place;
        }
        for (Py_ssize_t i = 0; i < keys->count; i++) {
            if (entries[i].key == key) {
                *place = i;
                return i;
            }
        }
        return -1;
    }

    /* Borrowed; NULL if it is not there. */
    static inline PyObject *
    ormolu_find_outer(PyObject *instance, PyObject *key, Py_ssize_t *place)
    {
        PyObject **values = ormolu_outer_of(instance);
        if (values == NULL) {
            return NULL;
        }
        Py_ssize_t found = ormolu_outer_place(Py_TYPE(instance), key, place);
        return found < 0 ? NULL : values[found];
    }

    /* Whether the value has been stored, in the place of another one or where there was
       none.  What was there may be somebody's last. */
    static inline int
    ormolu_replace_outer(PyObject *instance, PyObject *key, PyObject *value, Py_ssize_t *place)
    {
        PyObject **values = ormolu_outer_of(instance);
        if (values == NULL) {
            return 0;
        }
        Py_ssize_t found = ormolu_outer_place(Py_TYPE(instance), key, place);
        if (found < 0) {
            return 0;
        }
        PyObject *old = values[found];
        if (old == NULL) {
            /* in front of the array: how large that front is, how many values there are,
               and from there downwards the order that they came in */
            uint8_t *count = (uint8_t *)values - 2;
            if (*count + 3 > ((uint8_t *)values)[-1]) {
                return 0;
            }
            *count += 1;
            *(count - *count) = (uint8_t)found;
        }
        values[found] = Py_NewRef(value);
        Py_XDECREF(old);
        return 1;
    }
    #else
    #define ormolu_find_outer(instance, key, place) NULL
    #define ormolu_replace_outer(instance, key, value, place) 0
    #endif
    #endif
    """
    PyObject *ormolu_find_outer(object instance, object key, Py_ssize_t *place)
    bint ormolu_replace_outer(object instance, object key, object value, Py_ssize_t *place)


cdef inline PyObject *find(object instance, object key, Py_ssize_t *place):
    """Return a value that an instance keeps in no dictionary yet; borrowed, or NULL."""
    cdef PyObject *found = inline_values.ormolu_find_inline(instance, key, place)
    return ormolu_find_outer(instance, key, place) if found is NULL else found


cdef inline bint replace(object instance, object key, object value, Py_ssize_t *place):
    """Return whether a value has been stored in no dictionary."""
    return inline_values.ormolu_replace_inline(
        instance, key, value, place
    ) or ormolu_replace_outer(instance, key, value, place)
