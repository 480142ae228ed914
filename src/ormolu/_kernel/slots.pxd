from cpython.object cimport PyObject

cdef extern from *:
    """
    #include "structmember.h"

    #ifndef ORMOLU_SLOTS
    #define ORMOLU_SLOTS
    /* Where instances of a class keep a slot, or 0 if it is none. */
    static inline Py_ssize_t
    ormolu_place_of(PyObject *class_, PyObject *name)
    {
        PyObject *member = PyObject_GetAttr(class_, name);
        Py_ssize_t place = 0;
        if (member == NULL) {
            PyErr_Clear();
            return 0;
        }
        if (Py_IS_TYPE(member, &PyMemberDescr_Type)) {
            PyMemberDef *definition = ((PyMemberDescrObject *)member)->d_member;
            if (definition->type == T_OBJECT_EX) {
                place = definition->offset;
            }
        }
        Py_DECREF(member);
        return place;
    }

    static inline PyObject *
    ormolu_slot(PyObject *instance, Py_ssize_t place)
    {
        return *(PyObject **)((char *)instance + place);
    }
    #endif
    """
    Py_ssize_t ormolu_place_of(object class_, object name)
    PyObject *ormolu_slot(object instance, Py_ssize_t place)

cdef inline Py_ssize_t place_of(object class_, object name):
    return ormolu_place_of(class_, name)

cdef inline object read(object instance, Py_ssize_t place, object name):
    cdef PyObject *found = ormolu_slot(instance, place)
    # an empty one may be filled by __getattr__
    return getattr(instance, name) if found is NULL else <object>found
