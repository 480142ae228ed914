from cpython.object cimport PyObject

cdef extern from *:
    """
    #ifndef ORMOLU_PEEKING
    #define ORMOLU_PEEKING
    /* A dictionary keeps its entries in the order they came in, and instances of a class
       mostly get their attributes in the same order.  So where a key was found in one
       dictionary it mostly is in the next: one look at that entry tells, for what it
       holds is the very same string.  This needs the inside of CPython's dictionaries,
       as it is in 3.11 to 3.13; everywhere else nothing is ever found
       here, and whoever asks looks it up in another way. */
    #if PY_VERSION_HEX >= 0x030B0000 && PY_VERSION_HEX < 0x030E0000 \\
        && !defined(Py_GIL_DISABLED) && !defined(PYPY_VERSION)
    #define ORMOLU_PEEKS 1
    typedef struct {
        Py_ssize_t refcnt;
        uint8_t log2_size;
        uint8_t log2_index_bytes;
        uint8_t kind; /* 0 where keys are not only strings: those entries are larger */
        uint32_t version;
        Py_ssize_t usable;
        Py_ssize_t count;
        char indices[];
    } ormolu_keys;

    typedef struct {
        PyObject *key;
        PyObject *value;
    } ormolu_entry;

    #if PY_VERSION_HEX >= 0x030D0000
    #define ORMOLU_VALUES_AT 8
    /* Behind the count of what is in it, a dictionary has who watches it. */
    #define ORMOLU_WATCHERS_AT (offsetof(PyDictObject, ma_used) + sizeof(Py_ssize_t))
    #else
    #define ORMOLU_VALUES_AT 0
    #endif

    #if PY_VERSION_HEX >= 0x030D0000
    /* The values of an instance that are in itself. */
    typedef struct {
        uint8_t capacity;
        uint8_t size;
        uint8_t embedded;
        uint8_t valid;
        PyObject *values[1]; /* and behind them the order that they came in */
    } ormolu_inline;
    #endif

    static inline ormolu_entry *
    ormolu_entries(ormolu_keys *keys)
    {
        return (ormolu_entry *)(keys->indices + ((size_t)1 << keys->log2_index_bytes));
    }

    static inline ormolu_keys *
    ormolu_keys_of(PyObject *dict)
    {
        return (ormolu_keys *)((PyDictObject *)dict)->ma_keys;
    }

    /* Borrowed; NULL if the key is not at that place. */
    static inline PyObject *
    ormolu_peek(PyObject *dict, PyObject *key, Py_ssize_t place)
    {
        ormolu_keys *keys = ormolu_keys_of(dict);
        if ((size_t)place >= (size_t)keys->count || !keys->kind) {
            return NULL;
        }
        ormolu_entry *entry = ormolu_entries(keys) + place;
        if (entry->key != key) {
            return NULL;
        }
        char *values = (char *)((PyDictObject *)dict)->ma_values;
        return values == NULL ? entry->value
                              : ((PyObject **)(values + ORMOLU_VALUES_AT))[place];
    }

    /* Whether the inside of a dictionary looks as expected. */
    static inline int
    ormolu_looks_right(PyObject *dict, ormolu_keys *keys)
    {
        return keys->kind <= 2 && keys->log2_size < 32
            && keys->log2_index_bytes >= keys->log2_size
            && keys->log2_index_bytes <= keys->log2_size + 3
            && keys->count >= 0 && keys->count <= ((Py_ssize_t)1 << keys->log2_size)
            && PyDict_GET_SIZE(dict) <= keys->count;
    }

    #define ORMOLU_MOST_PLACES 64

    static Py_ssize_t
    ormolu_place_in(PyObject *dict, PyObject *key)
    {
        ormolu_keys *keys = ormolu_keys_of(dict);
        if (keys->kind && ormolu_looks_right(dict, keys)) {
            ormolu_entry *entries = ormolu_entries(keys);
            for (Py_ssize_t i = 0; i < keys->count && i < ORMOLU_MOST_PLACES; i++) {
                if (entries[i].key == key) {
                    return i;
                }
            }
        }
        return -1;
    }
    /* Whether a dictionary has these very keys, in this order, and no others. */
    static inline int
    ormolu_has_keys(PyObject *dict, PyObject *wanted)
    {
        Py_ssize_t size = PyDict_GET_SIZE(dict), found = 0;
        ormolu_keys *keys = ormolu_keys_of(dict);
        if (size != PyTuple_GET_SIZE(wanted) || !keys->kind) {
            return 0;
        }
        ormolu_entry *entries = ormolu_entries(keys);
        char *split = (char *)((PyDictObject *)dict)->ma_values;
        PyObject **values = (PyObject **)(split + ORMOLU_VALUES_AT);
        for (Py_ssize_t i = 0; i < keys->count && found < size; i++) {
            if ((split == NULL ? entries[i].value : values[i]) == NULL) {
                continue;
            }
            if (entries[i].key != PyTuple_GET_ITEM(wanted, found)) {
                return 0;
            }
            found++;
        }
        return found == size;
    }

    /* Whether an object goes without a call: it refers to nothing, and its class is
       one of those that are built in. */
    static inline int
    ormolu_is_inert(PyObject *object)
    {
        return !PyObject_IS_GC(object) && !PyType_HasFeature(Py_TYPE(object), Py_TPFLAGS_HEAPTYPE);
    }

    static inline int
    ormolu_are_inert(PyObject *dict, PyObject *besides)
    {
        Py_ssize_t place = 0;
        PyObject *value;
        while (PyDict_Next(dict, &place, NULL, &value)) {
            if (value != besides && !ormolu_is_inert(value)) {
                return 0;
            }
        }
        return 1;
    }

    /* Whether to look up a key cannot run any code. */
    static inline int
    ormolu_is_calm(PyObject *dict, PyObject *key)
    {
        return ormolu_keys_of(dict)->kind && PyUnicode_CheckExact(key);
    }
    #if PY_VERSION_HEX >= 0x030D0000
    /* NULL where there is a dictionary, or where values are kept in another way. */
    static inline ormolu_inline *
    ormolu_inline_of(PyObject *instance)
    {
        PyTypeObject *type = Py_TYPE(instance);
        if (!(type->tp_flags & Py_TPFLAGS_INLINE_VALUES)
            || type->tp_basicsize != sizeof(PyObject)
            || type->tp_getattro != PyObject_GenericGetAttr
            || ((PyObject **)instance)[-3] != NULL) {
            return NULL;
        }
        ormolu_inline *values = (ormolu_inline *)((char *)instance + sizeof(PyObject));
        return values->valid ? values : NULL;
    }

    /* Drop all values but that of one key, and return how many there are then.  What goes
       may look at the instance, which is as it shall be.  The count is where somebody else
       keeps it, too, or NULL. */
    static inline void
    ormolu_drop_but(ormolu_inline *inside, ormolu_keys *keys, PyObject *key, Py_ssize_t *used)
    {
        ormolu_entry *entries = ormolu_entries(keys);
        uint8_t *order = (uint8_t *)&inside->values[inside->capacity];
        PyObject *gone[ORMOLU_MOST_PLACES];
        int count = 0, kept = 0;
        for (int i = 0; i < inside->size; i++) {
            uint8_t place = order[i];
            if (entries[place].key == key) {
                order[kept++] = place;
            }
            else {
                gone[count++] = inside->values[place];
                inside->values[place] = NULL;
            }
        }
        inside->size = (uint8_t)kept;
        if (used != NULL) {
            *used = kept;
        }
        while (count) {
            Py_XDECREF(gone[--count]);
        }
    }

    /* Do so with a dictionary whose values are in the instance that it is of; they stay
       there, and nothing is freed or made but the values.  Return whether it is one. */
    static inline int
    ormolu_keep_only(PyObject *dict, PyObject *key)
    {
        PyDictObject *known = (PyDictObject *)dict;
        ormolu_inline *inside = (ormolu_inline *)known->ma_values;
        ormolu_keys *keys = ormolu_keys_of(dict);
        if (inside == NULL || !inside->embedded || !keys->kind
            || inside->size > ORMOLU_MOST_PLACES
            || *(uint64_t *)((char *)dict + ORMOLU_WATCHERS_AT) & 0xff) {
            return 0;
        }
        ormolu_drop_but(inside, keys, key, &known->ma_used);
        return 1;
    }

    /* Whether an instance has no dictionary, and values of these very keys, in this order. */
    static inline int
    ormolu_is_bare(PyObject *instance, PyObject *wanted)
    {
        ormolu_inline *inside = ormolu_inline_of(instance);
        ormolu_keys *keys = (ormolu_keys *)((PyHeapTypeObject *)Py_TYPE(instance))->ht_cached_keys;
        if (inside == NULL || keys == NULL || !keys->kind
            || inside->size != PyTuple_GET_SIZE(wanted) || inside->size > ORMOLU_MOST_PLACES) {
            return 0;
        }
        ormolu_entry *entries = ormolu_entries(keys);
        uint8_t *order = (uint8_t *)&inside->values[inside->capacity];
        for (int i = 0; i < inside->size; i++) {
            if (entries[order[i]].key != PyTuple_GET_ITEM(wanted, i)) {
                return 0;
            }
        }
        return 1;
    }

    static inline void
    ormolu_keep_only_in(PyObject *instance, PyObject *key)
    {
        ormolu_inline *inside = ormolu_inline_of(instance);
        ormolu_keys *keys = (ormolu_keys *)((PyHeapTypeObject *)Py_TYPE(instance))->ht_cached_keys;
        if (inside != NULL) {
            ormolu_drop_but(inside, keys, key, NULL);
        }
    }
    #else
    #define ormolu_keep_only(dict, key) 0
    #define ormolu_is_bare(instance, wanted) 0
    #define ormolu_keep_only_in(instance, key)
    #endif
    #else
    #define ormolu_keep_only(dict, key) 0
    #define ormolu_is_bare(instance, wanted) 0
    #define ormolu_keep_only_in(instance, key)
    #define ormolu_peek(dict, key, place) NULL
    #define ormolu_place_in(dict, key) -1
    #define ormolu_is_calm(dict, key) 0
    #define ormolu_has_keys(dict, wanted) 0
    #define ormolu_are_inert(dict, besides) 0
    #endif

    /* The value of a key, borrowed; NULL, without an exception, if it is not there, or
       if to look it up might run code that takes it away.  Where it was is kept. */
    static inline PyObject *
    ormolu_find_again(PyObject *dict, PyObject *key, Py_ssize_t *place)
    {
        PyObject *found = ormolu_peek(dict, key, *place);
        if (found == NULL && ormolu_is_calm(dict, key)) {
            found = PyDict_GetItemWithError(dict, key);
            if (found == NULL) {
                PyErr_Clear();
            }
            else {
                *place = ormolu_place_in(dict, key);
            }
        }
        return found;
    }
    #endif
    """
    PyObject *ormolu_peek(object dict_, object key, Py_ssize_t place)
    PyObject *ormolu_find_again(object dict_, object key, Py_ssize_t *place)
    Py_ssize_t ormolu_place_in(object dict_, object key)
    bint ormolu_has_keys(object dict_, tuple keys)
    bint ormolu_are_inert(object dict_, object besides)
    bint ormolu_keep_only(object dict_, object key)
    bint ormolu_is_bare(object instance, tuple keys)
    void ormolu_keep_only_in(object instance, object key)

cdef inline object find(dict dict_, object key, Py_ssize_t place):
    cdef PyObject *found = ormolu_peek(dict_, key, place)
    return dict_.get(key) if found is NULL else <object>found

cdef inline Py_ssize_t place_in(dict dict_, object key):
    return ormolu_place_in(dict_, key)

cdef inline bint has_keys(dict dict_, tuple keys):
    return ormolu_has_keys(dict_, keys)

cdef inline bint are_inert(dict dict_, object besides):
    return ormolu_are_inert(dict_, besides)

cdef inline bint keep_only(dict dict_, object key):
    return ormolu_keep_only(dict_, key)

cdef inline bint is_bare(object instance, tuple keys):
    return ormolu_is_bare(instance, keys)

cdef inline int keep_only_in(object instance, object key) except -1:
    ormolu_keep_only_in(instance, key)
    return 0
