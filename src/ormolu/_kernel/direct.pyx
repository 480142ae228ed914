# cython: language_level=3, auto_pickle=False
"""The native descriptors: reads and writes that need no Python call.

There is no pure form of this module.  What it does is what ``access.py`` does, for
the plain case: state and values in the ``__dict__`` of the instance, an attribute
that is a value, no listener.  Whatever else it meets it leaves to that module.
"""

from cpython.dict cimport PyDict_CheckExact, PyDict_SetItem
from cpython.object cimport PyObject, PyTypeObject

from . cimport changes, slots
from .access import InstanceAccess
from .attributes cimport AttributeImpl
from .scalars cimport ScalarAttributeImpl
from .sentinels import DONT_SET, NO_VALUE
from .state cimport State

__all__ = ["DirectAccess", "learn_layout"]

cdef extern from "Python.h":
    PyObject *PyDict_GetItemWithError(object, object) except? NULL

cdef extern from *:
    """
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

    /* A new reference, or NULL without an exception where the class decides. */
    static inline PyObject *
    ormolu_values(PyObject *instance)
    {
        if (Py_TYPE(instance)->tp_getattro != PyObject_GenericGetAttr) {
            return NULL;
        }
        PyObject *values = PyObject_GenericGetDict(instance, NULL);
        if (values == NULL) {
            PyErr_Clear();
        }
        return values;
    }
    """
    ctypedef struct ormolu_descriptor_layout:
        Py_ssize_t impl
        Py_ssize_t key
    void ormolu_leave_new_to_object(object)
    bint ormolu_learn_layout(object, Py_ssize_t, Py_ssize_t)
    ormolu_descriptor_layout *ormolu_layout_of(object)
    PyObject *ormolu_values(object)
    ctypedef struct ormolu_known:
        pass
    ormolu_known ormolu_known_impls
    ormolu_known ormolu_known_states
    bint ormolu_is(PyObject *, PyTypeObject *, ormolu_known *)
    void Py_DECREF(PyObject *)

cdef object _general_get = InstanceAccess.__get__
cdef object _general_set = InstanceAccess.__set__
cdef object _general_delete = InstanceAccess.__delete__
cdef object _NO_VALUE = NO_VALUE
cdef object _DONT_SET = DONT_SET


def learn_layout(descriptor_class):
    """Remember where instances of a class of descriptors keep ``impl`` and ``key``.

    Args:
        descriptor_class: has both as slots; any other is served by ``access.py``.

    Returns:
        whether it is served here.
    """
    return ormolu_learn_layout(
        descriptor_class,
        slots.place_of(descriptor_class, "impl"),
        slots.place_of(descriptor_class, "key"),
    )


cdef inline bint is_impl(PyObject *found) noexcept:
    return ormolu_is(found, <PyTypeObject *>AttributeImpl, &ormolu_known_impls)


cdef inline bint is_state(PyObject *found) noexcept:
    return ormolu_is(found, <PyTypeObject *>State, &ormolu_known_states)


cdef class DirectAccess:
    """The descriptor methods, with no fields; ``InstanceAccess`` is behind it."""

    def __get__(self, instance, owner):
        cdef PyObject *found
        cdef PyObject *impl
        cdef PyObject *key
        cdef ormolu_descriptor_layout *layout
        cdef object values
        if instance is None:
            return self
        layout = ormolu_layout_of(self)
        if layout is not NULL:
            impl = slots.ormolu_slot(self, layout.impl)
            key = slots.ormolu_slot(self, layout.key)
            if (
                impl is not NULL
                and key is not NULL
                and is_impl(impl)
                and (<AttributeImpl>impl)._reads_directly
                and (<AttributeImpl>impl)._places.plain
            ):
                found = ormolu_values(instance)
                if found is not NULL:
                    values = <object>found
                    Py_DECREF(found)
                    if PyDict_CheckExact(values):
                        found = PyDict_GetItemWithError(values, <object>key)
                        if found is not NULL:
                            return <object>found
        return _general_get(self, instance, owner)

    def __set__(self, instance, value):
        cdef ScalarAttributeImpl impl = direct_impl(self)
        cdef object values
        cdef State state
        if impl is not None:
            values = plain_values(impl, instance)
            state = None if values is None else state_in(impl, values)
            if state is not None and impl._set_hearing.is_silent():
                write(impl, state, values, value)
                return
        _general_set(self, instance, value)

    def __delete__(self, instance):
        cdef ScalarAttributeImpl impl = direct_impl(self)
        cdef object values
        cdef State state
        if impl is not None:
            values = plain_values(impl, instance)
            state = None if values is None else state_in(impl, values)
            if state is not None and impl._remove_hearing.is_silent() and impl.key in values:
                # held, for what follows may call out
                old = values[impl.key]
                changes.record(state, values, impl, old)
                values.pop(impl.key, None)
                return
        _general_delete(self, instance)


ormolu_leave_new_to_object(DirectAccess)


cdef inline object plain_values(ScalarAttributeImpl impl, object instance):
    """Return the dictionary of an instance, or ``None`` if it is no plain one."""
    cdef PyObject *found
    if not impl._places.plain:
        return None
    found = ormolu_values(instance)
    if found is NULL:
        return None
    values = <object>found
    Py_DECREF(found)
    return values if PyDict_CheckExact(values) else None


cdef inline State state_in(ScalarAttributeImpl impl, object values):
    """Return the state that lies among the values, or ``None`` if there is none."""
    cdef PyObject *found = PyDict_GetItemWithError(values, impl._places.state_attr)
    if found is NULL or not is_state(found):
        return None
    return <State>found


cdef ScalarAttributeImpl direct_impl(object descriptor):
    """Return the implementation, if it is of a plain value, or ``None``."""
    cdef ormolu_descriptor_layout *layout = ormolu_layout_of(descriptor)
    cdef PyObject *impl
    if layout is NULL:
        return None
    impl = slots.ormolu_slot(descriptor, layout.impl)
    # only those of plain values say that they do
    if impl is NULL or not is_impl(impl) or not (<AttributeImpl>impl)._writes_directly:
        return None
    return <ScalarAttributeImpl>impl


cdef int write(ScalarAttributeImpl impl, State state, object values, object value) except -1:
    """Assign, with nobody to be told; see ``ScalarAttributeImpl.set``."""
    cdef object key = impl.key
    cdef PyObject *found
    cdef object old
    if value is _DONT_SET:
        return 0
    if (
        state._committed is None
        or not state.modified
        or state._tracked_values is not None
        or key not in state._committed
        or (state.session_id is not None and state._strong_obj is None)
    ):
        # otherwise the change is one of those known already
        found = PyDict_GetItemWithError(values, key)
        # held, for what follows may call out
        old = _NO_VALUE if found is NULL else <object>found
        changes.record(state, values, impl, old)
    PyDict_SetItem(values, key, value)
    return 0
