from cpython.object cimport PyObject

cdef extern from *:
    """
    #include "structmember.h"

    #ifndef ORMOLU_SLOTS
    #define ORMOLU_SLOTS
    /* Where instances have what a slot is for, or 0 if it is none. */
    static inline Py_ssize_t
    ormolu_place_by(PyObject *member)
    {
        if (Py_IS_TYPE(member, &PyMemberDescr_Type)) {
            PyMemberDef *definition = ((PyMemberDescrObject *)member)->d_member;
            if (definition->type == T_OBJECT_EX) {
                return definition->offset;
            }
        }
        return 0;
    }

    /* The same, for the slot of a class by its name. */
    static inline Py_ssize_t
    ormolu_place_of(PyObject *class_, PyObject *name)
    {
        PyObject *member = PyObject_GetAttr(class_, name);
        Py_ssize_t place;
        if (member == NULL) {
            PyErr_Clear();
            return 0;
        }
        place = ormolu_place_by(member);
        Py_DECREF(member);
        return place;
    }

    static inline PyObject *
    ormolu_slot(PyObject *instance, Py_ssize_t place)
    {
        return *(PyObject **)((char *)instance + place);
    }

    /* How many of the objects, from the first on, are what is in a sequence, as long as
       they are all; -1 if they are not. */
    static inline Py_ssize_t
    ormolu_same(PyObject *sequence, PyObject *objects, Py_ssize_t first)
    {
        PySequenceMethods *methods = Py_TYPE(sequence)->tp_as_sequence;
        if (methods == NULL || methods->sq_item == NULL || methods->sq_length == NULL) {
            return -1;
        }
        Py_ssize_t length = methods->sq_length(sequence);
        if (length < 0) {
            PyErr_Clear();
        }
        if (length < 0 || length > PyTuple_GET_SIZE(objects) - first) {
            return -1;
        }
        for (Py_ssize_t i = 0; i < length; i++) {
            PyObject *found = methods->sq_item(sequence, i);
            if (found == NULL) {
                PyErr_Clear();
                return -1;
            }
            Py_DECREF(found);
            if (found != PyTuple_GET_ITEM(objects, first + i)) {
                return -1;
            }
        }
        return length;
    }

    /* Put something into a slot in which there is nothing. */
    static inline void
    ormolu_fill(PyObject *instance, Py_ssize_t place, PyObject *value)
    {
        *(PyObject **)((char *)instance + place) = Py_NewRef(value);
    }

    static inline int
    ormolu_is_kind(PyObject *object, PyObject *class_)
    {
        return PyObject_TypeCheck(object, (PyTypeObject *)class_);
    }
    #endif
    """
    bint ormolu_is_kind(object thing, object class_)
    Py_ssize_t ormolu_place_by(object member)
    Py_ssize_t ormolu_place_of(object class_, object name)
    void ormolu_fill(object instance, Py_ssize_t place, object value)
    PyObject *ormolu_slot(object instance, Py_ssize_t place)
    Py_ssize_t ormolu_same(object sequence, tuple objects, Py_ssize_t first)

cdef inline Py_ssize_t place_of(object class_, object name):
    return ormolu_place_of(class_, name)

cdef inline object read(object instance, Py_ssize_t place, object name):
    cdef PyObject *found = ormolu_slot(instance, place)
    # an empty one may be filled by __getattr__
    return getattr(instance, name) if found is NULL else <object>found

# natively only: for what was made past the __init__ of its class
cdef inline void fill(object instance, Py_ssize_t place, object value):
    ormolu_fill(instance, place, value)

cdef inline Py_ssize_t count_same(object sequence, tuple objects, Py_ssize_t first):
    return ormolu_same(sequence, objects, first)

cdef inline bint is_kind(object thing, object class_):
    return ormolu_is_kind(thing, class_)
